using System.Globalization;
using System.Text.Json.Serialization;

namespace Unroll.Benchmarks.Peers;

/// <summary>What is timed.</summary>
internal enum Job
{
    /// <summary>Forward over all steps, loss = mean(y²), backward to all weights; the input needs no gradient.</summary>
    Training,

    /// <summary>Forward over all steps, nothing kept for backward.</summary>
    Inference,

    /// <summary>One step of one sequence, state in and state out.</summary>
    Streaming,

    /// <summary>A training step over sequences of different lengths.</summary>
    Mixed,
}

/// <summary>The recurrent cells that all peers have.</summary>
internal enum PeerCell
{
    Rnn,
    Lstm,
    Gru,
}

/// <summary>One layer on one shape: a row of a table. The input is as wide as the hidden state.</summary>
internal sealed record Workload(Job Job, PeerCell Cell, int BatchSize, int TimeSteps, int HiddenSize)
{
    private const int MixedLengthSeed = 50;

    /// <summary>How many gates of <see cref="HiddenSize"/> rows the weight matrices stack.</summary>
    public int GateCount => Cell switch { PeerCell.Rnn => 1, PeerCell.Gru => 3, _ => 4 };

    /// <summary>The length of each sequence of the batch; the longest first and <see cref="TimeSteps"/> long.</summary>
    [JsonIgnore]
    public int[] Lengths { get; } = Job == Job.Mixed
        ? MixedLengths(BatchSize, TimeSteps)
        : [.. Enumerable.Repeat(TimeSteps, BatchSize)];

    /// <summary>Steps that are no padding.</summary>
    public int RealSteps => Lengths.Sum();

    /// <summary>
    /// The operations that a rate counts: those of the two matrix products of each real step, three times for a training step,
    /// as papers count them.
    /// </summary>
    public double CountedOperations => (IsTraining ? 3 : 1) * ForwardOperations;

    /// <summary>
    /// The operations that are needed: a training step does without the gradient of its input, which is half a forward pass less.
    /// </summary>
    public double NeededOperations => (IsTraining ? 2.5 : 1) * ForwardOperations;

    /// <summary>Whether a backward pass belongs to it.</summary>
    public bool IsTraining => Job is Job.Training or Job.Mixed;

    private double ForwardOperations => 2.0 * GateCount * HiddenSize * (2 * HiddenSize) * RealSteps;

    /// <summary>What headings call it: the cell, then B, T, H.</summary>
    public string Title() => string.Create(
        CultureInfo.InvariantCulture, $"{Cell.ToString().ToUpperInvariant()} {BatchSize}, {TimeSteps}, {HiddenSize}");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Cell.ToString().ToUpperInvariant()} B={BatchSize} T={TimeSteps} H={HiddenSize}");

    /// <summary>Uniform in 1 … the longest, which itself occurs at least once.</summary>
    private static int[] MixedLengths(int batchSize, int longest)
    {
        var random = new Random(MixedLengthSeed);
        var lengths = Enumerable.Range(0, batchSize).Select(_ => random.Next(1, longest + 1)).OrderDescending().ToArray();
        lengths[0] = longest;
        return lengths;
    }
}
