using Unroll.Tests.Oracles;

namespace Unroll.Tests.Recurrence;

/// <summary>Takes single rows and stretches of time out of batches.</summary>
internal static class BatchRows
{
    /// <summary>Row <paramref name="row"/> of [outer, B, width], its first <paramref name="count"/> outer steps.</summary>
    public static T[] RowOf<T>(T[] values, int row, int batch, int count, int width)
    {
        var result = new T[count * width];
        for (var outer = 0; outer < count; outer++)
            Array.Copy(values, ((outer * batch) + row) * width, result, outer * width, width);
        return result;
    }

    /// <summary>One row of a sequence as a batch of one, cut at its own length.</summary>
    public static OracleSequence Single(RecurrentCase shape, OracleSequence sequence, int row)
    {
        var length = sequence.LengthOf(row);
        return new(
            length,
            1,
            RowOf(sequence.X, row, sequence.BatchSize, length, shape.InputSize),
            RowOf(sequence.H0, row, sequence.BatchSize, shape.StateRows, shape.HiddenSize),
            shape.HasCell ? RowOf(sequence.C0, row, sequence.BatchSize, shape.StateRows, shape.HiddenSize) : []);
    }

    /// <summary>The seeds of one row, cut at its own length.</summary>
    public static (double[] Y, double[] Hn, double[] Cn) Single(
        RecurrentCase shape, OracleSequence sequence, (double[] Y, double[] Hn, double[] Cn) seeds, int row) => (
            RowOf(seeds.Y, row, sequence.BatchSize, sequence.LengthOf(row), shape.Directions * shape.HiddenSize),
            RowOf(seeds.Hn, row, sequence.BatchSize, shape.StateRows, shape.HiddenSize),
            shape.HasCell ? RowOf(seeds.Cn, row, sequence.BatchSize, shape.StateRows, shape.HiddenSize) : []);
}
