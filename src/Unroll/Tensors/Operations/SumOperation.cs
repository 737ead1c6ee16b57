using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>The sum of all values over a divisor, on a tape.</summary>
internal sealed class SumOperation : Operation
{
    private Tensor input = null!;
    private Tensor output = null!;
    private int divisor;

    public Tensor Forward(Tape tape, Tensor x, int count)
    {
        input = x;
        divisor = count;
        output = tape.Allocate(new(), x.RequiresGradient);
        output.Values[0] = (float)(Reduction<CopyOf>.Sum(default, x.Pointer, x.Pointer, x.Length) / count);
        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (output.GradientWritten && input.RequiresGradient)
            Elementwise<Constant>.Run(new(output.Gradient[0] / divisor), input.Pointer, input.Pointer, input.GradientPointer, input.Length, input.BeginGradient());
    }
}
