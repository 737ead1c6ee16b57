using System.Text.Json.Serialization;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Sessions;

/// <summary>Sessions stepped as a batch, and the same ones one by one: an entry of <c>sessions.json</c>.</summary>
internal sealed record SessionFigure
{
    /// <summary>Sessions of the batch.</summary>
    public required int Batch { get; init; }

    /// <summary>I and H.</summary>
    public required int Hidden { get; init; }

    /// <summary>The median time of a step of all sessions.</summary>
    public required double Seconds { get; init; }

    /// <summary>The fastest round.</summary>
    public required double FastestSeconds { get; init; }

    /// <summary>The median time of stepping them one by one, with the same threads.</summary>
    public required double OneByOneSeconds { get; init; }

    /// <summary>The fastest round of that.</summary>
    public required double OneByOneFastestSeconds { get; init; }

    /// <summary>Steps of a session a second, as a batch.</summary>
    public required double SessionStepsPerSecond { get; init; }

    /// <summary>Times the steps a second of one by one.</summary>
    public required double Ratio { get; init; }

    /// <summary>The rate of the batch over the peak of the run.</summary>
    public required double ShareOfPeak { get; init; }

    /// <summary>The ratio that the peak itself would have over one by one: more is not to be had.</summary>
    public required double RatioOfPeak { get; init; }

    /// <summary>The share of the peak to reach, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ShareGoal { get; init; }

    /// <summary>The ratio to reach, or null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? RatioGoal { get; init; }

    /// <summary>When, where and with what.</summary>
    public required Circumstances Run { get; init; }
}
