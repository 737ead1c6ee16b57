using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// The inner loop of every matrix product: <c>C = S + A · B</c> for a few rows and two vectors of columns, all sums in registers.
/// Each sum runs over the depth in ascending order, one fused multiply-add at a time, starting from S: the bits of a row depend neither on
/// how many rows are computed beside it nor on how the depth is cut into blocks.
/// </summary>
internal static unsafe class Tile<T>
    where T : struct, ISimdLane<T>
{
    /// <summary>Computes one tile of up to twelve rows (the guards vanish at compile time, and with them the unused accumulators).</summary>
    /// <param name="depth">Length of the sums, K.</param>
    /// <param name="a">Element (row r, k) at <c>a + r · rowStride + k · depthStride</c>.</param>
    /// <param name="rowStride">Floats from one row of A to the next.</param>
    /// <param name="depthStride">Floats from one k of A to the next.</param>
    /// <param name="b">Element (k, column j) at <c>b + k · bStride + j</c>, j below 2 · T.Width.</param>
    /// <param name="bStride">Floats from one k of B to the next.</param>
    /// <param name="source">What the sums start from, or null for zero; may be <paramref name="c"/>.</param>
    /// <param name="sourceStride">Floats from one row of the source to the next; 0 repeats one row (a bias).</param>
    /// <param name="c">Where the sums go.</param>
    /// <param name="cStride">Floats from one row of C to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TRows>(
        nint depth, float* a, nint rowStride, nint depthStride, float* b, nint bStride, float* source, nint sourceStride, float* c, nint cStride)
        where TRows : struct, IRows
    {
        T c00 = default, c01 = default;
        T c10 = default, c11 = default;
        T c20 = default, c21 = default;
        T c30 = default, c31 = default;
        T c40 = default, c41 = default;
        T c50 = default, c51 = default;
        T c60 = default, c61 = default;
        T c70 = default, c71 = default;
        T c80 = default, c81 = default;
        T c90 = default, c91 = default;
        T c100 = default, c101 = default;
        T c110 = default, c111 = default;
        if (source is not null)
        {
            if (TRows.Count > 0) { c00 = T.Load(source + (0 * sourceStride)); c01 = T.Load(source + (0 * sourceStride) + T.Width); }
            if (TRows.Count > 1) { c10 = T.Load(source + (1 * sourceStride)); c11 = T.Load(source + (1 * sourceStride) + T.Width); }
            if (TRows.Count > 2) { c20 = T.Load(source + (2 * sourceStride)); c21 = T.Load(source + (2 * sourceStride) + T.Width); }
            if (TRows.Count > 3) { c30 = T.Load(source + (3 * sourceStride)); c31 = T.Load(source + (3 * sourceStride) + T.Width); }
            if (TRows.Count > 4) { c40 = T.Load(source + (4 * sourceStride)); c41 = T.Load(source + (4 * sourceStride) + T.Width); }
            if (TRows.Count > 5) { c50 = T.Load(source + (5 * sourceStride)); c51 = T.Load(source + (5 * sourceStride) + T.Width); }
            if (TRows.Count > 6) { c60 = T.Load(source + (6 * sourceStride)); c61 = T.Load(source + (6 * sourceStride) + T.Width); }
            if (TRows.Count > 7) { c70 = T.Load(source + (7 * sourceStride)); c71 = T.Load(source + (7 * sourceStride) + T.Width); }
            if (TRows.Count > 8) { c80 = T.Load(source + (8 * sourceStride)); c81 = T.Load(source + (8 * sourceStride) + T.Width); }
            if (TRows.Count > 9) { c90 = T.Load(source + (9 * sourceStride)); c91 = T.Load(source + (9 * sourceStride) + T.Width); }
            if (TRows.Count > 10) { c100 = T.Load(source + (10 * sourceStride)); c101 = T.Load(source + (10 * sourceStride) + T.Width); }
            if (TRows.Count > 11) { c110 = T.Load(source + (11 * sourceStride)); c111 = T.Load(source + (11 * sourceStride) + T.Width); }
        }

        var a0 = a;
        var a3 = a + (3 * rowStride);
        var a6 = a + (6 * rowStride);
        var a9 = a + (9 * rowStride);
        var twoRows = 2 * rowStride;
        for (var k = depth; k > 0; k--)
        {
            var b0 = T.Load(b);
            var b1 = T.Load(b + T.Width);
            if (TRows.Count > 0) { var x = T.LoadBroadcast(a0); c00 = T.MultiplyAdd(x, b0, c00); c01 = T.MultiplyAdd(x, b1, c01); }
            if (TRows.Count > 1) { var x = T.LoadBroadcast(a0 + rowStride); c10 = T.MultiplyAdd(x, b0, c10); c11 = T.MultiplyAdd(x, b1, c11); }
            if (TRows.Count > 2) { var x = T.LoadBroadcast(a0 + twoRows); c20 = T.MultiplyAdd(x, b0, c20); c21 = T.MultiplyAdd(x, b1, c21); }
            if (TRows.Count > 3) { var x = T.LoadBroadcast(a3); c30 = T.MultiplyAdd(x, b0, c30); c31 = T.MultiplyAdd(x, b1, c31); }
            if (TRows.Count > 4) { var x = T.LoadBroadcast(a3 + rowStride); c40 = T.MultiplyAdd(x, b0, c40); c41 = T.MultiplyAdd(x, b1, c41); }
            if (TRows.Count > 5) { var x = T.LoadBroadcast(a3 + twoRows); c50 = T.MultiplyAdd(x, b0, c50); c51 = T.MultiplyAdd(x, b1, c51); }
            if (TRows.Count > 6) { var x = T.LoadBroadcast(a6); c60 = T.MultiplyAdd(x, b0, c60); c61 = T.MultiplyAdd(x, b1, c61); }
            if (TRows.Count > 7) { var x = T.LoadBroadcast(a6 + rowStride); c70 = T.MultiplyAdd(x, b0, c70); c71 = T.MultiplyAdd(x, b1, c71); }
            if (TRows.Count > 8) { var x = T.LoadBroadcast(a6 + twoRows); c80 = T.MultiplyAdd(x, b0, c80); c81 = T.MultiplyAdd(x, b1, c81); }
            if (TRows.Count > 9) { var x = T.LoadBroadcast(a9); c90 = T.MultiplyAdd(x, b0, c90); c91 = T.MultiplyAdd(x, b1, c91); }
            if (TRows.Count > 10) { var x = T.LoadBroadcast(a9 + rowStride); c100 = T.MultiplyAdd(x, b0, c100); c101 = T.MultiplyAdd(x, b1, c101); }
            if (TRows.Count > 11) { var x = T.LoadBroadcast(a9 + twoRows); c110 = T.MultiplyAdd(x, b0, c110); c111 = T.MultiplyAdd(x, b1, c111); }
            a0 += depthStride;
            a3 += depthStride;
            a6 += depthStride;
            a9 += depthStride;
            b += bStride;
        }

        if (TRows.Count > 0) { T.Store(c00, c + (0 * cStride)); T.Store(c01, c + (0 * cStride) + T.Width); }
        if (TRows.Count > 1) { T.Store(c10, c + (1 * cStride)); T.Store(c11, c + (1 * cStride) + T.Width); }
        if (TRows.Count > 2) { T.Store(c20, c + (2 * cStride)); T.Store(c21, c + (2 * cStride) + T.Width); }
        if (TRows.Count > 3) { T.Store(c30, c + (3 * cStride)); T.Store(c31, c + (3 * cStride) + T.Width); }
        if (TRows.Count > 4) { T.Store(c40, c + (4 * cStride)); T.Store(c41, c + (4 * cStride) + T.Width); }
        if (TRows.Count > 5) { T.Store(c50, c + (5 * cStride)); T.Store(c51, c + (5 * cStride) + T.Width); }
        if (TRows.Count > 6) { T.Store(c60, c + (6 * cStride)); T.Store(c61, c + (6 * cStride) + T.Width); }
        if (TRows.Count > 7) { T.Store(c70, c + (7 * cStride)); T.Store(c71, c + (7 * cStride) + T.Width); }
        if (TRows.Count > 8) { T.Store(c80, c + (8 * cStride)); T.Store(c81, c + (8 * cStride) + T.Width); }
        if (TRows.Count > 9) { T.Store(c90, c + (9 * cStride)); T.Store(c91, c + (9 * cStride) + T.Width); }
        if (TRows.Count > 10) { T.Store(c100, c + (10 * cStride)); T.Store(c101, c + (10 * cStride) + T.Width); }
        if (TRows.Count > 11) { T.Store(c110, c + (11 * cStride)); T.Store(c111, c + (11 * cStride) + T.Width); }
    }
}
