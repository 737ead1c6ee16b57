using System.Text.Json.Serialization;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Scale;

/// <summary>What a training step of one layer costs on one shape: an entry of <c>scale.json</c>.</summary>
internal sealed record ScaleFigure
{
    /// <summary>The series, by <see cref="ScaleSeries.Name"/>.</summary>
    public required string Series { get; init; }

    /// <summary>lstm or gru.</summary>
    public required string Cell { get; init; }

    /// <summary>B.</summary>
    public required int Batch { get; init; }

    /// <summary>T.</summary>
    public required int Time { get; init; }

    /// <summary>H.</summary>
    public required int Hidden { get; init; }

    /// <summary>The median.</summary>
    public required double Seconds { get; init; }

    /// <summary>The fastest round.</summary>
    public required double FastestSeconds { get; init; }

    /// <summary>The median over T·B.</summary>
    public double SecondsPerToken => Seconds / Tokens;

    /// <summary>The time a token over that of the shape which the series refers to.</summary>
    public double RelativeToReference { get; init; }

    /// <summary>Bytes that tape, engine and packed weights keep from one step to the next, without the input and the weights.</summary>
    public required long KeptBytes { get; init; }

    /// <summary>How much more is kept for each further token, from the smallest shape of the series to this one; null for that shape.</summary>
    public double? BytesPerToken { get; init; }

    /// <summary>When, where and with what.</summary>
    public required Circumstances Run { get; init; }

    /// <summary>T·B.</summary>
    [JsonIgnore]
    public int Tokens => Batch * Time;
}
