namespace Unroll.Kernels;

/// <summary>One panel of a packed matrix against some rows: the product inside a loop over time.</summary>
internal static unsafe class Panels<T>
    where T : struct, ISimdLane<T>
{
    /// <summary><c>C = S + A · B</c> for the 32 columns of one panel.</summary>
    /// <param name="rows">Rows of A, S and C.</param>
    /// <param name="a">[rows, K].</param>
    /// <param name="aStride">Floats between rows of A.</param>
    /// <param name="matrix">B, packed.</param>
    /// <param name="panel">Which panel; the one after it is fetched into the second-level cache meanwhile.</param>
    /// <param name="source">What the sums start from, [rows, 32].</param>
    /// <param name="sourceStride">Floats between rows of the source; 0 repeats one row.</param>
    /// <param name="c">[rows, 32]; columns beyond the matrix are written too, up to a multiple of 16.</param>
    /// <param name="cStride">Floats between rows of C.</param>
    public static void Run(int rows, Floats a, nint aStride, PackedMatrix matrix, int panel, Floats source, nint sourceStride, Floats c, nint cStride)
    {
        var (start, end) = matrix.DepthOf(panel);
        var view = new ProductView
        {
            Rows = rows,
            Depth = end - start,
            A = a.Pointer + start,
            RowStride = aStride,
            DepthStride = 1,
            Source = source.Pointer,
            SourceStride = sourceStride,
            C = c.Pointer,
            CStride = cStride,
        };
        var left = matrix.Columns - (panel * PackedMatrix.PanelColumns);
        var columns = Math.Min(PackedMatrix.PanelColumns, (left + CellSlots.BlockUnits - 1) / CellSlots.BlockUnits * CellSlots.BlockUnits);
        PanelProduct<T>.Run(
            view, matrix.Panel(panel) + ((nint)start * PanelProduct<T>.StripColumns), matrix.Depth, columns,
            matrix.Panel(panel + 1 < matrix.PanelCount ? panel + 1 : 0));
    }
}
