using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>An activation on a tape; its gradient needs only the value it gave.</summary>
internal sealed class ActivationOperation<TActivation> : Operation
    where TActivation : struct, IActivation
{
    private Tensor input = null!;
    private Tensor output = null!;

    public Tensor Forward(Tape tape, Tensor x)
    {
        input = x;
        output = tape.Allocate(x.Shape, x.RequiresGradient);
        Elementwise<ValueOf<TActivation>>.Run(default, x.Pointer, x.Pointer, output.Pointer, x.Length);
        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (output.GradientWritten && input.RequiresGradient)
            Elementwise<GradientOf<TActivation>>.Run(default, output.Pointer, output.GradientPointer, input.GradientPointer, input.Length, input.BeginGradient());
    }
}
