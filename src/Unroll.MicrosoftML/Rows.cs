using Microsoft.ML.Data;

namespace Unroll.MicrosoftML;

/// <summary>A row that goes into a classifier of texts.</summary>
internal sealed class TextRow
{
    public ReadOnlyMemory<char> Input { get; set; }
}

/// <summary>A row that goes into a classifier of series.</summary>
internal sealed class SeriesRow
{
    [VectorType]
    public VBuffer<float> Input { get; set; }
}

/// <summary>What a classifier adds to a row.</summary>
internal sealed class PredictedRow
{
    /// <summary>The number of the label, 0 for the first; in a column of keys ML.NET adds 1 to it, since 0 is a missing key there.</summary>
    public uint PredictedLabel { get; set; }

    public float Probability { get; set; }

    [VectorType]
    public VBuffer<float> Score { get; set; }
}
