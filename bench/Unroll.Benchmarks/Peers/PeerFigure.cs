using System.Text.Json.Serialization;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Peers;

/// <summary>Unroll beside one peer on one workload: an entry of <c>peers.json</c>.</summary>
internal sealed record PeerFigure
{
    /// <summary>One of <see cref="PeerTables.All"/>.</summary>
    public required string Table { get; init; }

    /// <summary>The model, where it is more than one layer: <c>characters 2×256</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    /// <summary>rnn, lstm or gru.</summary>
    public required string Cell { get; init; }

    /// <summary>B.</summary>
    public required int Batch { get; init; }

    /// <summary>T.</summary>
    public required int Time { get; init; }

    /// <summary>H.</summary>
    public required int Hidden { get; init; }

    /// <summary>Who stands beside Unroll.</summary>
    public required string Peer { get; init; }

    /// <summary>The peer's median; null where it does not load.</summary>
    public double? PeerSeconds { get; init; }

    /// <summary>Unroll's median.</summary>
    public required double UnrollSeconds { get; init; }

    /// <summary>How many times as long as Unroll the peer takes, by the medians.</summary>
    public double? Ratio { get; init; }

    /// <summary>The ratio to reach, where one is set.</summary>
    public double? Goal { get; init; }

    /// <summary>Why the peer is not there.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotLoadable { get; init; }

    /// <summary>The peer's fastest round.</summary>
    public double? PeerFastestSeconds { get; init; }

    /// <summary>Unroll's fastest round.</summary>
    public required double UnrollFastestSeconds { get; init; }

    /// <summary>Billions of operations that Unroll needs a second, over the peak.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? UnrollShareOfPeak { get; init; }

    /// <summary>The time that a step is to take, where one is set; for a processor with 512-bit vectors.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? GoalSeconds { get; init; }

    /// <summary>How far the contestants' results lie apart, as a share of the largest value.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Difference { get; init; }

    /// <summary>When, where and with what.</summary>
    public required Circumstances Run { get; init; }

    /// <summary>What was done, without who stood beside.</summary>
    [JsonIgnore]
    public (string?, string, int, int, int) Workload => (Model, Cell, Batch, Time, Hidden);

    /// <summary>The ratio of the fastest rounds.</summary>
    [JsonIgnore]
    public double? FastestRatio => PeerFastestSeconds / UnrollFastestSeconds;
}
