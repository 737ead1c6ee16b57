namespace Unroll.Kernels;

/// <summary>Products of one row at the lane width of this process.</summary>
internal static class RowProducts
{
    [ThreadStatic]
    private static FloatBuffer? left;

    [ThreadStatic]
    private static FloatBuffer? sums;

    /// <summary><c>c = s + a · B</c>.</summary>
    /// <param name="a">[K].</param>
    /// <param name="matrix">B, in panels of 128.</param>
    /// <param name="source">What the sums start from, padded to a multiple of 32, or null for zero; may be <paramref name="c"/>.</param>
    /// <param name="c">[N], padded to a multiple of 32; the padding is written.</param>
    public static void Run(Floats a, PackedMatrix matrix, Floats source, Floats c) => Run(a, matrix, 0, matrix.PanelCount, source, c);

    /// <summary>Computes the columns of some panels; source and sums still begin at column 0 of the matrix.</summary>
    /// <param name="a">[K].</param>
    /// <param name="matrix">B, in panels of 128.</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The panel after the last.</param>
    /// <param name="source">What the sums start from, or null for zero.</param>
    /// <param name="c">[N].</param>
    public static void Run(Floats a, PackedMatrix matrix, int firstPanel, int endPanel, Floats source, Floats c)
    {
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: RowProduct<Lanes512>.Run(a, matrix, firstPanel, endPanel, source, c); break;
            case LaneWidth.Bits256: RowProduct<Lanes256>.Run(a, matrix, firstPanel, endPanel, source, c); break;
            case LaneWidth.Bits128: RowProduct<Lanes128>.Run(a, matrix, firstPanel, endPanel, source, c); break;
            default: RowProduct<LanesScalar>.Run(a, matrix, firstPanel, endPanel, source, c); break;
        }

        GC.KeepAlive(matrix);
    }

    /// <summary><c>target = bias + input · B</c> between spans of any length and alignment.</summary>
    /// <param name="input">[K].</param>
    /// <param name="matrix">B, in panels of 128.</param>
    /// <param name="bias">[N], or empty for zero.</param>
    /// <param name="target">[N].</param>
    public static void Run(ReadOnlySpan<float> input, PackedMatrix matrix, ReadOnlySpan<float> bias, Span<float> target)
    {
        Prepare(input, matrix.Columns, bias, out var a, out var c);
        Run(a.Pointer, matrix, c.Pointer, c.Pointer);
        c.Span[..target.Length].CopyTo(target);
    }

    /// <summary>As <see cref="Run(ReadOnlySpan{float}, PackedMatrix, ReadOnlySpan{float}, Span{float})"/>, with narrow weights.</summary>
    public static void Run(ReadOnlySpan<float> input, NarrowMatrix matrix, ReadOnlySpan<float> bias, Span<float> target)
    {
        Prepare(input, matrix.Columns, bias, out var a, out var c);
        matrix.Multiply(a.Pointer, c.Pointer, c.Pointer);
        c.Span[..target.Length].CopyTo(target);
    }

    private static void Prepare(ReadOnlySpan<float> input, int columns, ReadOnlySpan<float> bias, out FloatBuffer a, out FloatBuffer c)
    {
        a = left ??= new();
        c = sums ??= new();
        a.EnsureLength(input.Length);
        c.EnsureLength(OuterProduct.PaddedColumns(columns));
        input.CopyTo(a.Span);
        c.Span.Clear();
        bias.CopyTo(c.Span);
    }
}
