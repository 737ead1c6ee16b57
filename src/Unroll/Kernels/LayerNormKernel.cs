namespace Unroll.Kernels;

/// <summary>
/// Layer normalisation row by row: <c>n = (x − mean) / √(variance + ε)</c>, <c>y = gain ∘ n + bias</c>, and its gradient.
/// </summary>
internal sealed unsafe class LayerNormKernel : IParallelWork
{
    [ThreadStatic]
    private static LayerNormKernel? shared;

    private LayerNormRows view;
    private float* dOutput;
    private float* dInput;
    private float* dGain;
    private bool add;

    /// <summary>Computes y, n and 1 / √(variance + ε).</summary>
    /// <param name="rows">All of its buffers.</param>
    public static void Forward(in LayerNormRows rows)
    {
        var work = shared ??= new();
        work.view = rows;
        work.dOutput = null;
        RowSplit.Run(work, rows.Rows, rows.Columns);
    }

    /// <summary>Computes the gradient of x and, row by row, that of the gain.</summary>
    /// <param name="rows">What forward left.</param>
    /// <param name="dy">[rows, columns].</param>
    /// <param name="dx">[rows, columns], or null when nobody needs it.</param>
    /// <param name="dGainRows">[rows, columns]: dy ∘ n, whose column sums are the gradient of the gain.</param>
    /// <param name="accumulate">Whether to add to <paramref name="dx"/>.</param>
    public static void Backward(in LayerNormRows rows, Floats dy, Floats dx, Floats dGainRows, bool accumulate)
    {
        var work = shared ??= new();
        work.view = rows;
        work.dOutput = dy.Pointer;
        work.dInput = dx.Pointer;
        work.dGain = dGainRows.Pointer;
        work.add = accumulate;
        RowSplit.Run(work, rows.Rows, rows.Columns);
    }

    void IParallelWork.Run(int item)
    {
        var perItem = RowSplit.RowsPerItem(view.Columns);
        var end = (int)Math.Min(((long)item + 1) * perItem, view.Rows);
        for (var row = item * perItem; row < end; row++)
        {
            switch (LaneSelection.Current)
            {
                case LaneWidth.Bits512: Row<Lanes512>(row); break;
                case LaneWidth.Bits256: Row<Lanes256>(row); break;
                case LaneWidth.Bits128: Row<Lanes128>(row); break;
                default: Row<LanesScalar>(row); break;
            }
        }
    }

    private void Row<T>(int row)
        where T : struct, ISimdLane<T>
    {
        if (dOutput is null)
            ForwardRow<T>(row);
        else
            BackwardRow<T>(row);
    }

    private void ForwardRow<T>(int row)
        where T : struct, ISimdLane<T>
    {
        var length = view.Columns;
        var start = (nint)row * length;
        var x = view.Input.Pointer + start;
        var n = view.Normal.Pointer + start;
        var y = view.Output.Pointer + start;
        // The mean is taken off before squaring, and what rounding left of it once more, so that values far from zero lose no digits.
        var mean = Reduction<CopyOf>.SumBlock<T>(default, x, x, length) / length;
        Elementwise<ShiftAndScale>.Row<T>(new(mean, 1), x, x, n, length, accumulate: false);
        var rest = Reduction<CopyOf>.SumBlock<T>(default, n, n, length) / length;
        var variance = (Reduction<ProductOf>.SumBlock<T>(default, n, n, length) / length) - (rest * rest);
        var spread = 1 / MathF.Sqrt(variance + view.Epsilon);
        view.Spread[row] = spread;
        Elementwise<ShiftAndScale>.Row<T>(new(rest, spread), n, n, n, length, accumulate: false);
        Elementwise<ProductOf>.Row<T>(default, n, view.Gain.Pointer, y, length, accumulate: false);
        Elementwise<SumOf>.Row<T>(default, y, view.Bias.Pointer, y, length, accumulate: false);
    }

    // dn = dy ∘ gain;  dx = (dn − mean(dn) − n · mean(dn ∘ n)) / √(variance + ε);  dGain = Σ dy ∘ n
    private void BackwardRow<T>(int row)
        where T : struct, ISimdLane<T>
    {
        var length = view.Columns;
        var start = (nint)row * length;
        var n = view.Normal.Pointer + start;
        var dy = dOutput + start;
        var products = dGain + start;
        if (dInput is not null)
        {
            Elementwise<ProductOf>.Row<T>(default, dy, view.Gain.Pointer, products, length, accumulate: false);
            var mean = Reduction<CopyOf>.SumBlock<T>(default, products, products, length) / length;
            var along = Reduction<ProductOf>.SumBlock<T>(default, products, n, length) / length;
            Elementwise<NormGradient>.Row<T>(new(view.Spread[row], mean, along), products, n, dInput + start, length, add);
        }

        Elementwise<ProductOf>.Row<T>(default, dy, n, products, length, accumulate: false);
    }
}

/// <summary>The buffers of a layer normalisation.</summary>
internal struct LayerNormRows
{
    /// <summary>x [rows, columns].</summary>
    public Floats Input;

    /// <summary>n [rows, columns]: forward writes it, backward reads it.</summary>
    public Floats Normal;

    /// <summary>1 / √(variance + ε) [rows]: forward writes it, backward reads it.</summary>
    public Floats Spread;

    /// <summary>[columns].</summary>
    public Floats Gain;

    /// <summary>[columns].</summary>
    public Floats Bias;

    /// <summary>y [rows, columns].</summary>
    public Floats Output;

    /// <summary>ε.</summary>
    public float Epsilon;

    /// <summary>The number of rows.</summary>
    public int Rows;

    /// <summary>Values of a row, at least 1.</summary>
    public int Columns;
}
