using System.Text.Json.Serialization;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Products;

/// <summary>How much of the peak a product by itself, or a whole training step, reaches: an entry of <c>products.json</c>.</summary>
internal sealed record ProductFigure
{
    /// <summary><c>product</c> or <c>training step</c>.</summary>
    public required string Table { get; init; }

    /// <summary>M, N and K of a product, or H of a training step.</summary>
    public required int Size { get; init; }

    /// <summary>rnn, lstm or gru; null for a product.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Cell { get; init; }

    /// <summary>B; null for a product.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Batch { get; init; }

    /// <summary>T; null for a product.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Time { get; init; }

    /// <summary>Threads that were used.</summary>
    public required int Threads { get; init; }

    /// <summary>The median.</summary>
    public required double Seconds { get; init; }

    /// <summary>The fastest round.</summary>
    public required double FastestSeconds { get; init; }

    /// <summary>Billions of operations that are needed, a second.</summary>
    public required double Gigaflops { get; init; }

    /// <summary>The rate over the peak of so many threads in the same run.</summary>
    public required double ShareOfPeak { get; init; }

    /// <summary>The share to reach.</summary>
    public required double Goal { get; init; }

    /// <summary>When, where and with what.</summary>
    public required Circumstances Run { get; init; }
}
