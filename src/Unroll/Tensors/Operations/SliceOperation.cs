using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>A range of one dimension on a tape: the input is seen as [outer, size, inner].</summary>
internal sealed class SliceOperation : Operation
{
    private Tensor input = null!;
    private Tensor output = null!;
    private int outer;
    private int stride;
    private int offset;
    private int block;

    public Tensor Forward(Tape tape, Tensor x, int dimension, int start, int length)
    {
        input = x;
        Span<int> sizes = stackalloc int[Shape.MaximumRank];
        var inner = 1;
        outer = 1;
        for (var index = 0; index < x.Shape.Rank; index++)
        {
            sizes[index] = index == dimension ? length : x.Shape[index];
            if (index < dimension)
                outer *= sizes[index];
            else if (index > dimension)
                inner *= sizes[index];
        }

        (stride, offset, block) = (x.Shape[dimension] * inner, start * inner, length * inner);
        output = tape.Allocate(new(sizes[..x.Shape.Rank]), x.RequiresGradient);
        Blocks.Move(x.Pointer + offset, stride, output.Pointer, block, outer, block, accumulate: false);
        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (!output.GradientWritten || !input.RequiresGradient)
            return;
        var accumulate = input.BeginGradient();
        if (!accumulate)
            input.ClearGradient();
        Blocks.Move(output.GradientPointer, block, input.GradientPointer + offset, stride, outer, block, accumulate);
    }
}
