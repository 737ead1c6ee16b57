using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>Ways to fill a parameter before training; each result follows from the generator's seed alone.</summary>
public static class Initializer
{
    /// <summary>
    /// Uniform in [−1/√n, 1/√n): what PyTorch gives its recurrent layers (n the hidden size, weights and biases) and its linear layers
    /// (n the input size).
    /// </summary>
    /// <param name="parameter">What to fill.</param>
    /// <param name="size">n, at least 1.</param>
    /// <param name="random">Where the numbers come from; moves on by one value for each element.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is 0 or negative.</exception>
    public static void TorchUniform(Parameter parameter, int size, ref CounterRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        Uniform(parameter, 1 / Math.Sqrt(size), ref random);
    }

    /// <summary>Uniform in [−a, a) with a = √(6 / (rows + columns)) for each gate's block of rows (Glorot and Bengio, 2010, equation 16).</summary>
    /// <param name="parameter">A matrix [gates · rows, columns].</param>
    /// <param name="random">Where the numbers come from; moves on by one value for each element.</param>
    /// <param name="gates">How many gates are stacked in the rows; 1 for an ordinary matrix.</param>
    /// <exception cref="ArgumentException">The parameter is no matrix, or its rows do not divide by the gates.</exception>
    public static void Glorot(Parameter parameter, ref CounterRandom random, int gates = 1)
    {
        var (rows, columns) = GateBlock(parameter, gates);
        Uniform(parameter, Math.Sqrt(6.0 / (rows + columns)), ref random);
    }

