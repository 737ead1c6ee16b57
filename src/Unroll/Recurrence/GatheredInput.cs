using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>
/// The input product of a layer whose input rows were looked up in a table of V rows: <c>W·x</c> is computed once for each row of the table and
/// looked up, and backward adds the gradients of equal rows before its products. Forward gives the bits of the product over all rows.
/// </summary>
internal sealed class GatheredInput
{
    private readonly FloatBuffer sums = new();
    private readonly FloatBuffer dSums = new();
    private GatheredRows rows = null!;
    private int stride;

    /// <summary>V: rows of the table.</summary>
    public int TableRows => rows.Table.Shape[0];

    /// <summary>The table.</summary>
    public Parameter Table => rows.Table;

    /// <summary>The gradients of the input sums of each row of the table, [V, gates].</summary>
    public FloatBuffer Gradients => dSums;

    /// <summary>Whether looking sums up saves work: there are at least twice as many rows as there are in the table.</summary>
    public static bool Pays(GatheredRows? gathered, int totalRows) => gathered is not null && 2L * gathered.Table.Shape[0] <= totalRows;

    /// <summary>Fills the input sums of all rows.</summary>
    /// <param name="gathered">Where the rows come from.</param>
    /// <param name="weights">The weights of the layer.</param>
    /// <param name="totalRows">N.</param>
    /// <param name="gates">[N, gates].</param>
    /// <param name="gateStride">Floats between rows of the gates.</param>
    public void Forward(GatheredRows gathered, CellWeights weights, int totalRows, Floats gates, int gateStride)
    {
        rows = gathered;
        stride = gateStride;
        sums.EnsureLength(checked((TableRows + 1) * stride));
        MatrixProduct.Shared.Run(
            TableRows, Table.Pointer, weights.InputSize, weights.InputForward(singleRow: false), weights.InputBias, 0, sums.Pointer, stride);
        RowGather.Copy(sums.Pointer, stride, rows.Numbers, totalRows, weights.GateColumns, gates, stride);
    }

    /// <summary>Adds the gradients of all rows that are the same row of the table, and from them the table's.</summary>
    /// <param name="weights">The weights of the layer.</param>
    /// <param name="totalRows">N.</param>
    /// <param name="gateGradients">[N, gates].</param>
    public void Backward(CellWeights weights, int totalRows, Floats gateGradients)
    {
        dSums.EnsureLength(checked((TableRows + 1) * stride));
        dSums.Span.Clear();
        RowGather.Add(gateGradients, stride, rows.Numbers, totalRows, weights.GateColumns, dSums.Pointer, stride);
        MatrixProduct.Shared.Run(
            TableRows, dSums.Pointer, stride, weights.InputBackward(),
            Table.GradientPointer, weights.InputSize, Table.GradientPointer, weights.InputSize);
    }
}
