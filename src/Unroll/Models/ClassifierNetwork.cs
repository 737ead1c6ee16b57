using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>The layers of a classifier: embedding where there are tokens, recurrent stack, pooling over time, linear output.</summary>
internal sealed class ClassifierNetwork
{
    private const string InputName = "embeddingSize";

    /// <summary>
    /// What vectors of tokens are drawn with. Rare tokens keep about what they were drawn with, so it should say little: on movie reviews the deviation 1 of a language
    /// model costs two points of accuracy.
    /// </summary>
    private const float EmbeddingDeviation = 0.1f;

    private readonly SequenceClassifierOptions options;
    private readonly int unknownToken;

    /// <summary>Layers of zeros.</summary>
    public ClassifierNetwork(SequenceClassifierOptions options, SequenceEncoder encoder, int labelCount)
    {
        this.options = options;
        unknownToken = encoder.UnknownToken;
        var inputSize = options.EmbeddingSize;
        if (encoder.Scaler is { } scaler)
            inputSize = scaler.Channels;
        else
            Embedding = new(encoder.TokenCount, options.EmbeddingSize);
        // Behind weights that are never trained only the readout learns.
        Embedding?.Weight.IsFixed = options.Cell.IsFixed;
        Rnn = new(options.Cell, inputSize, options.HiddenSize, options.Stack);
        Pooling = new(options.Pooling, Rnn.OutputSize);
        Head = new(Rnn.OutputSize, labelCount);
        Parameters = [.. Embedding?.Named("embedding") ?? [], .. Rnn.Named("rnn"), .. Named(Pooling, "pooling"), .. Head.Named("head")];
    }

    public Embedding? Embedding { get; }

    public Recurrent Rnn { get; }

    public Pooling Pooling { get; }

    public Linear Head { get; }

    /// <summary>In the order of the forward pass.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The names and shapes that a model of this configuration has, without making it.</summary>
    public static IReadOnlyList<(string Name, long[] Shape, string Formula)> ShapesOf(SequenceClassifierOptions options, SequenceEncoder encoder, int labelCount)
    {
        var shapes = new List<(string, long[], string)>();
        if (encoder.Vocabulary is not null)
            shapes.Add(("embedding.weight", [encoder.TokenCount, options.EmbeddingSize], "tokens, embeddingSize"));
        var (inputSize, inputName) = encoder.Scaler is { } scaler ? (scaler.Channels, "channels") : (options.EmbeddingSize, InputName);
        shapes.AddRange(StackWeights.ShapesOf(options.Cell, options.Stack, options.HiddenSize, inputSize, inputName));
        long output = StackWeights.OutputOf(options.Cell, options.Stack, options.HiddenSize);
        var outputName = StackWeights.OutputName(options.Cell, options.Stack);
        if (options.Pooling == PoolingKind.Attention)
        {
            shapes.Add(("pooling.weight", [output, output], $"{outputName}, {outputName}"));
            shapes.Add(("pooling.bias", [output], outputName));
            shapes.Add(("pooling.context", [1, output], $"1, {outputName}"));
        }

        shapes.Add(("head.weight", [labelCount, output], $"labels, {outputName}"));
        shapes.Add(("head.bias", [labelCount], "labels"));
        return shapes;
    }

    /// <summary>Draws all weights, each parameter from its own stream of the seed.</summary>
    public void Initialize()
    {
        ulong stream = 0;
        foreach (var parameter in Embedding?.Parameters ?? [])
        {
            var random = new CounterRandom(options.Seed, stream++);
            Initializer.Normal(parameter, ref random, deviation: EmbeddingDeviation);
        }

        StackWeights.Initialize(Rnn, options.Initialization, options.ForgetBias, options.Seed, ref stream);
        foreach (var parameter in Pooling.Parameters.Concat(Head.Parameters))
        {
            var random = new CounterRandom(options.Seed, stream++);
            Initializer.TorchUniform(parameter, Rnn.OutputSize, ref random);
        }
    }

    /// <summary>What the stack reads, [T, B, I]: vectors of tokens, or channels. Steps beyond a row's length hold something that nobody reads.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="pass">Room for the numbers of the batch, already sized.</param>
    /// <param name="dropout">Names the masks while training, or null.</param>
    /// <param name="needsGradient">Whether channels get a gradient.</param>
    public Tensor Input(Tape tape, ReadOnlySpan<ClassifierExample> batch, ClassifierPass pass, DropoutKey? dropout, bool needsGradient = false)
    {
        if (Embedding is null)
        {
            var channels = Channels(tape, batch, pass.TimeSteps, needsGradient);
            ClassifierPass.AddNoise(channels.Values, options.InputNoise, dropout);
            return channels;
        }


        pass.FillTokens(batch, options.TokenDropout, unknownToken, dropout);
        return Embedding.Forward(tape, pass.Tokens, pass.TimeSteps, batch.Length);
    }

    /// <summary>The logits [B, K] of what the stack reads; where every step has a label, those of all steps that there are, packed, [N, K].</summary>
    public Tensor Logits(Tape tape, Tensor input, ClassifierPass pass, DropoutKey? dropout)
    {
        var masks = options.Dropout > 0 || options.VariationalDropout > 0 ? dropout : null;
        var output = Rnn.Forward(tape, input, initial: null, pass.Lengths, masks).Output;
        var pooled = options.PerStep
            ? tape.PackSequences(output, pass.Lengths)
            : Pooling.Forward(tape, output, pass.Lengths, options.Bidirectional ? Rnn.OutputSize / 2 : Rnn.OutputSize);
        if (masks is { } key)
            pooled = tape.Dropout(pooled, options.Dropout, key.At(options.Layers));
        return Head.Forward(tape, pooled);
    }

    private static IReadOnlyList<Parameter> Named(Pooling pooling, string name) => pooling.Parameters.Count == 0 ? [] : pooling.Named(name);

    private Tensor Channels(Tape tape, ReadOnlySpan<ClassifierExample> batch, int timeSteps, bool needsGradient)
    {
        var size = Rnn.InputSize;
        var input = tape.Allocate(new(timeSteps, batch.Length, size), needsGradient);
        input.Values.Clear();
        for (var row = 0; row < batch.Length; row++)
        {
            for (var step = 0; step < batch[row].TimeSteps; step++)
                batch[row].Values.AsSpan(step * size, size).CopyTo(input.Values[(((step * batch.Length) + row) * size)..]);
        }

        return input;
    }
}
