using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>Dropout on a tape: the mask is a function of the key and the position, so backward computes it again instead of keeping it.</summary>
internal sealed class DropoutOperation : Operation
{
    private Tensor input = null!;
    private Tensor output = null!;
    private float rate;
    private DropoutKey key;

    /// <summary>Drops values of a tensor.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="dropRate">0 up to 1.</param>
    /// <param name="maskKey">Names the mask.</param>
    /// <param name="inPlace">Whether the result takes the place of x, whose values and gradient nobody else may then read.</param>
    public Tensor Forward(Tape tape, Tensor x, float dropRate, DropoutKey maskKey, bool inPlace)
    {
        input = x;
        rate = dropRate;
        key = maskKey;
        output = inPlace ? x : tape.Allocate(x.Shape, x.RequiresGradient);
        DropoutKernel.Apply(x.Pointer, output.Pointer, x.Length, rate, key.Bits, accumulate: false);
        GC.KeepAlive(this);
        return output;
    }

    // What comes after has added all it has to the gradient of the result; what comes before reads that of the input.
    public override void Backward()
    {
        if (!output.GradientWritten || !input.RequiresGradient)
            return;
        var accumulate = output != input && input.BeginGradient();
        DropoutKernel.Apply(output.GradientPointer, input.GradientPointer, input.Length, rate, key.Bits, accumulate);
    }
}
