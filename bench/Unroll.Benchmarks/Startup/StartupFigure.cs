using System.Text.Json.Serialization;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Startup;

/// <summary>How long a program takes from its start to its first prediction: an entry of <c>startup.json</c>.</summary>
internal sealed record StartupFigure
{
    /// <summary>What is started.</summary>
    public required string Program { get; init; }

    /// <summary>The model it loads, or what it does instead.</summary>
    public required string Work { get; init; }

    /// <summary>The median time from the start of the process to the first byte of a prediction on standard output.</summary>
    public required double Seconds { get; init; }

    /// <summary>The fastest round.</summary>
    public required double FastestSeconds { get; init; }

    /// <summary>The slowest round.</summary>
    public required double SlowestSeconds { get; init; }

    /// <summary>The median time from the start of the process to its end.</summary>
    public required double WholeSeconds { get; init; }

    /// <summary>The time to stay below, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? SecondsGoal { get; init; }

    /// <summary>The bytes of the program file, for what is compiled ahead of time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? FileBytes { get; init; }

    /// <summary>The size to stay below, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? FileBytesGoal { get; init; }

    /// <summary>When, where and with what.</summary>
    public required Circumstances Run { get; init; }
}
