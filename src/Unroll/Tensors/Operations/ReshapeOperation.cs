using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>The same values with another shape, on a tape.</summary>
internal sealed class ReshapeOperation : Operation
{
    private Tensor input = null!;
    private Tensor output = null!;

    public Tensor Forward(Tape tape, Tensor x, Shape shape)
    {
        input = x;
        output = tape.Allocate(shape, x.RequiresGradient);
        x.Values.CopyTo(output.Values);
        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (output.GradientWritten && input.RequiresGradient)
            Blocks.Move(output.GradientPointer, 0, input.GradientPointer, 0, 1, input.Length, input.BeginGradient());
    }
}
