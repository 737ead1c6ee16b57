namespace Unroll.Kernels;

/// <summary>
/// The last product of a model with a large vocabulary, its softmax, cross entropy and their gradients, for a block of rows. The logits lie by
/// class, <c>[V, rows]</c>: each product then takes the large weight matrix as it lies and packs only the small input, and a chunk of classes goes
/// through the softmax while it is in the second-level cache. Chunks have a fixed size, so the bits do not depend on who computes them.
/// </summary>
internal sealed unsafe class SoftmaxProduct : IParallelWork
{
    /// <summary>The most rows of a block: a chunk of their logits fits the second-level cache.</summary>
    public const int MaximumRows = 1024;

    /// <summary>Classes of a chunk: full tiles of any lane width, and one item of a product.</summary>
    private const int ChunkClasses = 96;

    /// <summary>Rows whose chunks one item brings together.</summary>
    private const int MergedRows = 64;

    private const int LineFloats = FloatBuffer.AlignmentInFloats;

    [ThreadStatic]
    private static FloatBuffer? scratch;

    private readonly PackedMatrix inputColumns = new();
    private readonly PackedMatrix inputRows = new();
    private readonly FloatBuffer logits = new();
    private readonly FloatBuffer largest = new();
    private readonly FloatBuffer sums = new();
    private readonly FloatBuffer rowValues = new();
    private int[] targets = [];
    private Phase phase;
    private int rows;
    private int depth;
    private int classes;
    private int chunks;
    private int paddedRows;
    private int stride;
    private bool keeps;
    private float* input;
    private float* weight;
    private float* bias;
    private float scale;
    private float* dWeight;
    private float* dBias;
    private bool addsWeight;
    private bool addsBias;

    private enum Phase
    {
        Exponentials,
        Merge,
        WeightGradients,
    }

    /// <summary>The logit of each row's target, then its loss.</summary>
    private float* Losses => rowValues.Pointer.Pointer;

    /// <summary>1 / Σ exp of each row, 0 in the padding.</summary>
    private float* Reciprocals => rowValues.Pointer.Pointer + stride;

    /// <summary>Computes logits and losses; the logits become exponentials.</summary>
    /// <param name="x">[rows, H]; stays in use until <see cref="InputGradient"/>.</param>
    /// <param name="rowCount">1 up to <see cref="MaximumRows"/>.</param>
    /// <param name="inputSize">H.</param>
    /// <param name="weights">W [V, H]; stays in use as x does.</param>
    /// <param name="biases">b [V], or null.</param>
    /// <param name="classCount">V.</param>
    /// <param name="rowTargets">The right class of each row.</param>
    /// <param name="forGradient">Whether the exponentials are kept for the gradients.</param>
    /// <returns>The sum of −ln softmax(x · Wᵀ + b)[target] over the rows.</returns>
    public double Forward(
        Floats x, int rowCount, int inputSize, Floats weights, Floats biases, int classCount, ReadOnlySpan<int> rowTargets, bool forGradient)
    {
        rows = rowCount;
        depth = inputSize;
        classes = classCount;
        keeps = forGradient;
        input = x.Pointer;
        weight = weights.Pointer;
        bias = biases.Pointer;
        chunks = (classes + ChunkClasses - 1) / ChunkClasses;
        var step = Math.Max(LineFloats, 2 * (int)LaneSelection.Current);
        paddedRows = (rows + step - 1) / step * step;
        // An odd number of cache lines spreads a column over the whole first-level cache.
        stride = ((paddedRows / LineFloats) | 1) * LineFloats;
        Prepare(rowTargets);
        inputColumns.PackTransposed(x, depth, depth, rows);
        Run(Phase.Exponentials, chunks);
        Run(Phase.Merge, (paddedRows + MergedRows - 1) / MergedRows);
        var sum = 0.0;
        for (var row = 0; row < rows; row++)
            sum += Losses[row];
        return sum;
    }

    /// <summary>The exponentials become the gradient of the logits, from which follow those of W and b.</summary>
    /// <param name="lossScale">The derivative of the total with respect to the loss of one row.</param>
    /// <param name="weightGradient">dW [V, H].</param>
    /// <param name="addToWeight">Whether to add to dW.</param>
    /// <param name="biasGradient">db [V], or null.</param>
    /// <param name="addToBias">Whether to add to db.</param>
    public void WeightGradients(float lossScale, Floats weightGradient, bool addToWeight, Floats biasGradient, bool addToBias)
    {
        scale = lossScale;
        dWeight = weightGradient.Pointer;
        dBias = biasGradient.Pointer;
        addsWeight = addToWeight;
        addsBias = addToBias;
        inputRows.Pack(new(input), depth, rows, depth);
        Run(Phase.WeightGradients, chunks);
    }

