using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>Mean squared error on a tape.</summary>
internal sealed class MeanSquaredErrorOperation : Operation
{
    private Tensor prediction = null!;
    private Tensor target = null!;
    private Tensor loss = null!;

    public Tensor Forward(Tape tape, Tensor predicted, Tensor expected)
    {
        (prediction, target) = (predicted, expected);
        loss = tape.Allocate(new(), predicted.RequiresGradient || expected.RequiresGradient);
        loss.Values[0] = (float)(Reduction<SquaredDifference>.Sum(default, predicted.Pointer, expected.Pointer, predicted.Length) / predicted.Length);
        GC.KeepAlive(this);
        return loss;
    }

    // d prediction = 2/n · (prediction − target), d target its negative
    public override void Backward()
    {
        if (!loss.GradientWritten)
            return;
        Backward(prediction, target);
        Backward(target, prediction);
    }

    private void Backward(Tensor tensor, Tensor other)
    {
        if (tensor.RequiresGradient)
        {
            var scale = 2 * loss.Gradient[0] / tensor.Length;
            Elementwise<ScaledDifference>.Run(new(scale), tensor.Pointer, other.Pointer, tensor.GradientPointer, tensor.Length, tensor.BeginGradient());
        }
    }
}
