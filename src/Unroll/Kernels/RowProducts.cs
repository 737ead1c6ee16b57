namespace Unroll.Kernels;

/// <summary>A product of one row between spans of any length and alignment.</summary>
internal static class RowProducts
{
    [ThreadStatic]
    private static FloatBuffer? left;

    [ThreadStatic]
    private static FloatBuffer? sums;

    /// <summary><c>target = bias + input · B</c>.</summary>
    /// <param name="input">[K].</param>
    /// <param name="matrix">B, in panels of 128.</param>
    /// <param name="bias">[N], or empty for zero.</param>
    /// <param name="target">[N].</param>
    public static void Run(ReadOnlySpan<float> input, PackedMatrix matrix, ReadOnlySpan<float> bias, Span<float> target)
    {
        var a = left ??= new();
        var c = sums ??= new();
        a.EnsureLength(matrix.Depth);
        c.EnsureLength(OuterProduct.PaddedColumns(matrix.Columns));
        input.CopyTo(a.Span);
        c.Span.Clear();
        bias.CopyTo(c.Span);
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: RowProduct<Lanes512>.Run(a.Pointer, matrix, c.Pointer, c.Pointer); break;
            case LaneWidth.Bits256: RowProduct<Lanes256>.Run(a.Pointer, matrix, c.Pointer, c.Pointer); break;
            case LaneWidth.Bits128: RowProduct<Lanes128>.Run(a.Pointer, matrix, c.Pointer, c.Pointer); break;
            default: RowProduct<LanesScalar>.Run(a.Pointer, matrix, c.Pointer, c.Pointer); break;
        }

        GC.KeepAlive(matrix);
        c.Span[..target.Length].CopyTo(target);
    }
}
