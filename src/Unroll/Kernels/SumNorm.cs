namespace Unroll.Kernels;

/// <summary>
/// Layer normalisation of the sums of all gates and units of one row, in the engine's order of gates, where what is behind the last unit counts for nothing:
/// <c>n = (s − mean) / √(variance + ε)</c>, <c>y = gain ∘ n + bias</c>, and its gradient.
/// </summary>
/// <remarks>Ba, Kiros and Hinton, "Layer Normalization" (2016), equation 20.</remarks>
/// <typeparam name="T">The lane type.</typeparam>
internal static unsafe class SumNorm<T>
    where T : struct, ISimdLane<T>
{
    private const float Epsilon = 1e-5f;

    /// <summary>Normalises the sums of a row in place.</summary>
    /// <param name="shape">The row.</param>
    /// <param name="gain">[columns], zero behind the last unit.</param>
    /// <param name="bias">[columns], zero behind the last unit.</param>
    /// <param name="sums">s [columns], zero behind the last unit; afterwards y.</param>
    /// <param name="normal">Where n goes [columns].</param>
    /// <returns><c>1 / √(variance + ε)</c>.</returns>
    public static float Forward(in SumShape shape, Floats gain, Floats bias, Floats sums, Floats normal)
    {
        var (columns, count) = (shape.Columns, shape.Count);
        var s = sums.Pointer;
        var n = normal.Pointer;
        // The mean is taken off before squaring, and what rounding left of it once more, as LayerNormKernel does.
        var mean = Reduction<CopyOf>.SumBlock<T>(default, s, s, columns) / count;
        Elementwise<ShiftAndScale>.Row<T>(new(mean, 1), s, s, n, columns, accumulate: false);
        shape.ClearPadding(n);
        var rest = Reduction<CopyOf>.SumBlock<T>(default, n, n, columns) / count;
        var variance = (Reduction<ProductOf>.SumBlock<T>(default, n, n, columns) / count) - (rest * rest);
        var spread = 1 / MathF.Sqrt(variance + Epsilon);
        Elementwise<ShiftAndScale>.Row<T>(new(rest, spread), n, n, n, columns, accumulate: false);
        shape.ClearPadding(n);
        Elementwise<ProductOf>.Row<T>(default, n, gain.Pointer, s, columns, accumulate: false);
        Elementwise<SumOf>.Row<T>(default, s, bias.Pointer, s, columns, accumulate: false);
        return spread;
    }

    /// <summary>The gradient of that, in place: <c>ds = (dn − mean(dn) − n · mean(dn ∘ n)) / √(variance + ε)</c> with <c>dn = dy ∘ gain</c>.</summary>
    /// <param name="shape">The row.</param>
    /// <param name="gain">[columns].</param>
    /// <param name="normal">n [columns].</param>
    /// <param name="spread">What forward returned.</param>
    /// <param name="gradient">dy [columns], zero behind the last unit; afterwards ds.</param>
    /// <param name="dGain">Where <c>dy ∘ n</c> is added [columns].</param>
    /// <param name="dBias">Where dy is added [columns].</param>
    public static void Backward(in SumShape shape, Floats gain, Floats normal, float spread, Floats gradient, Floats dGain, Floats dBias)
    {
        var columns = shape.Columns;
        var dy = gradient.Pointer;
        var n = normal.Pointer;
        Elementwise<ProductOf>.Row<T>(default, dy, n, dGain.Pointer, columns, accumulate: true);
        Elementwise<CopyOf>.Row<T>(default, dy, dy, dBias.Pointer, columns, accumulate: true);
        Elementwise<ProductOf>.Row<T>(default, dy, gain.Pointer, dy, columns, accumulate: false);
        var mean = Reduction<CopyOf>.SumBlock<T>(default, dy, dy, columns) / shape.Count;
        var along = Reduction<ProductOf>.SumBlock<T>(default, dy, n, columns) / shape.Count;
        Elementwise<NormGradient>.Row<T>(new(spread, mean, along), dy, n, dy, columns, accumulate: false);
        shape.ClearPadding(dy);
    }
}

/// <summary>The sums of a row: blocks of 16 units, in each all gates.</summary>
/// <param name="Blocks">Blocks of units.</param>
/// <param name="Gates">G.</param>
/// <param name="Units">H.</param>
internal readonly record struct SumShape(int Blocks, int Gates, int Units)
{
    /// <summary>All columns, with what is behind the last unit.</summary>
    public int Columns => Blocks * Gates * CellSlots.BlockUnits;

    /// <summary>G·H.</summary>
    public int Count => Gates * Units;

    /// <summary>Zeroes what is behind the last unit.</summary>
    /// <param name="row">[columns].</param>
    public unsafe void ClearPadding(float* row)
    {
        var units = Units % CellSlots.BlockUnits;
        if (units == 0)
            return;
        var block = row + ((nint)(Blocks - 1) * Gates * CellSlots.BlockUnits);
        for (var gate = 0; gate < Gates; gate++)
            new Span<float>(block + (gate * CellSlots.BlockUnits) + units, CellSlots.BlockUnits - units).Clear();
    }
}
