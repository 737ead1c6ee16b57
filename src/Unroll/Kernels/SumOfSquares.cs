using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unroll.Kernels;

/// <summary>
/// <c>Σ x²</c> in double precision over rows of values. Each place of a row has its lane, so that leaving a row of zeros out changes no bit, and the
/// same bits come out whatever vectors the machine has.
/// </summary>
internal struct SumOfSquares
{
    private Vector256<double> low;
    private Vector256<double> high;
    private double rest;

    /// <summary>The sum so far.</summary>
    public readonly double Total
    {
        get
        {
            var lanes = low + high;
            return lanes[0] + lanes[1] + lanes[2] + lanes[3] + rest;
        }
    }

    /// <summary>Adds whole rows.</summary>
    /// <param name="values">[rows, rowLength].</param>
    /// <param name="rowLength">At least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<float> values, int rowLength)
    {
        var (sumLow, sumHigh, sumRest) = (low, high, rest);
        // Rows that are whole vectors lie as one.
        if (rowLength % Vector256<float>.Count == 0)
            rowLength = values.Length;
        ref var start = ref MemoryMarshal.GetReference(values);
        for (var row = 0; row < values.Length; row += rowLength)
        {
            var index = row;
            for (; index <= row + rowLength - Vector256<float>.Count; index += Vector256<float>.Count)
            {
                var (lower, upper) = Vector256.Widen(Vector256.LoadUnsafe(ref start, (nuint)index));
                sumLow += lower * lower;
                sumHigh += upper * upper;
            }

            for (; index < row + rowLength; index++)
                sumRest += (double)values[index] * values[index];
        }

        (low, high, rest) = (sumLow, sumHigh, sumRest);
    }
}
