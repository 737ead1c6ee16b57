using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Tour.Automata;

/// <summary>A recurrent layer and a readout that learn a language from texts of 20 symbols.</summary>
internal sealed class LearnedNetwork
{
    /// <summary>The length of the texts that are learned from.</summary>
    public const int TimeSteps = 20;

    /// <summary>Units.</summary>
    public const int HiddenSize = 32;

    /// <summary>Updates.</summary>
    public const int Updates = 2000;

    /// <summary>Texts of an update.</summary>
    public const int BatchSize = 64;

    /// <summary>The learning rate of the first update; it falls in a line to a twentieth.</summary>
    public const float LearningRate = 5e-3f;

    private const int TestWindow = 500;

    private readonly LanguageTexts texts;
    private readonly Recurrent layer;
    private readonly Linear readout = new(HiddenSize, 2);
    private readonly Parameter[] parameters;
    private readonly ulong seed;

    /// <summary>A network that has learned nothing.</summary>
    /// <param name="texts">The language.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="seed">Of its weights and texts.</param>
    public LearnedNetwork(LanguageTexts texts, Cell cell, ulong seed)
    {
        this.texts = texts;
        this.seed = seed;
        layer = new(cell, texts.SymbolCount, HiddenSize);
        parameters = [.. layer.Parameters, .. readout.Parameters];
        var random = new CounterRandom(seed, stream: 0);
        foreach (var parameter in parameters)
            Initializer.TorchUniform(parameter, HiddenSize, ref random);
        // The rectifier starts as in Le, Jaitly and Hinton (2015): the state is kept.
        if (cell == Cell.RnnRelu)
            SetIdentity(layer.Parameters[1]);
    }

    /// <summary>Trains it on texts that are new in every update.</summary>
    public void Train()
    {
        var random = new CounterRandom(seed, stream: 1);
        var optimizer = new Adam(LearningRate);
        var tape = new Tape();
        for (var update = 0; update < Updates; update++)
        {
            var (input, answers) = texts.Draw(TimeSteps, BatchSize, ref random);
            tape.Reset();
            foreach (var parameter in parameters)
                parameter.ClearGradient();
            tape.Backward(tape.LinearSoftmaxCrossEntropy(layer.Forward(tape, input).Output, readout.Weight, readout.Bias, answers));
            GradientClipping.ByGlobalNorm(parameters, 1);
            optimizer.LearningRate = LearningRate * (1 - (0.95f * update / Updates));
            optimizer.Step(parameters);
        }
    }

    /// <summary>How many symbols of new texts it reads before its first wrong answer in any of them.</summary>
    /// <param name="timeSteps">The length of the texts.</param>
    /// <param name="count">How many.</param>
    /// <returns>0…timeSteps.</returns>
    public int RightUpTo(int timeSteps, int count)
    {
        // The same texts for every network.
        var random = new CounterRandom(seed: 0, stream: 2);
        var (input, answers) = texts.Draw(timeSteps, count, ref random);
        var tape = new Tape(recording: false);
        var state = layer.CreateState(count);
        for (var start = 0; start < timeSteps; start += TestWindow)
        {
            var length = Math.Min(TestWindow, timeSteps - start);
            tape.Reset();
            var output = layer.Forward(tape, tape.Slice(input, 0, start, length), state);
            output.CopyFinalTo(state);
            var scores = readout.Forward(tape, output.Output).Values;
            for (var row = 0; row < length * count; row++)
            {
                var says = scores[(2 * row) + 1] > scores[2 * row] ? 1 : 0;
                if (says != answers[(start * count) + row])
                    return start + (row / count);
            }
        }

        return timeSteps;
    }

    private static void SetIdentity(Parameter weight)
    {
        weight.Values.Clear();
        for (var unit = 0; unit < HiddenSize; unit++)
            weight.Values[(unit * HiddenSize) + unit] = 1;
        weight.MarkChanged();
    }
}
