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
    /// <param name="panel">Which panel.</param>
    /// <param name="source">What the sums start from, [rows, 32].</param>
    /// <param name="sourceStride">Floats between rows of the source; 0 repeats one row.</param>
    /// <param name="c">[rows, 32]; columns beyond the matrix are written too.</param>
    /// <param name="cStride">Floats between rows of C.</param>
    public static void Run(int rows, Floats a, nint aStride, PackedMatrix matrix, int panel, Floats source, nint sourceStride, Floats c, nint cStride) =>
        PanelProduct<T>.Run(rows, matrix.Depth, a.Pointer, aStride, 1, matrix.Panel(panel), source.Pointer, sourceStride, c.Pointer, cStride);
}
