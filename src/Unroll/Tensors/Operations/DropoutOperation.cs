using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>
/// Dropout on a tape: the mask is a function of the key and the position, so backward computes it again instead of keeping it. Equal stretches of the
/// tensor, such as its steps, may share one mask.
/// </summary>
internal sealed class DropoutOperation : Operation
{
    private Tensor input = null!;
    private Tensor output = null!;
    private float rate;
    private DropoutKey key;
    private int stretch;

    /// <summary>Drops values of a tensor.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="dropRate">0 up to 1.</param>
    /// <param name="maskKey">Names the mask.</param>
    /// <param name="maskLength">The values of a mask; the length of x is a multiple of it.</param>
    /// <param name="inPlace">Whether the result takes the place of x, whose values and gradient nobody else may then read.</param>
    public Tensor Forward(Tape tape, Tensor x, float dropRate, DropoutKey maskKey, int maskLength, bool inPlace)
    {
        input = x;
        rate = dropRate;
        key = maskKey;
        stretch = maskLength;
        output = inPlace ? x : tape.Allocate(x.Shape, x.RequiresGradient);
        Apply(x.Pointer, output.Pointer, accumulate: false);
        GC.KeepAlive(this);
        return output;
    }

    // What comes after has added all it has to the gradient of the result; what comes before reads that of the input.
    public override void Backward()
    {
        if (!output.GradientWritten || !input.RequiresGradient)
            return;
        var accumulate = output != input && input.BeginGradient();
        Apply(output.GradientPointer, input.GradientPointer, accumulate);
    }

    private void Apply(Floats source, Floats target, bool accumulate)
    {
        for (nint start = 0; start < input.Length; start += stretch)
            DropoutKernel.Apply(source + start, target + start, stretch, rate, key.Bits, accumulate);
    }
}
