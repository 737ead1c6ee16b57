using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>Trainable vectors as the state that every row of a batch starts from, on a tape; backward adds up the rows.</summary>
internal sealed class StartOperation : Operation
{
    private Parameter[] vectors = [];
    private Tensor output = null!;

    /// <summary>Repeats the vectors.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="parts">One for each layer and direction, at most <paramref name="width"/> values each.</param>
    /// <param name="batchSize">B.</param>
    /// <param name="width">The width of the state; rows of shorter vectors end in zeros.</param>
    /// <returns>[L·D, B, width].</returns>
    public Tensor Forward(Tape tape, Parameter[] parts, int batchSize, int width)
    {
        vectors = parts;
        output = tape.Allocate(new(parts.Length, batchSize, width), requiresGradient: true);
        for (var row = 0; row < parts.Length * batchSize; row++)
        {
            var target = output.Values.Slice(row * width, width);
            var vector = parts[row / batchSize].Values;
            vector.CopyTo(target);
            target[vector.Length..].Clear();
        }

        return output;
    }

    public override void Backward()
    {
        if (!output.GradientWritten)
            return;
        var (batchSize, width) = (output.Shape[1], output.Shape[2]);
        for (var index = 0; index < vectors.Length; index++)
        {
            var rows = output.GradientPointer + ((nint)index * batchSize * width);
            ColumnSums.Add(rows, width, batchSize, vectors[index].Length, vectors[index].GradientPointer);
        }
    }
}
