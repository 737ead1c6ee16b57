using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary><c>z = x − y</c> on a tape.</summary>
internal sealed class SubtractOperation : Operation
{
    private readonly FloatBuffer scratch = new();
    private Tensor left = null!;
    private Tensor right = null!;
    private Tensor output = null!;

    public Tensor Forward(Tape tape, Tensor x, Tensor y)
    {
        (left, right) = (x, y);
        output = tape.Allocate(x.Shape, x.RequiresGradient || y.RequiresGradient);
        Broadcasting.Forward(default(DifferenceOf), x.Pointer, y, output.Pointer, x.Shape, accumulate: false);
        GC.KeepAlive(this);
        return output;
    }

    // dx = dz, dy = −dz
    public override void Backward()
    {
        if (!output.GradientWritten)
            return;
        var dOutput = output.GradientPointer;
        if (left.RequiresGradient)
            Elementwise<CopyOf>.Run(default, dOutput, dOutput, left.GradientPointer, left.Length, left.BeginGradient());
        if (right.RequiresGradient)
            Broadcasting.Backward(new ScaleBy(-1), dOutput, dOutput, right, output.Shape, scratch);
    }
}
