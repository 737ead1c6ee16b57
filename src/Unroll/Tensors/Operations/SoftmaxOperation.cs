using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>Softmax over the last dimension on a tape.</summary>
internal sealed class SoftmaxOperation : Operation
{
    private Tensor input = null!;
    private Tensor output = null!;

    public Tensor Forward(Tape tape, Tensor x)
    {
        input = x;
        output = tape.Allocate(x.Shape, x.RequiresGradient);
        SoftmaxRows.Forward(x.Pointer, output.Pointer, x.Shape.Rows, x.Shape.Last);
        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (output.GradientWritten && input.RequiresGradient)
            SoftmaxRows.Backward(output.Pointer, output.GradientPointer, input.GradientPointer, input.Shape.Rows, input.Shape.Last, input.BeginGradient());
    }
}
