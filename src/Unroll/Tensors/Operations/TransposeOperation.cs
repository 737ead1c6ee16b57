using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>Two dimensions exchanged, on a tape.</summary>
internal sealed class TransposeOperation : Operation
{
    private Tensor input = null!;
    private Tensor output = null!;
    private TransposedView view;

    public Tensor Forward(Tape tape, Tensor x, int first, int second)
    {
        input = x;
        Span<int> sizes = stackalloc int[Shape.MaximumRank];
        var (outer, middle, inner) = (1, 1, 1);
        for (var index = 0; index < x.Shape.Rank; index++)
        {
            sizes[index] = x.Shape[index == first ? second : index == second ? first : index];
            if (index < first)
                outer *= sizes[index];
            else if (index > second)
                inner *= sizes[index];
            else if (index > first && index < second)
                middle *= sizes[index];
        }

        view = new(outer, x.Shape[first], middle, first == second ? 1 : x.Shape[second], inner);
        output = tape.Allocate(new(sizes[..x.Shape.Rank]), x.RequiresGradient);
        Transposition.Run(x.Pointer, output.Pointer, view, accumulate: false);
        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (output.GradientWritten && input.RequiresGradient)
            Transposition.Run(output.GradientPointer, input.GradientPointer, view.Back, input.BeginGradient());
    }
}
