using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>Dropout on a tape: the mask is a function of the key and the position, so backward computes it again instead of keeping it.</summary>
internal sealed class DropoutOperation : Operation
{
    private Tensor input = null!;
    private Tensor output = null!;
    private float rate;
    private DropoutKey key;

    public Tensor Forward(Tape tape, Tensor x, float dropRate, DropoutKey maskKey)
    {
        input = x;
        rate = dropRate;
        key = maskKey;
        output = tape.Allocate(x.Shape, x.RequiresGradient);
        DropoutKernel.Apply(x.Pointer, output.Pointer, x.Length, rate, key.Bits, accumulate: false);
        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (output.GradientWritten && input.RequiresGradient)
            DropoutKernel.Apply(output.GradientPointer, input.GradientPointer, input.Length, rate, key.Bits, input.BeginGradient());
    }
}