    /// <summary>Normal with a given mean and standard deviation; PyTorch's embeddings start with 0 and 1.</summary>
    /// <param name="parameter">What to fill.</param>
    /// <param name="random">Where the numbers come from; moves on by four values for each element.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="deviation">The standard deviation, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is negative or not a number.</exception>
    public static void Normal(Parameter parameter, ref CounterRandom random, float mean = 0, float deviation = 1)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (!(deviation >= 0))
            throw new ArgumentOutOfRangeException(nameof(deviation), deviation, "A standard deviation is 0 or more.");
        foreach (ref var value in parameter.Values)
            value = mean + (deviation * random.NextNormal());
        parameter.MarkChanged();
    }

    /// <summary>
    /// Random orthonormal rows (or columns, where a block is higher than wide) in each gate's block, so that a recurrent product neither grows nor
    /// shrinks what it carries (Saxe, McClelland, Ganguli, 2014).
    /// </summary>
    /// <param name="parameter">A matrix [gates · rows, columns].</param>
    /// <param name="random">Where the numbers come from; moves on by four values for each element.</param>
    /// <param name="gates">How many gates are stacked in the rows: 4 for an LSTM, 3 for a GRU, 1 for an ordinary matrix.</param>
    /// <exception cref="ArgumentException">The parameter is no matrix, or its rows do not divide by the gates.</exception>
    public static void Orthogonal(Parameter parameter, ref CounterRandom random, int gates = 1)
    {
        var (rows, columns) = GateBlock(parameter, gates);
        var transposed = rows > columns;
        var (vectors, length) = transposed ? (columns, rows) : (rows, columns);
        var block = new double[vectors * length];
        for (var gate = 0; gate < gates; gate++)
        {
            foreach (ref var value in block.AsSpan())
                value = random.NextNormal();
            OrthonormalKernels.Orthonormalize(block, vectors, length);
            var target = parameter.Values.Slice(gate * rows * columns, rows * columns);
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < columns; column++)
                    target[(row * columns) + column] = (float)(transposed ? block[(column * length) + row] : block[(row * length) + column]);
            }
        }

        parameter.MarkChanged();
    }

    /// <summary>
    /// A reservoir: uniform values, scaled so that the largest eigenvalue of each square matrix [H, H] among the rows has a given magnitude. Below 1 the
    /// network forgets where it started from, which is the echo state property in practice.
    /// </summary>
    /// <remarks>
    /// Jaeger, "The 'echo state' approach to analysing and training recurrent neural networks" (2001). The magnitude is the rate at which products with the
    /// matrix grow over some hundred steps, which comes within a few percent of it.
    /// </remarks>
    /// <param name="parameter">[G·H, H].</param>
    /// <param name="random">Where the numbers come from; moves on by one value for each element.</param>
    /// <param name="spectralRadius">The magnitude, over 0.</param>
    /// <exception cref="ArgumentException">The parameter is not made of square matrices.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The magnitude is not a finite number over 0.</exception>
    public static void Reservoir(Parameter parameter, ref CounterRandom random, float spectralRadius = 0.9f)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (parameter.Shape.Rank != 2 || parameter.Shape[0] % Math.Max(1, parameter.Shape[1]) != 0 || parameter.Length == 0)
            throw new ArgumentException($"'{parameter.Name}' has shape {parameter.Shape}; a reservoir is [gates · hiddenSize, hiddenSize].", nameof(parameter));
        if (!(spectralRadius > 0) || !float.IsFinite(spectralRadius))
            throw new ArgumentOutOfRangeException(nameof(spectralRadius), spectralRadius, "The largest eigenvalue has a finite magnitude over 0.");
        var size = parameter.Shape[1];
        foreach (ref var value in parameter.Values)
            value = (2 * random.NextSingle()) - 1;
        for (var start = 0; start < parameter.Length; start += size * size)
        {
            var matrix = parameter.Values.Slice(start, size * size);
            var scale = (float)(spectralRadius / GrowthOf(matrix, size));
            foreach (ref var value in matrix)
                value *= scale;
        }

        parameter.MarkChanged();
    }

    /// <summary>By what products with a matrix grow, on average over many.</summary>
    private static double GrowthOf(ReadOnlySpan<float> matrix, int size)
    {
        const int Settling = 100, Measured = 400;
        var (vector, product) = (new double[size], new double[size]);
        Array.Fill(vector, 1);
        var logarithms = 0.0;
        for (var step = 0; step < Settling + Measured; step++)
        {
            var squares = 0.0;
            for (var row = 0; row < size; row++)
            {
                var sum = 0.0;
                for (var column = 0; column < size; column++)
                    sum += matrix[(row * size) + column] * vector[column];
                product[row] = sum;
                squares += sum * sum;
            }

            var length = Math.Max(Math.Sqrt(squares), double.Epsilon);
            for (var row = 0; row < size; row++)
                vector[row] = product[row] / length;
            logarithms += step < Settling ? 0 : Math.Log(length);
        }

        return Math.Exp(logarithms / Measured);
    }

    /// <summary>Uniform in [low, high): what a cell says of its unit weights.</summary>
    /// <param name="parameter">What to fill.</param>
    /// <param name="low">The smallest value.</param>
    /// <param name="high">The bound above, not below <paramref name="low"/>.</param>
    /// <param name="random">Where the numbers come from; moves on by one value for each element.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bounds are no finite numbers in this order.</exception>
    public static void Uniform(Parameter parameter, float low, float high, ref CounterRandom random)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        if (!float.IsFinite(low) || !float.IsFinite(high) || high < low)
            throw new ArgumentOutOfRangeException(nameof(high), high, FormattableString.Invariant($"Values between {low} and {high} were asked for; expected two finite numbers, the smaller one first."));
        foreach (ref var value in parameter.Values)
            value = float.Lerp(low, high, random.NextSingle());
        parameter.MarkChanged();
    }

    /// <summary>
    /// Sets the biases of a forget gate so that they add up to a value, 1 by default: the cell starts by remembering (Jozefowicz, Zaremba,
    /// Sutskever, 2015). The other gates stay as they are. Without further arguments it is that of an LSTM.
    /// </summary>
    /// <param name="inputBias">The bias beside the input weights, [G·H].</param>
    /// <param name="recurrentBias">The bias beside the recurrent weights, of the same shape; its forget part becomes 0. Null where there is none.</param>
    /// <param name="value">What the two add up to.</param>
    /// <param name="gate">Which gate it is, from 0, as <see cref="Cells.Cell.ForgetGate"/> says.</param>
    /// <param name="gates">G, how many gates there are.</param>
    /// <exception cref="ArgumentException">A length that does not divide by the gates, or two lengths that differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such gate.</exception>
    public static void ForgetGateBias(Parameter inputBias, Parameter? recurrentBias = null, float value = 1, int gate = 1, int gates = 4)
    {
        ArgumentNullException.ThrowIfNull(inputBias);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gates);
        if (gate < 0 || gate >= gates)
            throw new ArgumentOutOfRangeException(nameof(gate), gate, $"There are {gates} gates, numbered from 0.");
        if (inputBias.Length % gates != 0 || inputBias.Shape.Rank != 1)
            throw new ArgumentException($"'{inputBias.Name}' has shape {inputBias.Shape}; the bias of {gates} gates is [{gates} · hiddenSize].", nameof(inputBias));
        if (recurrentBias is not null && recurrentBias.Shape != inputBias.Shape)
        {
            throw new ArgumentException(
                $"'{recurrentBias.Name}' has shape {recurrentBias.Shape}; '{inputBias.Name}' has {inputBias.Shape}.", nameof(recurrentBias));
        }

        var hiddenSize = inputBias.Length / gates;
        inputBias.Values.Slice(gate * hiddenSize, hiddenSize).Fill(value);
        inputBias.MarkChanged();
        recurrentBias?.Values.Slice(gate * hiddenSize, hiddenSize).Clear();
        recurrentBias?.MarkChanged();
    }

    private static void Uniform(Parameter parameter, double limit, ref CounterRandom random)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        foreach (ref var value in parameter.Values)
            value = (float)(limit * ((2.0 * random.NextSingle()) - 1));
        parameter.MarkChanged();
    }

    private static (int Rows, int Columns) GateBlock(Parameter parameter, int gates)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(gates);
        if (parameter.Shape.Rank != 2)
            throw new ArgumentException($"'{parameter.Name}' has shape {parameter.Shape}; this initialiser needs a matrix.", nameof(parameter));
        if (parameter.Shape[0] % gates != 0)
            throw new ArgumentException($"'{parameter.Name}' has {parameter.Shape[0]} rows; they do not divide by {gates} gates.", nameof(gates));
        return (parameter.Shape[0] / gates, parameter.Shape[1]);
    }
}
