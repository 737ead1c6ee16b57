using System.Text.Json.Serialization;

namespace Unroll.Benchmarks.Examinations;

/// <summary>What became of a cell in an examination.</summary>
internal sealed record ExaminationResult
{
    /// <summary>The examination.</summary>
    public required string Task { get; init; }

    /// <summary>The cell.</summary>
    public required string Cell { get; init; }

    /// <summary>H.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>L.</summary>
    public required int Layers { get; init; }

    /// <summary>Trained values, the linear layer included.</summary>
    public required long Parameters { get; init; }

    /// <summary>The result on sequences as long as those of training; null where training failed.</summary>
    public double? Result { get; init; }

    /// <summary>What guessing gets.</summary>
    public required double Guess { get; init; }

    /// <summary>The result on longer sequences, of tasks that have any.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Longer { get; init; }

    /// <summary>Whether it learned: its result is over the mark that the task sets.</summary>
    public required bool IsLearned { get; init; }

    /// <summary>The update after which a look first showed it over the mark; null for never, or where nobody looked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? LearnedAtUpdate { get; init; }

    /// <summary>Updates done.</summary>
    public required long Updates { get; init; }

    /// <summary>Passes over the data, of tasks whose sequences repeat.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Epochs { get; init; }

    /// <summary>Time of the updates, without tests.</summary>
    public required double Seconds { get; init; }

    /// <summary>Steps of all sequences a second of that time.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Sequences of an update.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The learning rate at the start.</summary>
    public required float LearningRate { get; init; }

    /// <summary>Where weights and sequences came from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>What the biases of the forget gate added up to at the start, where it was set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? ForgetBias { get; init; }

    /// <summary>Why training ended early, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Failure { get; init; }
}
