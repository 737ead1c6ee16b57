namespace Unroll.Benchmarks.Examinations;

/// <summary>What is the same for every cell.</summary>
internal sealed record ExaminationSettings
{
    /// <summary>How many updates a cell makes on a task, or null for the number of the task.</summary>
    public long? Updates { get; init; }

    /// <summary>How long it trains instead, whatever the updates, or null; tests come on top.</summary>
    public double? Seconds { get; init; }

    /// <summary>The most parameters of a network, or null for the number the task is usually given with.</summary>
    public int? Parameters { get; init; }

    /// <summary>The learning rate at the start, or null for the task's.</summary>
    public float? LearningRate { get; init; }

    /// <summary>
    /// What the biases of an LSTM's forget gate add up to at the start, or null for the library's default, which leaves them as drawn: the gate starts at about a
    /// half. Other cells ignore it.
    /// </summary>
    public float? ForgetBias { get; init; }

    /// <summary>Where weights and sequences come from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Threads.</summary>
    public int Threads { get; init; } = 2;
}
