using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// The inner loop of every matrix product: <c>C = S + A · B</c> for a few rows and one or two vectors of columns, all sums in registers.
/// Each sum runs over the depth in ascending order, one fused multiply-add at a time, starting from S: the bits of a row depend neither on
/// how many rows are computed beside it nor on how the depth is cut into blocks.
/// </summary>
internal static unsafe class Tile<T>
    where T : struct, ISimdLane<T>
{
    /// <summary>Values of k between two requests for memory: then they cost nothing that can be measured.</summary>
    public const int DepthOfPrefetch = 8;

    /// <summary>Computes one tile of up to twelve rows (the guards vanish at compile time, and with them the unused accumulators).</summary>
    /// <param name="depth">Length of the sums, K.</param>
    /// <param name="a">Element (row r, k) at <c>a + r · rowStride + k · depthStride</c>.</param>
    /// <param name="rowStride">Floats from one row of A to the next.</param>
    /// <param name="depthStride">Floats from one k of A to the next.</param>
    /// <param name="b">Element (k, column j) at <c>b + k · bStride + j</c>, j below TVectors.Count · T.Width.</param>
    /// <param name="bStride">Floats from one k of B to the next.</param>
    /// <param name="next">What will be read soon: one line of it comes to the second-level cache for every eight k. Any address.</param>
    /// <param name="source">What the sums start from, or null for zero; may be <paramref name="c"/>.</param>
    /// <param name="sourceStride">Floats from one row of the source to the next; 0 repeats one row (a bias).</param>
    /// <param name="c">Where the sums go.</param>
    /// <param name="cStride">Floats from one row of C to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TRows, TVectors>(
        nint depth, float* a, nint rowStride, nint depthStride, float* b, nint bStride, float* next,
        float* source, nint sourceStride, float* c, nint cStride)
        where TRows : struct, IRows
        where TVectors : struct, IVectors
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
            if (TRows.Count > 0) { c00 = T.Load(source + (0 * sourceStride)); c01 = Second<TVectors>(source + (0 * sourceStride)); }
            if (TRows.Count > 1) { c10 = T.Load(source + (1 * sourceStride)); c11 = Second<TVectors>(source + (1 * sourceStride)); }
            if (TRows.Count > 2) { c20 = T.Load(source + (2 * sourceStride)); c21 = Second<TVectors>(source + (2 * sourceStride)); }
            if (TRows.Count > 3) { c30 = T.Load(source + (3 * sourceStride)); c31 = Second<TVectors>(source + (3 * sourceStride)); }
            if (TRows.Count > 4) { c40 = T.Load(source + (4 * sourceStride)); c41 = Second<TVectors>(source + (4 * sourceStride)); }
            if (TRows.Count > 5) { c50 = T.Load(source + (5 * sourceStride)); c51 = Second<TVectors>(source + (5 * sourceStride)); }
            if (TRows.Count > 6) { c60 = T.Load(source + (6 * sourceStride)); c61 = Second<TVectors>(source + (6 * sourceStride)); }
            if (TRows.Count > 7) { c70 = T.Load(source + (7 * sourceStride)); c71 = Second<TVectors>(source + (7 * sourceStride)); }
            if (TRows.Count > 8) { c80 = T.Load(source + (8 * sourceStride)); c81 = Second<TVectors>(source + (8 * sourceStride)); }
            if (TRows.Count > 9) { c90 = T.Load(source + (9 * sourceStride)); c91 = Second<TVectors>(source + (9 * sourceStride)); }
            if (TRows.Count > 10) { c100 = T.Load(source + (10 * sourceStride)); c101 = Second<TVectors>(source + (10 * sourceStride)); }
            if (TRows.Count > 11) { c110 = T.Load(source + (11 * sourceStride)); c111 = Second<TVectors>(source + (11 * sourceStride)); }
        }

        var a0 = a;
        var a3 = a + (3 * rowStride);
        var a6 = a + (6 * rowStride);
        var a9 = a + (9 * rowStride);
        var twoRows = 2 * rowStride;
        while (depth > 0)
        {
            Prefetch.Line(next);
            next += Prefetch.LineFloats;
            var steps = Math.Min(depth, DepthOfPrefetch);
            depth -= steps;
            do
            {
                var b0 = T.Load(b);
                var b1 = Second<TVectors>(b);
                if (TRows.Count > 0) Row<TVectors>(a0, b0, b1, ref c00, ref c01);
                if (TRows.Count > 1) Row<TVectors>(a0 + rowStride, b0, b1, ref c10, ref c11);
                if (TRows.Count > 2) Row<TVectors>(a0 + twoRows, b0, b1, ref c20, ref c21);
                if (TRows.Count > 3) Row<TVectors>(a3, b0, b1, ref c30, ref c31);
                if (TRows.Count > 4) Row<TVectors>(a3 + rowStride, b0, b1, ref c40, ref c41);
                if (TRows.Count > 5) Row<TVectors>(a3 + twoRows, b0, b1, ref c50, ref c51);
                if (TRows.Count > 6) Row<TVectors>(a6, b0, b1, ref c60, ref c61);
                if (TRows.Count > 7) Row<TVectors>(a6 + rowStride, b0, b1, ref c70, ref c71);
                if (TRows.Count > 8) Row<TVectors>(a6 + twoRows, b0, b1, ref c80, ref c81);
                if (TRows.Count > 9) Row<TVectors>(a9, b0, b1, ref c90, ref c91);
                if (TRows.Count > 10) Row<TVectors>(a9 + rowStride, b0, b1, ref c100, ref c101);
                if (TRows.Count > 11) Row<TVectors>(a9 + twoRows, b0, b1, ref c110, ref c111);
                a0 += depthStride;
                a3 += depthStride;
                a6 += depthStride;
                a9 += depthStride;
                b += bStride;
            }
            while (--steps > 0);
        }

        if (TRows.Count > 0) Store<TVectors>(c + (0 * cStride), c00, c01);
        if (TRows.Count > 1) Store<TVectors>(c + (1 * cStride), c10, c11);
        if (TRows.Count > 2) Store<TVectors>(c + (2 * cStride), c20, c21);
        if (TRows.Count > 3) Store<TVectors>(c + (3 * cStride), c30, c31);
        if (TRows.Count > 4) Store<TVectors>(c + (4 * cStride), c40, c41);
        if (TRows.Count > 5) Store<TVectors>(c + (5 * cStride), c50, c51);
        if (TRows.Count > 6) Store<TVectors>(c + (6 * cStride), c60, c61);
        if (TRows.Count > 7) Store<TVectors>(c + (7 * cStride), c70, c71);
        if (TRows.Count > 8) Store<TVectors>(c + (8 * cStride), c80, c81);
        if (TRows.Count > 9) Store<TVectors>(c + (9 * cStride), c90, c91);
        if (TRows.Count > 10) Store<TVectors>(c + (10 * cStride), c100, c101);
        if (TRows.Count > 11) Store<TVectors>(c + (11 * cStride), c110, c111);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Second<TVectors>(float* row)
        where TVectors : struct, IVectors => TVectors.Count > 1 ? T.Load(row + T.Width) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<TVectors>(float* a, T b0, T b1, ref T c0, ref T c1)
        where TVectors : struct, IVectors
    {
        var x = T.LoadBroadcast(a);
        T.Accumulate(x, b0, ref c0);
        if (TVectors.Count > 1)
            T.Accumulate(x, b1, ref c1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TVectors>(float* c, T c0, T c1)
        where TVectors : struct, IVectors
    {
        T.Store(c0, c);
        if (TVectors.Count > 1)
            T.Store(c1, c + T.Width);
    }
}
