using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>Tensors side by side along the last dimension, on a tape.</summary>
internal sealed class ConcatenateOperation : Operation
{
    private Tensor[] inputs = [];
    private int count;
    private Tensor output = null!;

    public Tensor Forward(Tape tape, ReadOnlySpan<Tensor> parts, int last)
    {
        if (inputs.Length < parts.Length)
            inputs = new Tensor[parts.Length];
        parts.CopyTo(inputs);
        count = parts.Length;
        var requiresGradient = false;
        foreach (var part in parts)
            requiresGradient |= part.RequiresGradient;
        output = tape.Allocate(parts[0].Shape.WithLast(last), requiresGradient);
        nint first = 0;
        foreach (var part in parts)
        {
            Blocks.Move(part.Pointer, part.Shape.Last, output.Pointer + first, last, part.Shape.Rows, part.Shape.Last, accumulate: false);
            first += part.Shape.Last;
        }

        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (!output.GradientWritten)
            return;
        nint first = 0;
        foreach (var part in inputs.AsSpan(0, count))
        {
            var last = part.Shape.Last;
            if (part.RequiresGradient)
                Blocks.Move(output.GradientPointer + first, output.Shape.Last, part.GradientPointer, last, part.Shape.Rows, last, part.BeginGradient());
            first += last;
        }
    }
}
