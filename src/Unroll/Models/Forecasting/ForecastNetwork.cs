using Unroll.Layers;
using Unroll.Losses;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>The layers of a forecaster: a vector for each series where there are many, a recurrent stack, a second one of steps ahead where wanted, and a linear output.</summary>
internal sealed class ForecastNetwork
{
    private const float EmbeddingDeviation = 0.1f;
    private const string DecoderPrefix = "decoder.";

    private readonly ForecastEncoder encoder;
    private readonly ForecasterOptions options;

    /// <summary>Layers of zeros.</summary>
    public ForecastNetwork(ForecastEncoder encoder)
    {
        this.encoder = encoder;
        options = encoder.Options;
        Law = LawOf(options);
        if (options.SeriesEmbeddingSize > 0)
            SeriesVectors = new(encoder.Names.Count + 1, options.SeriesEmbeddingSize);
        SeriesVectors?.Weight.IsFixed = options.Cell.IsFixed;
        Rnn = new(options.Cell, encoder.InputSize + options.SeriesEmbeddingSize, options.HiddenSize, options.Stack);
        if (options.Kind == ForecasterKind.EncoderDecoder)
            Decoder = new(options.Cell, DecoderInput(encoder), options.HiddenSize, options.Stack);
        Head = new(checked(Rnn.OutputSize + HeadExtra(encoder)), checked((int)HeadOutput(encoder)));
        Parameters = [.. SeriesVectors?.Named("series") ?? [], .. Rnn.Named("rnn"), .. Decoder?.Named("decoder") ?? [], .. Head.Named("head")];
    }

    public PredictiveLaw Law { get; }

    public Embedding? SeriesVectors { get; }

    public Recurrent Rnn { get; }

    public Recurrent? Decoder { get; }

    public Linear Head { get; }

    /// <summary>In the order of the forward pass.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The step whose known numbers are read beside the past of a step: that step, or the next one, whose law the autoregressive output is.</summary>
    public int KnownShift => options.Kind == ForecasterKind.Autoregressive ? 1 : 0;

    /// <summary>Steps ahead that one output speaks of.</summary>
    private int AheadOfOutput => options.Kind == ForecasterKind.Direct ? options.Horizon : 1;

    public static PredictiveLaw LawOf(ForecasterOptions options) => options.Output switch
    {
        ForecastOutput.StudentT => new StudentLaw(),
        ForecastOutput.NegativeBinomial => new NegativeBinomialLaw(),
        ForecastOutput.Quantiles => new QuantileLaw(options.Quantiles),
        ForecastOutput.Point => new PointLaw(),
        _ => new GaussianLaw(),
    };

    /// <summary>The names and shapes that a model of this configuration has, without making it.</summary>
    public static IReadOnlyList<(string Name, long[] Shape, string Formula)> ShapesOf(ForecastEncoder encoder)
    {
        var (options, shapes) = (encoder.Options, new List<(string, long[], string)>());
        if (options.SeriesEmbeddingSize > 0)
            shapes.Add(("series.weight", [encoder.Names.Count + 1, options.SeriesEmbeddingSize], "series + 1, seriesEmbeddingSize"));
        shapes.AddRange(StackWeights.ShapesOf(options.Cell, options.Stack, options.HiddenSize, encoder.InputSize + options.SeriesEmbeddingSize, "inputs"));
        if (options.Kind == ForecasterKind.EncoderDecoder)
            shapes.AddRange(StackWeights.ShapesOf(options.Cell, options.Stack, options.HiddenSize, DecoderInput(encoder), "inputs ahead", DecoderPrefix));
        long output = StackWeights.OutputOf(options.Cell, options.Stack, options.HiddenSize);
        var extra = options.Kind == ForecasterKind.Direct ? (long)options.Horizon * encoder.KnownSize : 0;
        shapes.Add(("head.weight", [HeadOutput(encoder), output + extra], "outputs, hiddenSize + inputs ahead"));
        shapes.Add(("head.bias", [HeadOutput(encoder)], "outputs"));
        return shapes;
    }

    /// <summary>Draws all weights, each parameter from its own stream of the seed.</summary>
    public void Initialize()
    {
        ulong stream = 0;
        foreach (var parameter in SeriesVectors?.Parameters ?? [])
        {
            var random = new CounterRandom(options.Seed, stream++);
            Initializer.Normal(parameter, ref random, deviation: EmbeddingDeviation);
        }

        StackWeights.Initialize(Rnn, options.Initialization, options.ForgetBias, options.Seed, ref stream);
        if (Decoder is not null)
            StackWeights.Initialize(Decoder, options.Initialization, options.ForgetBias, options.Seed, ref stream);
        foreach (var parameter in Head.Parameters)
        {
            var random = new CounterRandom(options.Seed, stream++);
            Initializer.TorchUniform(parameter, Head.Weight.Shape[1], ref random);
        }
    }

    /// <summary>Runs a batch forward and returns the mean loss of all values that count.</summary>
    public Tensor Loss(Tape tape, ReadOnlySpan<ForecastWindow> batch, ForecastPass pass, DropoutKey? dropout)
    {
        var input = Input(tape, batch, pass);
        if (SeriesVectors is not null)
            input = tape.Concatenate(input, SeriesVectors.Forward(tape, pass.Numbers, pass.TimeSteps, batch.Length));
        var read = Rnn.Forward(tape, input, initial: null, pass.Lengths, dropout);
        var raw = Decoder is null ? OfSteps(tape, read.Output, batch, pass, dropout) : OfDecoder(tape, pass.FinalStateOf(read), batch, pass, dropout);
        return tape.Record<PredictiveLossOperation>().Forward(tape, raw, pass.Targets, pass.Scales, Law);
    }

