using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Unroll.Layers;

namespace Unroll.Optimizers;

/// <summary>
/// Fits a linear layer in one go, by least squares with a penalty on large weights: the readout of an echo state network. Rows are added up as they come, so
/// memory does not grow with their number; sums and solution are in double precision.
/// </summary>
/// <remarks>
/// Hoerl and Kennard, "Ridge Regression: Biased Estimation for Nonorthogonal Problems" (1970); for echo state networks Lukoševičius, "A Practical Guide to
/// Applying Echo State Networks" (2012), equation 9. Minimises <c>Σ |W·x + b − y|² + penalty · |W|²</c>; the bias is not penalised.
/// </remarks>
public sealed class RidgeRegression
{
    private readonly int inputSize;
    private readonly int outputSize;

    // [I + 1, I + 1] Σ x·xᵀ and [O, I + 1] Σ y·xᵀ, where x ends in a 1 for the bias.
    private readonly double[] products;
    private readonly double[] targetProducts;
    private readonly double[] row;

    /// <summary>Nothing added up yet.</summary>
    /// <param name="inputSize">I, at least 1.</param>
    /// <param name="outputSize">O, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or too large for the memory of an array.</exception>
    public RidgeRegression(int inputSize, int outputSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputSize, 1);
        var size = inputSize + 1L;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size * Math.Max(size, outputSize), Array.MaxLength, nameof(inputSize));
        (this.inputSize, this.outputSize) = (inputSize, outputSize);
        products = new double[size * size];
        targetProducts = new double[outputSize * size];
        row = new double[size];
        row[^1] = 1;
    }

    /// <summary>How many rows have been added.</summary>
    public long RowCount { get; private set; }

    /// <summary>Adds rows.</summary>
    /// <param name="inputs">[rows, I].</param>
    /// <param name="targets">[rows, O].</param>
    /// <exception cref="ArgumentException">The lengths are not those of the same number of rows, or a value is not finite; nothing was added.</exception>
    public void Add(ReadOnlySpan<float> inputs, ReadOnlySpan<float> targets)
    {
        var rows = inputs.Length / inputSize;
        if (rows * inputSize != inputs.Length || rows * outputSize != targets.Length)
            throw new ArgumentException($"There are {inputs.Length} inputs and {targets.Length} targets; expected rows of {inputSize} and as many rows of {outputSize}.", nameof(targets));
        CheckFinite(inputs, nameof(inputs));
        CheckFinite(targets, nameof(targets));
        for (var index = 0; index < rows; index++)
        {
            var input = inputs.Slice(index * inputSize, inputSize);
            for (var column = 0; column < inputSize; column++)
                row[column] = input[column];
            for (var output = 0; output < outputSize; output++)
                AddScaled(row, targets[(index * outputSize) + output], targetProducts.AsSpan(output * row.Length, row.Length));
            // Only the lower triangle is read.
            for (var column = 0; column < row.Length; column++)
                AddScaled(row.AsSpan(0, column + 1), row[column], products.AsSpan(column * row.Length, column + 1));
        }

        RowCount += rows;
    }

    /// <summary>Gives a layer the weights that fit best. More rows may be added afterwards.</summary>
    /// <param name="readout">A layer from I to O.</param>
    /// <param name="penalty">What the sum of the squares of the weights is multiplied by, over 0; 1e-6 to 1 times the number of rows is usual.</param>
    /// <exception cref="ArgumentException">The layer has other sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The penalty is not a finite number over 0.</exception>
    /// <exception cref="InvalidOperationException">No rows have been added, or they leave the weights undetermined even with this penalty.</exception>
    public void Fit(Linear readout, double penalty)
    {
        ArgumentNullException.ThrowIfNull(readout);
        if (readout.Weight.Shape[1] != inputSize || readout.Weight.Shape[0] != outputSize)
            throw new ArgumentException($"The layer goes from {readout.Weight.Shape[1]} to {readout.Weight.Shape[0]} values; the regression from {inputSize} to {outputSize}.", nameof(readout));
        if (!(penalty > 0) || !double.IsFinite(penalty))
            throw new ArgumentOutOfRangeException(nameof(penalty), penalty, "The penalty is a finite number over 0.");
        if (RowCount == 0)
            throw new InvalidOperationException("There is nothing to fit: add rows first.");

        var size = readout.Bias is null ? inputSize : row.Length;
        var factor = Factor(penalty, size);
        var solution = new double[size];
        for (var output = 0; output < outputSize; output++)
        {
            targetProducts.AsSpan(output * row.Length, size).CopyTo(solution);
            Solve(factor, row.Length, solution);
            for (var column = 0; column < inputSize; column++)
                readout.Weight.Values[(output * inputSize) + column] = (float)solution[column];
            if (readout.Bias is { } bias)
                bias.Values[output] = (float)solution[^1];
        }

        readout.Weight.MarkChanged();
        readout.Bias?.MarkChanged();
    }

    /// <summary>Cholesky's lower triangle of the first rows and columns of Σ x·xᵀ + penalty.</summary>
    private double[] Factor(double penalty, int size)
    {
        var stride = row.Length;
        var factor = (double[])products.Clone();
        for (var column = 0; column < inputSize; column++)
            factor[(column * stride) + column] += penalty;
        for (var line = 0; line < size; line++)
        {
            var current = factor.AsSpan(line * stride, stride);
            for (var column = 0; column <= line; column++)
            {
                var other = factor.AsSpan(column * stride, stride);
                var rest = current[column] - Dot(current[..column], other[..column]);
                if (column < line)
                    current[column] = rest / other[column];
                else if (rest > 0)
                    current[column] = Math.Sqrt(rest);
                else
                    throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The {RowCount} rows leave the weights undetermined with a penalty of {penalty:G6}; give a larger one."));
            }
        }

        return factor;
    }

    private static void Solve(double[] factor, int stride, double[] values)
    {
        for (var line = 0; line < values.Length; line++)
            values[line] = (values[line] - Dot(factor.AsSpan(line * stride, line), values.AsSpan(0, line))) / factor[(line * stride) + line];
        for (var line = values.Length - 1; line >= 0; line--)
        {
            values[line] /= factor[(line * stride) + line];
            AddScaled(factor.AsSpan(line * stride, line), -values[line], values.AsSpan(0, line));
        }
    }

    private static void AddScaled(ReadOnlySpan<double> values, double scale, Span<double> target)
    {
        var vectors = Vectors(values);
        var targets = MemoryMarshal.Cast<double, Vector<double>>(target);
        for (var index = 0; index < vectors.Length; index++)
            targets[index] += vectors[index] * scale;
        for (var index = vectors.Length * Vector<double>.Count; index < values.Length; index++)
            target[index] += values[index] * scale;
    }

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var lefts = Vectors(left);
        var rights = Vectors(right);
        var sums = Vector<double>.Zero;
        for (var index = 0; index < lefts.Length; index++)
            sums += lefts[index] * rights[index];
        var sum = Vector.Sum(sums);
        for (var index = lefts.Length * Vector<double>.Count; index < left.Length; index++)
            sum += left[index] * right[index];
        return sum;
    }

    private static ReadOnlySpan<Vector<double>> Vectors(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, Vector<double>>(values);

    private static void CheckFinite(ReadOnlySpan<float> values, string name)
    {
        if (values.ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
            throw new ArgumentException("The values are not all finite numbers.", name);
    }
}
