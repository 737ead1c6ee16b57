using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary><c>z = x ∘ y</c> on a tape.</summary>
internal sealed class MultiplyOperation : Operation
{
    private readonly FloatBuffer scratch = new();
    private Tensor left = null!;
    private Tensor right = null!;
    private Tensor output = null!;

    public Tensor Forward(Tape tape, Tensor x, Tensor y)
    {
        (left, right) = (x, y);
        output = tape.Allocate(x.Shape, x.RequiresGradient || y.RequiresGradient);
        Broadcasting.Forward(default(ProductOf), x.Pointer, y, output.Pointer, x.Shape, accumulate: false);
        GC.KeepAlive(this);
        return output;
    }

    // dx = dz ∘ y, dy = dz ∘ x
    public override void Backward()
    {
        if (!output.GradientWritten)
            return;
        var dOutput = output.GradientPointer;
        if (left.RequiresGradient)
            Broadcasting.Forward(default(ProductOf), dOutput, right, left.GradientPointer, left.Shape, left.BeginGradient());
        if (right.RequiresGradient)
            Broadcasting.Backward(default(ProductOf), dOutput, left.Pointer, right, left.Shape, scratch);
    }
}
