using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary><c>y = factor · x</c> on a tape.</summary>
internal sealed class ScaleOperation : Operation
{
    private Tensor input = null!;
    private Tensor output = null!;
    private ScaleBy scale;

    public Tensor Forward(Tape tape, Tensor x, float factor)
    {
        input = x;
        scale = new(factor);
        output = tape.Allocate(x.Shape, x.RequiresGradient);
        Elementwise<ScaleBy>.Run(scale, x.Pointer, x.Pointer, output.Pointer, x.Length);
        GC.KeepAlive(this);
        return output;
    }

    // dx = factor · dy
    public override void Backward()
    {
        if (output.GradientWritten && input.RequiresGradient)
            Elementwise<ScaleBy>.Run(scale, output.GradientPointer, output.GradientPointer, input.GradientPointer, input.Length, input.BeginGradient());
    }
}
