namespace Unroll.Kernels;

/// <summary>Softmax of every row of a matrix, and its gradient.</summary>
internal sealed unsafe class SoftmaxRows : IParallelWork
{
    [ThreadStatic]
    private static SoftmaxRows? shared;

    private float* input;
    private float* output;
    private float* dOutput;
    private float* dInput;
    private int rows;
    private int columns;
    private bool add;

    /// <summary>y = softmax(x) in every row.</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="y">[rows, columns]; may be <paramref name="x"/>.</param>
    /// <param name="rowCount">Rows.</param>
    /// <param name="columnCount">At least 1.</param>
    public static void Forward(Floats x, Floats y, int rowCount, int columnCount)
    {
        var work = shared ??= new();
        work.input = x.Pointer;
        work.output = y.Pointer;
        work.dOutput = null;
        work.rows = rowCount;
        work.columns = columnCount;
        RowSplit.Run(work, rowCount, columnCount);
    }

    /// <summary>dx = y ∘ (dy − Σ dy ∘ y) in every row, or <c>+=</c>.</summary>
    public static void Backward(Floats y, Floats dy, Floats dx, int rowCount, int columnCount, bool accumulate)
    {
        var work = shared ??= new();
        work.output = y.Pointer;
        work.dOutput = dy.Pointer;
        work.dInput = dx.Pointer;
        work.add = accumulate;
        work.rows = rowCount;
        work.columns = columnCount;
        RowSplit.Run(work, rowCount, columnCount);
    }

    void IParallelWork.Run(int item)
    {
        var perItem = RowSplit.RowsPerItem(columns);
        var end = (int)Math.Min(((long)item + 1) * perItem, rows);
        for (var row = item * perItem; row < end; row++)
        {
            var start = (nint)row * columns;
            if (dOutput is null)
                SoftmaxKernel.Softmax(new(input + start), new(output + start), columns);
            else
                BackwardRow(output + start, dOutput + start, dInput + start);
        }
    }

    private void BackwardRow(float* y, float* dy, float* dx)
    {
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: BackwardRow<Lanes512>(y, dy, dx, columns, add); break;
            case LaneWidth.Bits256: BackwardRow<Lanes256>(y, dy, dx, columns, add); break;
            case LaneWidth.Bits128: BackwardRow<Lanes128>(y, dy, dx, columns, add); break;
            default: BackwardRow<LanesScalar>(y, dy, dx, columns, add); break;
        }
    }

    private static void BackwardRow<T>(float* y, float* dy, float* dx, int length, bool accumulate)
        where T : struct, ISimdLane<T>
    {
        var along = Reduction<ProductOf>.SumBlock<T>(default, y, dy, length);
        Elementwise<ProductWithOffset>.Row<T>(new(-along), y, dy, dx, length, accumulate);
    }
}
