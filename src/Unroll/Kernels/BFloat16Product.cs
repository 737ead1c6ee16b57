using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// <c>c = s + a · Wᵀ</c> for one row and weights in bfloat16. A vector of words becomes two vectors of float32 by a shift and a mask; the sums are those
/// of <see cref="RowProduct{T}"/> in the same order, so the bits are those of the float32 product with the widened weights.
/// </summary>
internal static unsafe class BFloat16Product<T>
    where T : struct, ISimdLane<T>
{
    /// <summary>Computes the columns of some panels; source and sums still begin at column 0.</summary>
    /// <param name="a">[K].</param>
    /// <param name="matrix">Wᵀ.</param>
    /// <param name="source">What the sums start from, padded to a multiple of 32, or null for zero; may be <paramref name="c"/>.</param>
    /// <param name="c">[N], padded to a multiple of 32; the padding is written.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The panel after the last.</param>
    public static void Run(Floats a, BFloat16Matrix matrix, Floats source, Floats c, int firstPanel, int endPanel)
    {
        for (var panel = firstPanel; panel < endPanel; panel++)
        {
            var words = matrix.StepWords(panel);
            var step = new Step
            {
                Depth = matrix.Depth,
                A = a.Pointer,
                Words = (float*)matrix.Panel(panel),
                Stride = words,
                Source = source.IsNull ? null : source.Pointer + (panel * PackedMatrix.RowPanelColumns),
                C = c.Pointer + (panel * PackedMatrix.RowPanelColumns),
            };
            var word = 0;
            for (; word + (4 * T.Width) <= words; word += 4 * T.Width)
                Group<Rows4>(step, word);
            for (; word < words; word += T.Width)
                Group<Rows1>(step, word);
        }
    }

    /// <summary>The column in the lower half of a word.</summary>
    private static int ColumnOf(int word) =>
        (word / BFloat16Matrix.BlockWords * PackedMatrix.PanelColumns) + (word % BFloat16Matrix.BlockWords);

    /// <summary>One to four vectors of words, two sums for each, side by side so that none waits for the one before.</summary>
    /// <typeparam name="TVectors">How many.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Group<TVectors>(in Step step, int firstWord)
        where TVectors : struct, IRows
    {
        T low0 = default, low1 = default, low2 = default, low3 = default;
        T high0 = default, high1 = default, high2 = default, high3 = default;
        var column = ColumnOf(firstWord);
        if (step.Source is not null)
        {
            var s = step.Source + column;
            if (TVectors.Count > 0) { low0 = T.Load(s); high0 = T.Load(s + BFloat16Matrix.BlockWords); }
            if (TVectors.Count > 1) { low1 = T.Load(s + ColumnOf(T.Width)); high1 = T.Load(s + ColumnOf(T.Width) + BFloat16Matrix.BlockWords); }
            if (TVectors.Count > 2) { low2 = T.Load(s + ColumnOf(2 * T.Width)); high2 = T.Load(s + ColumnOf(2 * T.Width) + BFloat16Matrix.BlockWords); }
            if (TVectors.Count > 3) { low3 = T.Load(s + ColumnOf(3 * T.Width)); high3 = T.Load(s + ColumnOf(3 * T.Width) + BFloat16Matrix.BlockWords); }
        }

        var a = step.A;
        var b = step.Words + firstWord;
        var stride = step.Stride;
        for (var depth = step.Depth; depth > 0; depth--)
        {
            var x = T.LoadBroadcast(a++);
            if (TVectors.Count > 0) { var w = T.Load(b); low0 = T.MultiplyAdd(x, T.WidenLower(w), low0); high0 = T.MultiplyAdd(x, T.WidenUpper(w), high0); }
            if (TVectors.Count > 1) { var w = T.Load(b + T.Width); low1 = T.MultiplyAdd(x, T.WidenLower(w), low1); high1 = T.MultiplyAdd(x, T.WidenUpper(w), high1); }
            if (TVectors.Count > 2) { var w = T.Load(b + (2 * T.Width)); low2 = T.MultiplyAdd(x, T.WidenLower(w), low2); high2 = T.MultiplyAdd(x, T.WidenUpper(w), high2); }
            if (TVectors.Count > 3) { var w = T.Load(b + (3 * T.Width)); low3 = T.MultiplyAdd(x, T.WidenLower(w), low3); high3 = T.MultiplyAdd(x, T.WidenUpper(w), high3); }
            b += stride;
        }

        var c = step.C + column;
        if (TVectors.Count > 0) { T.Store(low0, c); T.Store(high0, c + BFloat16Matrix.BlockWords); }
        if (TVectors.Count > 1) { T.Store(low1, c + ColumnOf(T.Width)); T.Store(high1, c + ColumnOf(T.Width) + BFloat16Matrix.BlockWords); }
        if (TVectors.Count > 2) { T.Store(low2, c + ColumnOf(2 * T.Width)); T.Store(high2, c + ColumnOf(2 * T.Width) + BFloat16Matrix.BlockWords); }
        if (TVectors.Count > 3) { T.Store(low3, c + ColumnOf(3 * T.Width)); T.Store(high3, c + ColumnOf(3 * T.Width) + BFloat16Matrix.BlockWords); }
    }

    /// <summary>One panel of a product.</summary>
    private ref struct Step
    {
        /// <summary>K.</summary>
        public nint Depth;

        /// <summary>[K].</summary>
        public float* A;

        /// <summary>[K, <see cref="Stride"/>] words.</summary>
        public float* Words;

        /// <summary>Words from one k to the next.</summary>
        public nint Stride;

        /// <summary>What the panel's sums start from, or null for zero.</summary>
        public float* Source;

        /// <summary>The panel's sums.</summary>
        public float* C;
    }
}
