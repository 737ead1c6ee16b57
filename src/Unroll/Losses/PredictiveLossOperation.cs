using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>The mean loss of numbers under the laws that a network gives, on a tape.</summary>
internal sealed class PredictiveLossOperation : Operation
{
    private Tensor raw = null!;
    private Tensor loss = null!;
    private float[] gradients = [];

    /// <summary>Runs forward; the derivatives come with it.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="parameters">[N, M·P]: for each of N rows the laws of M numbers.</param>
    /// <param name="targets">N·M numbers; NaN where one is not known and does not count. At least one is.</param>
    /// <param name="scales">What one unit stands for, N·M.</param>
    /// <param name="law">The law.</param>
    public Tensor Forward(Tape tape, Tensor parameters, ReadOnlySpan<float> targets, ReadOnlySpan<float> scales, PredictiveLaw law)
    {
        raw = parameters;
        loss = tape.Allocate(new(), parameters.RequiresGradient);
        if (gradients.Length < parameters.Length)
            gradients = new float[parameters.Length];
        var width = law.Parameters;
        Span<double> byParameter = stackalloc double[width];
        var (sum, count) = (0.0, 0);
        foreach (var target in targets)
            count += float.IsNaN(target) ? 0 : 1;
        for (var index = 0; index < targets.Length; index++)
        {
            var own = gradients.AsSpan(index * width, width);
            if (float.IsNaN(targets[index]))
            {
                own.Clear();
                continue;
            }

            sum += law.Loss(parameters.Values.Slice(index * width, width), targets[index], scales[index], byParameter);
            for (var parameter = 0; parameter < width; parameter++)
                own[parameter] = (float)(byParameter[parameter] / count);
        }

        loss.Values[0] = (float)(sum / count);
        return loss;
    }

    public override void Backward()
    {
        if (!loss.GradientWritten || !raw.RequiresGradient)
            return;
        var (scale, accumulate) = (loss.Gradient[0], raw.BeginGradient());
        var gradient = raw.Gradient;
        for (var index = 0; index < gradient.Length; index++)
            gradient[index] = (scale * gradients[index]) + (accumulate ? gradient[index] : 0);
    }
}
