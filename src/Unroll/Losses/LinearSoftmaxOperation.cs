using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>A last product, softmax and cross entropy on a tape. After forward the logits have become their own gradient.</summary>
internal sealed class LinearSoftmaxOperation : Operation
{
    private readonly FloatBuffer logits = new();
    private readonly FloatBuffer losses = new();
    private readonly FloatBuffer dWeights = new();
    private Tensor input = null!;
    private Parameter weight = null!;
    private Parameter? bias;
    private Tensor loss = null!;
    private int stride;

    public Tensor Forward(Tape tape, Tensor x, Parameter w, Parameter? b, ReadOnlySpan<int> targets)
    {
        input = x;
        weight = w;
        bias = b;
        var (rows, classes) = (x.Shape.Rows, w.Shape[0]);
        stride = OuterProduct.PaddedColumns(classes);
        logits.EnsureLength(checked(rows * stride));
        losses.EnsureLength(rows);
        MatrixProduct.Shared.Run(rows, x.Pointer, x.Shape.Last, w.Packed.Forward, b is null ? default : b.Pointer, 0, logits.Pointer, stride);
        loss = tape.Allocate(new(), requiresGradient: true);
        loss.Values[0] = SoftmaxKernel.Losses(
            logits.Pointer, stride, rows, classes, targets, losses.Pointer, tape.IsRecording ? logits.Pointer : default, stride);
        GC.KeepAlive(this);
        return loss;
    }

    public override void Backward()
    {
        if (!loss.GradientWritten)
            return;
        var scale = loss.Gradient[0];
        if (scale != 1)
            Elementwise<ScaleBy>.Run(new(scale), logits.Pointer, logits.Pointer, logits.Pointer, input.Shape.Rows * stride);
        LinearOperation.Backward(input, weight, bias, logits.Pointer, stride, dWeights);
    }
}
