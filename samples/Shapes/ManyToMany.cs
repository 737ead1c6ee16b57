using System.Reflection;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Tensors;

namespace Shapes;

/// <summary>Many to many, aligned: each character of a text in, the next one out, at every step. It learns from windows and carries the state on.</summary>
internal static class ManyToMany
{
    private const int EmbeddingSize = 32;
    private const int HiddenSize = 128;
    private const int BatchSize = 32;
    private const int WindowLength = 48;
    private const int Updates = 600;
    private const double HeldOutShare = 0.1;

    /// <summary>Trains and tries it.</summary>
    public static void Run(string? file)
    {
        var text = TextCorpus.FromText(file is null ? Docs() : File.ReadAllText(file));
        var (training, heldOut) = text.Split(HeldOutShare);
        var size = text.Vocabulary.Size;
        Console.WriteLine($"{training.Tokens.Length} characters to learn from, {heldOut.Tokens.Length} held out, {size} different");
        var letters = new Embedding(size, EmbeddingSize);
        var gru = new Recurrent(Cell.Gru, EmbeddingSize, HiddenSize);
        var head = new Linear(HiddenSize, size);

        // [T, B] tokens in, a loss at each of them; the state goes on where the last window of each row ended, without its gradients.
        Tensor Loss(Tape tape, TokenWindow window, RecurrentState state)
        {
            var read = gru.Forward(tape, letters, window.Inputs, window.TimeSteps, window.BatchSize, state);
            read.CopyFinalTo(state);
            return tape.LinearSoftmaxCrossEntropy(read.Output, head.Weight, head.Bias, window.Targets);
        }

        var windows = TokenWindows.ForTraining(training.Tokens, BatchSize, WindowLength);
        var (window, state) = (new TokenWindow(), gru.CreateState(BatchSize));
        new Training(letters, gru, head).Run(Updates, 8e-3f, tape =>
        {
            while (!windows.TryNext(window))
            {
                windows.NextEpoch();
                state.Clear();
            }

            return Loss(tape, window, state);
        });

        var (tape, tried, sum) = (new Tape(recording: false), gru.CreateState(1), 0.0);
        var evaluation = TokenWindows.ForEvaluation(heldOut.Tokens, streams: 1, WindowLength);
        while (evaluation.TryNext(window))
        {
            tape.Reset();
            sum += Loss(tape, window, tried).Scalar * window.TimeSteps;
        }

        Console.WriteLine($"held out: {sum / evaluation.TokensPerEpoch / Math.Log(2):F2} bits a character");
        Console.WriteLine($"baseline: {Pairs(training.Tokens.Span, heldOut.Tokens.Span, size):F2} by the last character alone, {Counts(training.Tokens.Span, heldOut.Tokens.Span, size):F2} by how often each character is");
    }

    /// <summary>Bits a character of frequencies, with one more of each.</summary>
    private static double Counts(ReadOnlySpan<int> training, ReadOnlySpan<int> heldOut, int size)
    {
        var counts = new double[size];
        foreach (var token in training)
            counts[token]++;
        var bits = 0.0;
        foreach (var token in heldOut)
            bits -= Math.Log2((counts[token] + 1) / (training.Length + size));
        return bits / heldOut.Length;
    }

    /// <summary>Bits a character of frequencies after each character, with a hundredth more of each.</summary>
    private static double Pairs(ReadOnlySpan<int> training, ReadOnlySpan<int> heldOut, int size)
    {
        const double More = 0.01;
        var (counts, totals) = (new double[size, size], new double[size]);
        for (var index = 1; index < training.Length; index++)
        {
            counts[training[index - 1], training[index]]++;
            totals[training[index - 1]]++;
        }

        var bits = 0.0;
        for (var index = 1; index < heldOut.Length; index++)
            bits -= Math.Log2((counts[heldOut[index - 1], heldOut[index]] + More) / (totals[heldOut[index - 1]] + (size * More)));
        return bits / (heldOut.Length - 1);
    }

    private static string Docs()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return string.Join('\n', assembly.GetManifestResourceNames().Order(StringComparer.Ordinal).Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        }));
    }
}
