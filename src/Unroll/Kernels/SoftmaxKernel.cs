namespace Unroll.Kernels;

/// <summary>Softmax, cross entropy and its gradient row by row; stable for any finite logits (the row's largest is subtracted).</summary>
internal sealed unsafe class SoftmaxKernel : IParallelWork
{
    private const int RowChunk = 64;

    private const int ParallelLength = 1 << 15;

    [ThreadStatic]
    private static SoftmaxKernel? shared;

    private int[] targets = [];
    private float* logits;
    private nint stride;
    private int rows;
    private int classes;
    private float* losses;
    private float* gradient;
    private nint gradientStride;

    /// <summary>The mean of <c>−ln softmax(logits)[target]</c>.</summary>
    /// <param name="logits">[rows, classes].</param>
    /// <param name="stride">Floats between rows.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="classes">V.</param>
    /// <param name="targets">The right class of each row.</param>
    /// <param name="losses">[rows]: the loss of each row.</param>
    /// <param name="gradient">[rows, classes]: the gradient of the mean; may be <paramref name="logits"/>; null for none.</param>
    /// <param name="gradientStride">Floats between rows of the gradient.</param>
    public static float Losses(
        Floats logits, nint stride, int rows, int classes, ReadOnlySpan<int> targets, Floats losses, Floats gradient, nint gradientStride)
    {
        var kernel = shared ??= new();
        if (kernel.targets.Length < rows)
            kernel.targets = new int[rows];
        targets.CopyTo(kernel.targets);
        kernel.logits = logits.Pointer;
        kernel.stride = stride;
        kernel.rows = rows;
        kernel.classes = classes;
        kernel.losses = losses.Pointer;
        kernel.gradient = gradient.Pointer;
        kernel.gradientStride = gradientStride;
        var items = (rows + RowChunk - 1) / RowChunk;
        Workers.Run(kernel, items, (long)rows * classes >= ParallelLength);

        var sum = 0.0;
        foreach (var loss in losses.Span(rows))
            sum += loss;
        return (float)(sum / rows);
    }

    /// <summary><c>softmax(x / temperature)</c> of one row.</summary>
    public static void Softmax(Floats source, Floats target, int length)
    {
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: Normalise<Lanes512>(source.Pointer, target.Pointer, length, 1); break;
            case LaneWidth.Bits256: Normalise<Lanes256>(source.Pointer, target.Pointer, length, 1); break;
            case LaneWidth.Bits128: Normalise<Lanes128>(source.Pointer, target.Pointer, length, 1); break;
            default: Normalise<LanesScalar>(source.Pointer, target.Pointer, length, 1); break;
        }
    }

    void IParallelWork.Run(int item)
    {
        var end = Math.Min(rows, (item + 1) * RowChunk);
        for (var row = item * RowChunk; row < end; row++)
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
        var source = logits + (row * stride);
        var target = source[targets[row]];
        if (gradient is null)
        {
            losses[row] = LogSumExp<T>(source, classes) - target;
            return;
        }

        var result = gradient + (row * gradientStride);
        losses[row] = Normalise<T>(source, result, classes, 1f / rows) - target;
        result[targets[row]] -= 1f / rows;
    }

    /// <summary><c>target = scale · softmax(source)</c>; returns the logarithm of the sum of exponentials.</summary>
    private static float Normalise<T>(float* source, float* target, int length, float scale)
        where T : struct, ISimdLane<T>
    {
        var largest = Largest<T>(source, length);
        var sum = T.Broadcast(0);
        var bound = T.Broadcast(largest);
        var index = 0;
        for (; index + T.Width <= length; index += T.Width)
        {
            var value = LaneMath<T>.ExpOfNegative(T.Load(source + index) - bound);
            sum += value;
            T.Store(value, target + index);
        }

        var total = T.Sum(sum);
        for (; index < length; index++)
        {
            var value = ScalarExp(source[index] - largest);
            total += value;
            target[index] = value;
        }

        Scale<T>(target, scale / total, length);
        return largest + MathF.Log(total);
    }

    private static float LogSumExp<T>(float* source, int length)
        where T : struct, ISimdLane<T>
    {
        var largest = Largest<T>(source, length);
        var sum = T.Broadcast(0);
        var bound = T.Broadcast(largest);
        var index = 0;
        for (; index + T.Width <= length; index += T.Width)
            sum += LaneMath<T>.ExpOfNegative(T.Load(source + index) - bound);
        var total = T.Sum(sum);
        for (; index < length; index++)
            total += ScalarExp(source[index] - largest);
        return largest + MathF.Log(total);
    }

    private static float Largest<T>(float* source, int length)
        where T : struct, ISimdLane<T>
    {
        var largest = T.Broadcast(float.NegativeInfinity);
        var index = 0;
        for (; index + T.Width <= length; index += T.Width)
            largest = T.Max(T.Load(source + index), largest);
        var result = T.Largest(largest);
        for (; index < length; index++)
            result = MathF.Max(result, source[index]);
        return result;
    }

    private static void Scale<T>(float* target, float factor, int length)
        where T : struct, ISimdLane<T>
    {
        var factors = T.Broadcast(factor);
        var index = 0;
        for (; index + T.Width <= length; index += T.Width)
            T.Store(T.Load(target + index) * factors, target + index);
        for (; index < length; index++)
            target[index] *= factor;
    }

    private static float ScalarExp(float value)
    {
        float result;
        LanesScalar.Store(LaneMath<LanesScalar>.ExpOfNegative(LanesScalar.Broadcast(value)), &result);
        return result;
    }
}