    /// <summary><c>dx = dLogits · W</c>, or <c>+=</c>; after <see cref="WeightGradients"/>.</summary>
    /// <param name="inputGradient">[rows, H].</param>
    /// <param name="accumulate">Whether to add to it.</param>
    public void InputGradient(Floats inputGradient, bool accumulate) =>
        OuterProduct.Shared.Run(classes, rows, depth, logits.Pointer, stride, new(weight), depth, inputGradient, depth, accumulate);

    void IParallelWork.Run(int item)
    {
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: Run<Lanes512>(item); break;
            case LaneWidth.Bits256: Run<Lanes256>(item); break;
            case LaneWidth.Bits128: Run<Lanes128>(item); break;
            default: Run<LanesScalar>(item); break;
        }
    }

    private void Prepare(ReadOnlySpan<int> rowTargets)
    {
        if (targets.Length < rows)
            targets = new int[rows];
        rowTargets.CopyTo(targets);
        if (keeps)
            logits.EnsureLength(checked(classes * stride));
        largest.EnsureLength(checked(chunks * stride));
        sums.EnsureLength(checked(chunks * stride));
        rowValues.EnsureLength(2 * stride);
    }

    private void Run(Phase next, int items)
    {
        phase = next;
        Workers.Run(this, items);
    }

    private void Run<T>(int item)
        where T : struct, ISimdLane<T>
    {
        switch (phase)
        {
            case Phase.Exponentials: Exponentials<T>(item); break;
            case Phase.Merge: Merge<T>(item * MergedRows, Math.Min(paddedRows, (item + 1) * MergedRows)); break;
            default: WeightGradients<T>(item); break;
        }
    }

    private void Exponentials<T>(int chunk)
        where T : struct, ISimdLane<T>
    {
        var (first, end) = Classes(chunk);
        var z = keeps ? logits.Pointer + ((nint)first * stride) : Scratch(ChunkClasses * stride);
        MatrixProduct.Shared.Run(end - first, new(weight + ((nint)first * depth)), depth, inputColumns, default, 0, z, stride);
        for (var index = 0; index < end - first; index++)
            (z + ((nint)index * stride) + rows).Span(paddedRows - rows).Clear();
        for (var row = 0; row < rows; row++)
        {
            if (targets[row] >= first && targets[row] < end)
                Losses[row] = z[((nint)(targets[row] - first) * stride) + row] + (bias is null ? 0 : bias[targets[row]]);
        }

        var statistics = (nint)chunk * stride;
        SoftmaxChunk<T>.Exponentials(
            z.Pointer, stride, end - first, paddedRows, bias is null ? null : bias + first,
            largest.Pointer.Pointer + statistics, sums.Pointer.Pointer + statistics, keeps);
    }

    /// <summary>
    /// Brings the chunks of some rows together: <c>m = max mᶜ</c>, <c>fᶜ = exp(mᶜ − m)</c>, which takes the place of mᶜ, <c>Σ = Σᶜ fᶜ · sᶜ</c>.
    /// </summary>
    private void Merge<T>(int first, int end)
        where T : struct, ISimdLane<T>
    {
        var m = stackalloc float[MergedRows];
        var total = stackalloc float[MergedRows];
        SoftmaxChunk<T>.Merge(largest.Pointer.Pointer + first, sums.Pointer.Pointer + first, stride, chunks, end - first, m, total);
        for (var row = first; row < end; row++)
        {
            Reciprocals[row] = row < rows ? 1 / total[row - first] : 0;
            if (row < rows)
                Losses[row] = m[row - first] + MathF.Log(total[row - first]) - Losses[row];
        }
    }

    private void WeightGradients<T>(int chunk)
        where T : struct, ISimdLane<T>
    {
        var (first, end) = Classes(chunk);
        var dLogits = logits.Pointer.Pointer + ((nint)first * stride);
        var factors = Scratch(stride).Pointer;
        var classSums = stackalloc float[ChunkClasses];
        SoftmaxChunk<T>.Factors(largest.Pointer.Pointer + ((nint)chunk * stride), Reciprocals, scale, paddedRows, factors);
        SoftmaxChunk<T>.Gradients(dLogits, stride, end - first, paddedRows, factors, classSums);
        for (var row = 0; row < rows; row++)
        {
            if (targets[row] >= first && targets[row] < end)
            {
                dLogits[((nint)(targets[row] - first) * stride) + row] -= scale;
                classSums[targets[row] - first] -= scale;
            }
        }

        for (var index = first; dBias is not null && index < end; index++)
            dBias[index] = addsBias ? dBias[index] + classSums[index - first] : classSums[index - first];
        var target = new Floats(dWeight + ((nint)first * depth));
        MatrixProduct.Shared.Run(end - first, new(dLogits), stride, inputRows, addsWeight ? target : default, depth, target, depth);
    }

    private (int First, int End) Classes(int chunk) => (MatrixProduct.Part(classes, chunk, chunks), MatrixProduct.Part(classes, chunk + 1, chunks));

    private static Floats Scratch(int length)
    {
        var buffer = scratch ??= new();
        buffer.EnsureLength(length);
        return buffer.Pointer;
    }
}
