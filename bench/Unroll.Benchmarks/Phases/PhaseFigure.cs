using System.Text.Json.Serialization;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Phases;

/// <summary>What a phase takes and how near it comes to its limit: an entry of <c>phases.json</c>.</summary>
internal sealed record PhaseFigure
{
    /// <summary>What the phase is a part of: a cell and a shape, or a model.</summary>
    public required string Work { get; init; }

    /// <summary>The phase.</summary>
    public required string Phase { get; init; }

    /// <summary>How its time was found.</summary>
    public required PhaseMethod Method { get; init; }

    /// <summary>The median.</summary>
    public required double Seconds { get; init; }

    /// <summary>The time over that of the whole work; null for what is no part of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Share { get; init; }

    /// <summary>Billions a second of what <see cref="Unit"/> says; null where nothing sensible can be counted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Rate { get; init; }

    /// <summary>What limits it.</summary>
    public required PhaseRoof Unit { get; init; }

    /// <summary>The limit of the rate, measured in the same run.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Roof { get; init; }

    /// <summary>When, where and with what.</summary>
    public required Circumstances Run { get; init; }
}

/// <summary>How the time of a phase was found.</summary>
internal enum PhaseMethod
{
    /// <summary>A clock around it inside whole updates.</summary>
    Inside,

    /// <summary>The engine's own part alone, on buffers of the same shapes and strides.</summary>
    Alone,

    /// <summary>The time of a pass less that of its other parts alone.</summary>
    Difference,
}

/// <summary>What the rate of a phase is held against.</summary>
internal enum PhaseRoof
{
    /// <summary>The operations it needs, against the peak of as many threads: GF/s.</summary>
    Operations,

    /// <summary>The bytes it reads and writes, against how fast as many bytes are read from where they lie: GB/s.</summary>
    Bytes,
}