    /// <summary>How many values of a window count.</summary>
    public int CountOf(ForecastWindow window)
    {
        var count = 0;
        var ahead = options.Kind == ForecasterKind.Autoregressive ? 1 : options.Horizon;
        for (var step = options.Kind == ForecasterKind.EncoderDecoder ? window.TimeSteps - 1 : window.FirstOrigin; step < window.TimeSteps; step++)
        {
            for (var index = 0; index < ahead * encoder.Targets.Length; index++)
            {
                var (distance, target) = ((index / encoder.Targets.Length) + 1, index % encoder.Targets.Length);
                count += window.IsForecast(window.Start + step + distance) && !float.IsNaN(window.Series.Wanted(window.Start + step, distance, target)) ? 1 : 0;
            }
        }

        return count;
    }

    /// <summary>How a second stack reads how far ahead a step is.</summary>
    public float PlaceOf(int ahead) => (float)ahead / options.Horizon;

    private static int DecoderInput(ForecastEncoder encoder) => encoder.KnownSize + 1;

    private static int HeadExtra(ForecastEncoder encoder) => encoder.Options.Kind == ForecasterKind.Direct ? checked(encoder.Options.Horizon * encoder.KnownSize) : 0;

    /// <summary>More than any layer has, where a file says so.</summary>
    private static long HeadOutput(ForecastEncoder encoder) =>
        (long)LawOf(encoder.Options).Parameters * encoder.Targets.Length * (encoder.Options.Kind == ForecasterKind.Direct ? encoder.Options.Horizon : 1);

    private Tensor Input(Tape tape, ReadOnlySpan<ForecastWindow> batch, ForecastPass pass)
    {
        var (width, known) = (encoder.InputSize, encoder.DynamicSize);
        var input = tape.Allocate(new(pass.TimeSteps, batch.Length, width));
        input.Values.Clear();
        for (var row = 0; row < batch.Length; row++)
        {
            var window = batch[row];
            for (var step = 0; step < window.TimeSteps; step++)
            {
                var own = input.Values.Slice(((step * batch.Length) + row) * width, width);
                window.Series.Dynamic.AsSpan((window.Start + step) * known, known).CopyTo(own);
                window.Series.WriteKnown(window.Start + step + KnownShift, own[known..]);
            }
        }

        return input;
    }

    /// <summary>An output after each step, [steps, ahead · targets · P].</summary>
    private Tensor OfSteps(Tape tape, Tensor output, ReadOnlySpan<ForecastWindow> batch, ForecastPass pass, DropoutKey? dropout)
    {
        var packed = Drop(tape, tape.PackSequences(output, pass.Lengths), dropout);
        var extra = HeadExtra(encoder);
        var ahead = extra > 0 ? tape.Allocate(new(pass.Rows, extra)) : null;
        var targets = encoder.Targets.Length;
        pass.Size(pass.Rows * AheadOfOutput * targets);
        var packedRow = 0;
        for (var step = 0; step < pass.TimeSteps; step++)
        {
            foreach (var window in batch)
            {
                if (step >= window.TimeSteps)
                    continue;
                for (var distance = 1; distance <= AheadOfOutput; distance++)
                {
                    if (ahead is not null)
                        window.Series.WriteKnown(window.Start + step + distance, ahead.Values.Slice((packedRow * extra) + ((distance - 1) * encoder.KnownSize), encoder.KnownSize));
                    for (var target = 0; target < targets; target++)
                        pass.Set((((packedRow * AheadOfOutput) + distance - 1) * targets) + target, window, step, distance, target);
                }

                packedRow++;
            }
        }

        return Head.Forward(tape, ahead is null ? packed : tape.Concatenate(packed, ahead));
    }

    /// <summary>An output for each step ahead of the last one, [H, B, targets · P].</summary>
    private Tensor OfDecoder(Tape tape, RecurrentState state, ReadOnlySpan<ForecastWindow> batch, ForecastPass pass, DropoutKey? dropout)
    {
        var (width, targets) = (DecoderInput(encoder), encoder.Targets.Length);
        var input = tape.Allocate(new(options.Horizon, batch.Length, width));
        pass.Size(options.Horizon * batch.Length * targets);
        for (var ahead = 1; ahead <= options.Horizon; ahead++)
        {
            for (var row = 0; row < batch.Length; row++)
            {
                var (window, place) = (batch[row], ((ahead - 1) * batch.Length) + row);
                var own = input.Values.Slice(place * width, width);
                window.Series.WriteKnown(window.Start + window.TimeSteps - 1 + ahead, own[..encoder.KnownSize]);
                own[^1] = PlaceOf(ahead);
                for (var target = 0; target < targets; target++)
                    pass.Set((place * targets) + target, window, window.TimeSteps - 1, ahead, target);
            }
        }

        DropoutKey? second = dropout is { } key ? key.At(key.Place + (2 * options.Layers) + 2) : null;
        var output = Decoder!.Forward(tape, input, state, default, second).Output;
        return Head.Forward(tape, Drop(tape, output, second));
    }

    private Tensor Drop(Tape tape, Tensor input, DropoutKey? dropout) =>
        dropout is { } key && options.Dropout > 0 ? tape.Dropout(input, options.Dropout, key.At(key.Place + options.Layers)) : input;
}
