using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>Pooling over time on a tape: [T, B, N] to [B, N], each row over its own steps.</summary>
internal sealed class PoolingOperation : Operation
{
    private PoolingKind kind;
    private Tensor input = null!;
    private Tensor? scores;
    private Tensor output = null!;
    private int[] lengths = [];
    private int reverseFrom;

    /// <summary>Max: the step of each largest value [B, N].</summary>
    private int[] steps = [];

    /// <summary>Attention: the weight of each step [B, T], and what backward finds the derivative by it to be.</summary>
    private float[] weights = [];
    private float[] dWeights = [];

    /// <summary>Everything is checked.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="how">How.</param>
    /// <param name="x">[T, B, N].</param>
    /// <param name="stepScores">[T, B, 1] for attention, else null.</param>
    /// <param name="rowLengths">The length of each row.</param>
    /// <param name="reverseStart">The first value of the reverse direction, or N.</param>
    public Tensor Forward(Tape tape, PoolingKind how, Tensor x, Tensor? stepScores, ReadOnlySpan<int> rowLengths, int reverseStart)
    {
        (kind, input, scores, reverseFrom) = (how, x, stepScores, reverseStart);
        var (batchSize, size) = (x.Shape[1], x.Shape[2]);
        if (lengths.Length < batchSize)
            lengths = new int[batchSize];
        rowLengths.CopyTo(lengths);
        output = tape.Allocate(new(batchSize, size), x.RequiresGradient || stepScores is { RequiresGradient: true });
        if (kind == PoolingKind.Max && steps.Length < output.Length)
            steps = new int[output.Length];
        if (kind == PoolingKind.Attention && weights.Length < x.Shape[0] * batchSize)
            (weights, dWeights) = (new float[x.Shape[0] * batchSize], new float[x.Shape[0] * batchSize]);
        for (var row = 0; row < batchSize; row++)
            Pool(row, output.Values.Slice(row * size, size));
        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (!output.GradientWritten)
            return;
        var size = input.Shape[2];
        if (input.RequiresGradient && !input.BeginGradient())
            input.ClearGradient();
        if (scores is { RequiresGradient: true } && !scores.BeginGradient())
            scores.ClearGradient();
        for (var row = 0; row < input.Shape[1]; row++)
        {
            var dOutput = output.Gradient.Slice(row * size, size);
            if (kind == PoolingKind.Attention)
                DifferentiateScores(row, dOutput);
            if (input.RequiresGradient)
                Spread(row, dOutput);
        }
    }

    private Span<float> Step(int row, int step) => input.Values.Slice(((step * input.Shape[1]) + row) * input.Shape[2], input.Shape[2]);

    private Span<float> StepGradient(int row, int step) => input.Gradient.Slice(((step * input.Shape[1]) + row) * input.Shape[2], input.Shape[2]);

    private Span<float> WeightsOf(int row) => weights.AsSpan(row * input.Shape[0], lengths[row]);

    private void Pool(int row, Span<float> pooled)
    {
        switch (kind)
        {
            case PoolingKind.Last:
                Step(row, lengths[row] - 1)[..reverseFrom].CopyTo(pooled);
                Step(row, 0)[reverseFrom..].CopyTo(pooled[reverseFrom..]);
                break;
            case PoolingKind.Max:
                Largest(row, pooled);
                break;
            case PoolingKind.Mean:
                pooled.Clear();
                for (var step = 0; step < lengths[row]; step++)
                    Add(Step(row, step), 1f / lengths[row], pooled);
                break;
            default:
                Weigh(row);
                pooled.Clear();
                for (var step = 0; step < lengths[row]; step++)
                    Add(Step(row, step), WeightsOf(row)[step], pooled);
                break;
        }
    }

    private void Largest(int row, Span<float> pooled)
    {
        var chosen = steps.AsSpan(row * pooled.Length, pooled.Length);
        Step(row, 0).CopyTo(pooled);
        chosen.Clear();
        for (var step = 1; step < lengths[row]; step++)
        {
            var values = Step(row, step);
            for (var index = 0; index < pooled.Length; index++)
            {
                if (values[index] > pooled[index])
                    (pooled[index], chosen[index]) = (values[index], step);
            }
        }
    }

    /// <summary>The softmax of the scores of a row over its steps.</summary>
    private void Weigh(int row)
    {
        var own = WeightsOf(row);
        var largest = float.NegativeInfinity;
        for (var step = 0; step < own.Length; step++)
        {
            own[step] = scores!.Values[(step * input.Shape[1]) + row];
            largest = Math.Max(largest, own[step]);
        }

        var sum = 0f;
        foreach (ref var weight in own)
        {
            weight = MathF.Exp(weight - largest);
            sum += weight;
        }

        foreach (ref var weight in own)
            weight /= sum;
    }

    private void Spread(int row, ReadOnlySpan<float> dOutput)
    {
        switch (kind)
        {
            case PoolingKind.Last:
                Add(dOutput[..reverseFrom], 1, StepGradient(row, lengths[row] - 1)[..reverseFrom]);
                Add(dOutput[reverseFrom..], 1, StepGradient(row, 0)[reverseFrom..]);
                break;
            case PoolingKind.Max:
                for (var index = 0; index < dOutput.Length; index++)
                    StepGradient(row, steps[(row * dOutput.Length) + index])[index] += dOutput[index];
                break;
            default:
                for (var step = 0; step < lengths[row]; step++)
                    Add(dOutput, kind == PoolingKind.Mean ? 1f / lengths[row] : WeightsOf(row)[step], StepGradient(row, step));
                break;
        }
    }

    // α = softmax(s), y = Σ α_t h_t: dα_t = dy · h_t, ds_t = α_t (dα_t − Σ α dα)
    private void DifferentiateScores(int row, ReadOnlySpan<float> dOutput)
    {
        if (!scores!.RequiresGradient)
            return;
        var own = WeightsOf(row);
        var mean = 0f;
        for (var step = 0; step < own.Length; step++)
        {
            var product = 0f;
            var hidden = Step(row, step);
            for (var index = 0; index < hidden.Length; index++)
                product += dOutput[index] * hidden[index];
            dWeights[step] = product;
            mean += own[step] * product;
        }

        for (var step = 0; step < own.Length; step++)
            scores.Gradient[(step * input.Shape[1]) + row] += own[step] * (dWeights[step] - mean);
    }

    /// <summary><c>target += factor · source</c>.</summary>
    private static void Add(ReadOnlySpan<float> source, float factor, Span<float> target)
    {
        for (var index = 0; index < target.Length; index++)
            target[index] += factor * source[index];
    }
}
