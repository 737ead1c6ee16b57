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

    /// <summary>Computes the input sums of each row of the table.</summary>
    /// <param name="gathered">Where the rows come from.</param>
    /// <param name="weights">The weights of the layer.</param>
    /// <param name="gateStride">Floats between rows of the gates.</param>
    public void Prepare(GatheredRows gathered, CellWeights weights, int gateStride)
    {
        rows = gathered;
        stride = gateStride;
        sums.EnsureLength(checked((TableRows + 1) * stride));
        MatrixProduct.Shared.Run(
            TableRows, Table.Pointer, weights.InputSize, weights.InputForward(singleRow: false), weights.InputBias, 0, sums.Pointer, stride);
    }

    /// <summary>Looks up the input sums of some rows.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="columns">Columns of the gates.</param>
    /// <param name="gates">[count, gates].</param>
    public void LookUp(int first, int count, int columns, Floats gates) =>
        RowGather.Copy(sums.Pointer, stride, rows.Numbers, first, count, columns, gates, stride);

    /// <summary>Sets the gradients of the table's sums to zero.</summary>
    public void ClearGradients()
    {
        dSums.EnsureLength(checked((TableRows + 1) * stride));
        dSums.Span.Clear();
    }

    /// <summary>Adds the gradients of some rows to those of the rows of the table that they are, the last row first.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="columns">Columns of the gates.</param>
    /// <param name="gateGradients">[count, gates].</param>
    public void AddGradients(int first, int count, int columns, Floats gateGradients) =>
        RowGather.Add(gateGradients, stride, rows.Numbers, first, count, columns, dSums.Pointer, stride);

    /// <summary>Adds the gradient of the table, unless it is fixed, when those of all rows have been added.</summary>
    public void AddTableGradient(CellWeights weights)
    {
        if (Table.IsFixed)
            return;
        MatrixProduct.Shared.Run(
            TableRows, dSums.Pointer, stride, weights.InputBackward(),
            Table.GradientPointer, weights.InputSize, Table.GradientPointer, weights.InputSize);
    }
}
