using System.Runtime.CompilerServices;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Functions that more than one cell needs, from those that every lane has.</summary>
internal static class CellMath
{
    /// <summary><c>ln(1 + exp(x))</c>, with all digits where it is close to zero, and no overflow.</summary>
    /// <remarks>
    /// <c>max(x, 0) + ln(1 + y)</c> with <c>y = exp(−|x|)</c>, and <c>ln(1 + y) = 2 artanh(w)</c> with <c>w = y/(2 + y)</c>, at most 1/3, where seven terms of
    /// the series of artanh leave an error below 2e-8 of the result.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Softplus<T>(T x)
        where T : struct, ILane<T>
    {
        var (zero, two) = (T.Broadcast(0), T.Broadcast(2));
        var positive = T.Max(x, zero);
        // −|x| = x − 2 max(x, 0)
        var y = T.Exp(x - (positive + positive));
        var w = y / (two + y);
        var square = w * w;
        var series = T.MultiplyAdd(square, T.Broadcast(1f / 13), T.Broadcast(1f / 11));
        series = T.MultiplyAdd(square, series, T.Broadcast(1f / 9));
        series = T.MultiplyAdd(square, series, T.Broadcast(1f / 7));
        series = T.MultiplyAdd(square, series, T.Broadcast(1f / 5));
        series = T.MultiplyAdd(square, series, T.Broadcast(1f / 3));
        return T.MultiplyAdd((w + w) * square, series, w + w) + positive;
    }
}
