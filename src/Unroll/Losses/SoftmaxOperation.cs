using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>Softmax and cross entropy of given logits on a tape.</summary>
internal sealed class SoftmaxOperation : Operation
{
    private readonly FloatBuffer dLogits = new();
    private readonly FloatBuffer losses = new();
    private Tensor logits = null!;
    private Tensor loss = null!;

    public Tensor Forward(Tape tape, Tensor x, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights = default)
    {
        logits = x;
        var (rows, classes) = (x.Shape.Rows, x.Shape.Last);
        losses.EnsureLength(rows);
        if (tape.IsRecording)
            dLogits.EnsureLength(x.Length);
        loss = tape.Allocate(new(), x.RequiresGradient);
        loss.Values[0] = SoftmaxKernel.Losses(
            x.Pointer, classes, rows, classes, targets, losses.Pointer, tape.IsRecording ? dLogits.Pointer : default, classes);
        if (!weights.IsEmpty)
            loss.Values[0] = Weigh(weights, rows, classes, tape.IsRecording);
        GC.KeepAlive(this);
        return loss;
    }

    public override void Backward()
    {
        if (!loss.GradientWritten || !logits.RequiresGradient)
            return;
        Elementwise<ScaleBy>.Run(
            new(loss.Gradient[0]), dLogits.Pointer, dLogits.Pointer, logits.GradientPointer, logits.Length, logits.BeginGradient());
    }

    /// <summary>Σ w · loss / Σ w, and its gradient from that of the plain mean.</summary>
    private float Weigh(ReadOnlySpan<float> weights, int rows, int classes, bool hasGradient)
    {
        var (sum, total) = (0.0, 0.0);
        for (var row = 0; row < rows; row++)
        {
            sum += (double)weights[row] * losses.Span[row];
            total += weights[row];
        }

        for (var row = 0; row < rows && hasGradient; row++)
        {
            var factor = (float)(weights[row] * rows / total);
            foreach (ref var value in dLogits.Span.Slice(row * classes, classes))
                value *= factor;
        }

        return (float)(sum / total);
    }
}
