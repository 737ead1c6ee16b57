using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.CustomCells;

/// <summary>The custom LSTM beside the built-in one: an entry of <c>custom-cells.json</c>.</summary>
internal sealed record CustomCellFigure
{
    /// <summary>What was done, such as <c>training</c>.</summary>
    public required string Work { get; init; }

    /// <summary>The name of the custom cell.</summary>
    public required string Cell { get; init; }

    /// <summary>B.</summary>
    public required int Batch { get; init; }

    /// <summary>T.</summary>
    public required int Time { get; init; }

    /// <summary>I and H.</summary>
    public required int Hidden { get; init; }

    /// <summary>The median time of the built-in cell.</summary>
    public required double BuiltInSeconds { get; init; }

    /// <summary>Its fastest round.</summary>
    public required double BuiltInFastestSeconds { get; init; }

    /// <summary>The median time of the custom cell.</summary>
    public required double CustomSeconds { get; init; }

    /// <summary>Its fastest round.</summary>
    public required double CustomFastestSeconds { get; init; }

    /// <summary>The custom cell's speed as a share of the built-in one's.</summary>
    public required double Share { get; init; }

    /// <summary>The share to reach.</summary>
    public required double Goal { get; init; }

    /// <summary>The largest difference of what both computed, as a share of the largest value.</summary>
    public required double Difference { get; init; }

    /// <summary>When, where and with what.</summary>
    public required Circumstances Run { get; init; }
}
