using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// <c>c = s + a · Wᵀ</c> for one row and weights in signed bytes: the row is quantised, <c>a ≈ scale · q</c>, the sums of <c>q · w</c> are exact integers, and
/// <c>c = s + (scaleOfColumn · scale) · sum</c>. Integers do not round, so every lane width gives the same bits.
/// </summary>
/// <remarks>
/// x86 multiplies unsigned bytes with signed ones. The magnitude of q is the unsigned one, and its sign goes to the weight: <c>w ^ sign</c>, in two's complement
/// −w − 1 where q is negative. <see cref="Int8Row.Correction"/> takes the 1 back.
/// </remarks>
internal static unsafe class Int8Product<T>
    where T : struct, ISimdLane<T>
{
    /// <summary>Computes the columns of some panels; source and sums still begin at column 0.</summary>
    /// <param name="a">[K].</param>
    /// <param name="matrix">Wᵀ.</param>
    /// <param name="source">What the sums start from, padded to a multiple of 32, or null for zero; may be <paramref name="c"/>.</param>
    /// <param name="c">[N], padded to a multiple of 32; the padding is written.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The panel after the last.</param>
    public static void Run(Floats a, Int8Matrix matrix, Floats source, Floats c, int firstPanel, int endPanel)
    {
        var row = Int8Row.Shared;
        row.Set<T>(a, matrix.Depth);
        for (var panel = firstPanel; panel < endPanel; panel++)
        {
            var first = panel * PackedMatrix.RowPanelColumns;
            var width = matrix.PanelWidth(panel);
            var step = new Step
            {
                Row = row,
                Steps = matrix.Steps,
                Words = (float*)matrix.Panel(panel),
                Stride = width,
                Scales = matrix.Scales.Pointer + first,
                Source = source.IsNull ? null : source.Pointer + first,
                C = c.Pointer + first,
            };
            var column = 0;
            for (; column + (8 * T.Width) <= width; column += 8 * T.Width)
                Group<Rows8>(step, column);
            for (; column + (4 * T.Width) <= width; column += 4 * T.Width)
                Group<Rows4>(step, column);
            for (; column < width; column += 2 * T.Width)
                Group<Rows2>(step, column);
        }
    }

    /// <summary>Two to eight vectors of columns.</summary>
    /// <typeparam name="TVectors">How many.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Group<TVectors>(in Step step, int column)
        where TVectors : struct, IRows
    {
        var correction = step.Row.Correction;
        var start = T.LoadBroadcast((float*)&correction);
        T c0 = start, c1 = start, c2 = start, c3 = start, c4 = start, c5 = start, c6 = start, c7 = start;
        var magnitudes = step.Row.Magnitudes;
        var signs = step.Row.Signs;
        var b = step.Words + column;
        var stride = step.Stride;
        for (var left = step.Steps; left > 0; left--)
        {
            var x = T.LoadBroadcast(magnitudes++);
            var sign = T.LoadBroadcast(signs++);
            if (TVectors.Count > 0) c0 = T.AddByteProducts(c0, x, T.ExclusiveOr(sign, T.Load(b)));
            if (TVectors.Count > 1) c1 = T.AddByteProducts(c1, x, T.ExclusiveOr(sign, T.Load(b + T.Width)));
            if (TVectors.Count > 2) c2 = T.AddByteProducts(c2, x, T.ExclusiveOr(sign, T.Load(b + (2 * T.Width))));
            if (TVectors.Count > 3) c3 = T.AddByteProducts(c3, x, T.ExclusiveOr(sign, T.Load(b + (3 * T.Width))));
            if (TVectors.Count > 4) c4 = T.AddByteProducts(c4, x, T.ExclusiveOr(sign, T.Load(b + (4 * T.Width))));
            if (TVectors.Count > 5) c5 = T.AddByteProducts(c5, x, T.ExclusiveOr(sign, T.Load(b + (5 * T.Width))));
            if (TVectors.Count > 6) c6 = T.AddByteProducts(c6, x, T.ExclusiveOr(sign, T.Load(b + (6 * T.Width))));
            if (TVectors.Count > 7) c7 = T.AddByteProducts(c7, x, T.ExclusiveOr(sign, T.Load(b + (7 * T.Width))));
            b += stride;
        }

        if (TVectors.Count > 0) Finish(step, column, c0);
        if (TVectors.Count > 1) Finish(step, column + T.Width, c1);
        if (TVectors.Count > 2) Finish(step, column + (2 * T.Width), c2);
        if (TVectors.Count > 3) Finish(step, column + (3 * T.Width), c3);
        if (TVectors.Count > 4) Finish(step, column + (4 * T.Width), c4);
        if (TVectors.Count > 5) Finish(step, column + (5 * T.Width), c5);
        if (TVectors.Count > 6) Finish(step, column + (6 * T.Width), c6);
        if (TVectors.Count > 7) Finish(step, column + (7 * T.Width), c7);
    }

    /// <summary><c>c = s + (scaleOfColumn · scale) · sum</c>, each operation rounded by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(in Step step, int column, T sums)
    {
        var product = T.Load(step.Scales + column) * T.Broadcast(step.Row.Scale) * T.ToSingle(sums);
        T.Store(step.Source is null ? product : T.Load(step.Source + column) + product, step.C + column);
    }

    /// <summary>One panel of a product.</summary>
    private ref struct Step
    {
        /// <summary>The quantised input.</summary>
        public Int8Row Row;

        /// <summary>Words of a column.</summary>
        public nint Steps;

        /// <summary>[steps, <see cref="Stride"/>] words.</summary>
        public float* Words;

        /// <summary>Words from one step to the next.</summary>
        public nint Stride;

        /// <summary>The scale of each column.</summary>
        public float* Scales;

        /// <summary>What the panel's sums start from, or null for zero.</summary>
        public float* Source;

        /// <summary>The panel's sums.</summary>
        public float* C;
    }
}
