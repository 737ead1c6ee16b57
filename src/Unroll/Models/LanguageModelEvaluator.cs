using System.Diagnostics;
using System.Globalization;
using Unroll.Data;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>Measures a language model on a text: one stream from beginning to end, so that no figure depends on a batch or window size.</summary>
internal static class LanguageModelEvaluator
{
    /// <summary>Tokens computed at once; any number gives the same figures.</summary>
    private const int WindowLength = 256;

    private const int Resamples = 1000;

    /// <summary>Blocks are merged down to so many before they are resampled, which keeps the interval cheap.</summary>
    private const int MaximumBlocks = 4096;

    /// <summary>Below so many blocks an interval would say nothing.</summary>
    private const int MinimumBlocks = 8;

    public static Evaluation Evaluate(LanguageModel model, TextCorpus text, CancellationToken cancellation)
    {
        if (text.Vocabulary.Kind != model.Vocabulary.Kind || text.Vocabulary.Size != model.Vocabulary.Size)
        {
            throw new ArgumentException(
                $"{text.Name}: the text was read with another vocabulary ({text.Vocabulary.Kind}, {text.Vocabulary.Size} tokens) than the model's ({model.Vocabulary.Kind}, {model.Vocabulary.Size}). Load it with TextCorpusOptions.Vocabulary = model.Vocabulary.",
                nameof(text));
        }

        var watch = Stopwatch.StartNew();
        var blocks = BlockNats(model, text.Tokens.Span, cancellation);
        var seconds = watch.Elapsed.TotalSeconds;
        return new()
        {
            Text = text.Name,
            Tokens = text.Tokens.Length,
            Characters = text.CharacterCount,
            Bytes = text.ByteCount,
            TotalNats = blocks.Sum(),
            NatsInterval = Interval(blocks, text.Tokens.Length),
            UniformNats = Math.Log(model.Vocabulary.Size),
            UnigramNats = UnigramNats(model.Training?.TokenCounts, text.Tokens.Span),
            Seconds = seconds,
            Signature = Signature(model, text),
        };
    }

    /// <summary>Nats summed over each window of the text.</summary>
    private static double[] BlockNats(LanguageModel model, ReadOnlySpan<int> tokens, CancellationToken cancellation)
    {
        var tape = new Tape(recording: false);
        var state = model.CreateState(batchSize: 1);
        var blocks = new double[(tokens.Length + WindowLength - 1) / WindowLength];
        var inputs = new int[WindowLength];
        var previous = model.StartToken;
        for (var block = 0; block < blocks.Length; block++)
        {
            cancellation.ThrowIfCancellationRequested();
            var targets = tokens[(block * WindowLength)..Math.Min(tokens.Length, (block + 1) * WindowLength)];
            inputs[0] = previous;
            targets[..^1].CopyTo(inputs.AsSpan(1));
            previous = targets[^1];
            tape.Reset();
            blocks[block] = (double)model.MeanNats(tape, inputs.AsSpan(0, targets.Length), targets, state) * targets.Length;
        }

        return blocks;
    }

    /// <summary>The bootstrap of Efron (1979) over consecutive blocks, which keeps what neighbouring tokens share together.</summary>
    private static (double Low, double High)? Interval(double[] windows, int tokens)
    {
        var perBlock = (windows.Length + MaximumBlocks - 1) / MaximumBlocks;
        var blocks = windows.Chunk(perBlock).Select(chunk => chunk.Sum()).ToArray();
        if (blocks.Length < MinimumBlocks)
            return null;
        // The last block may be shorter; it weighs what it has.
        var full = perBlock * WindowLength;
        var last = tokens - ((blocks.Length - 1) * full);
        var random = new CounterRandom(seed: 0);
        var means = new double[Resamples];
        for (var resample = 0; resample < Resamples; resample++)
        {
            var (nats, count) = (0.0, 0L);
            for (var draw = 0; draw < blocks.Length; draw++)
            {
                var block = random.NextInt32(blocks.Length);
                nats += blocks[block];
                count += block == blocks.Length - 1 ? last : full;
            }

            means[resample] = nats / count;
        }

        Array.Sort(means);
        return (means[Resamples * 25 / 1000], means[(Resamples * 975 / 1000) - 1]);
    }

    private static double? UnigramNats(IReadOnlyList<long>? counts, ReadOnlySpan<int> tokens)
    {
        if (counts is null or { Count: 0 })
            return null;
        var total = counts.Sum(count => (double)count) + counts.Count;
        var nats = 0.0;
        foreach (var token in tokens)
            nats -= Math.Log((counts[token] + 1) / total);
        return nats / tokens.Length;
    }

    private static string Signature(LanguageModel model, TextCorpus text) => string.Create(
        CultureInfo.InvariantCulture,
        $"nats:mean-per-token|on:{text.Name}|tokens:{model.Vocabulary.Kind}|vocabulary:{model.Vocabulary.Size}|n:{text.Tokens.Length}|first:from-line-end|state:carried|stream:one{Weights(model)}|impl:unroll-{LanguageModel.LibraryVersion}");

    private static string Weights(LanguageModel model) =>
        model.Weights == WeightFormat.Float32 ? "" : $"|weights:{LanguageModelJson.NameOf(model.Weights)}";
}
