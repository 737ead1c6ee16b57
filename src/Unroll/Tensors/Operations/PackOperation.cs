using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>The rows of a padded batch that lie within their sequences' lengths, on a tape; backward puts their gradients back, zeros beyond.</summary>
internal sealed class PackOperation : Operation
{
    private int[] rows = [];
    private int[] picked = [];
    private int count;
    private int width;
    private Tensor input = null!;
    private Tensor output = null!;

    public Tensor Forward(Tape tape, Tensor x, ReadOnlySpan<int> lengths)
    {
        input = x;
        var (timeSteps, batchSize) = (x.Shape[0], x.Shape[1]);
        width = 1;
        Span<int> sizes = stackalloc int[x.Shape.Rank - 1];
        for (var dimension = 2; dimension < x.Shape.Rank; dimension++)
            width *= sizes[dimension - 1] = x.Shape[dimension];
        if (rows.Length < timeSteps * batchSize)
            rows = new int[timeSteps * batchSize];
        count = 0;
        for (var row = 0; row < timeSteps * batchSize; row++)
        {
            if (lengths.IsEmpty || row / batchSize < lengths[row % batchSize])
                rows[count++] = row;
        }

        sizes[0] = count;
        output = tape.Allocate(new(sizes), x.RequiresGradient);
        RowGather.Copy(x.Pointer, width, rows, 0, count, width, output.Pointer, width);
        GC.KeepAlive(this);
        return output;
    }

    /// <summary>The values that belong to the rows of the output.</summary>
    /// <param name="values">One for each row of the input.</param>
    public ReadOnlySpan<int> Pick(ReadOnlySpan<int> values)
    {
        if (picked.Length < count)
            picked = new int[rows.Length];
        for (var row = 0; row < count; row++)
            picked[row] = values[rows[row]];
        return picked.AsSpan(0, count);
    }

    public override void Backward()
    {
        if (!output.GradientWritten || !input.RequiresGradient)
            return;
        if (!input.BeginGradient())
            input.ClearGradient();
        RowGather.Add(output.GradientPointer, width, rows, 0, count, width, input.GradientPointer, width);
    }
}
