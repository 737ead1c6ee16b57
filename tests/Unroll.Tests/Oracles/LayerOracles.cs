namespace Unroll.Tests.Oracles;

/// <summary>The layers around a recurrent stack in double precision, forward and backward.</summary>
internal static class LayerOracles
{
    /// <summary>Y [R, O] = X [R, I] · Wᵀ + b.</summary>
    public static double[] Linear(double[] x, double[] w, double[]? bias, (int Rows, int Inputs, int Outputs) size)
    {
        var y = MatrixOracle.Product(x, false, w, true, (size.Rows, size.Outputs, size.Inputs));
        for (var row = 0; bias is not null && row < size.Rows; row++)
            MatrixOracle.Add(y.AsSpan(row * size.Outputs, size.Outputs), bias);
        return y;
    }

    public static (double[] X, double[] W, double[] Bias) LinearBackward(
        double[] x, double[] w, double[] dY, (int Rows, int Inputs, int Outputs) size)
    {
        var dBias = new double[size.Outputs];
        for (var row = 0; row < size.Rows; row++)
            MatrixOracle.Add(dBias, dY.AsSpan(row * size.Outputs, size.Outputs));
        return (
            MatrixOracle.Product(dY, false, w, false, (size.Rows, size.Inputs, size.Outputs)),
            MatrixOracle.Product(dY, true, x, false, (size.Outputs, size.Inputs, size.Rows)),
            dBias);
    }

    /// <summary>Row r of the result is row ids[r] of the table [V, E].</summary>
    public static double[] Embedding(double[] table, ReadOnlySpan<int> ids, int size)
    {
        var y = new double[ids.Length * size];
        for (var row = 0; row < ids.Length; row++)
            table.AsSpan(ids[row] * size, size).CopyTo(y.AsSpan(row * size));
        return y;
    }

    public static double[] EmbeddingBackward(int tableLength, ReadOnlySpan<int> ids, int size, double[] dY)
    {
        var dTable = new double[tableLength];
        for (var row = 0; row < ids.Length; row++)
            MatrixOracle.Add(dTable.AsSpan(ids[row] * size, size), dY.AsSpan(row * size, size));
        return dTable;
    }

    /// <summary>y = (x − mean) / √(variance + ε) · scale + shift in every row of <paramref name="size"/> values.</summary>
    public static double[] LayerNorm(double[] x, double[] scale, double[] shift, int size, double epsilon)
    {
        var y = new double[x.Length];
        for (var start = 0; start < x.Length; start += size)
        {
            var (mean, spread) = Moments(x.AsSpan(start, size), epsilon);
            for (var index = 0; index < size; index++)
                y[start + index] = ((x[start + index] - mean) * spread * scale[index]) + shift[index];
        }

        return y;
    }

    public static (double[] X, double[] Scale, double[] Shift) LayerNormBackward(double[] x, double[] scale, double[] dY, int size, double epsilon)
    {
        var dX = new double[x.Length];
        var (dScale, dShift) = (new double[size], new double[size]);
        for (var start = 0; start < x.Length; start += size)
        {
            var (mean, spread) = Moments(x.AsSpan(start, size), epsilon);
            var (sum, sumAlong) = (0.0, 0.0);
            for (var index = 0; index < size; index++)
            {
                var normal = (x[start + index] - mean) * spread;
                dScale[index] += dY[start + index] * normal;
                dShift[index] += dY[start + index];
                sum += dY[start + index] * scale[index];
                sumAlong += dY[start + index] * scale[index] * normal;
            }

            for (var index = 0; index < size; index++)
            {
                var normal = (x[start + index] - mean) * spread;
                dX[start + index] = spread * ((dY[start + index] * scale[index]) - (sum / size) - (normal * sumAlong / size));
            }
        }

        return (dX, dScale, dShift);
    }

    public static double[] Softmax(double[] logits, int classes)
    {
        var p = new double[logits.Length];
        for (var start = 0; start < logits.Length; start += classes)
        {
            var row = logits.AsSpan(start, classes);
            var logSum = LogSumExp(row);
            for (var index = 0; index < classes; index++)
                p[start + index] = Math.Exp(row[index] - logSum);
        }

        return p;
    }

    public static double LogSumExp(ReadOnlySpan<double> row)
    {
        var largest = double.NegativeInfinity;
        foreach (var value in row)
            largest = Math.Max(largest, value);
        var sum = 0.0;
        foreach (var value in row)
            sum += Math.Exp(value - largest);
        return largest + Math.Log(sum);
    }

    /// <summary>The mean of −ln p[target] over the rows, and its gradient.</summary>
    public static (double Loss, double[] Logits) SoftmaxCrossEntropy(double[] logits, ReadOnlySpan<int> targets, int classes)
    {
        var loss = 0.0;
        var dLogits = Softmax(logits, classes);
        for (var row = 0; row < targets.Length; row++)
        {
            loss += LogSumExp(logits.AsSpan(row * classes, classes)) - logits[(row * classes) + targets[row]];
            dLogits[(row * classes) + targets[row]] -= 1;
        }

        for (var index = 0; index < dLogits.Length; index++)
            dLogits[index] /= targets.Length;
        return (loss / targets.Length, dLogits);
    }

    private static (double Mean, double Spread) Moments(ReadOnlySpan<double> row, double epsilon)
    {
        var mean = 0.0;
        foreach (var value in row)
            mean += value / row.Length;
        var variance = 0.0;
        foreach (var value in row)
            variance += (value - mean) * (value - mean) / row.Length;
        return (mean, 1 / Math.Sqrt(variance + epsilon));
    }
}
