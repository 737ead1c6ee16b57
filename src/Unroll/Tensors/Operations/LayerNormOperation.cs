using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>Layer normalisation over the last dimension on a tape.</summary>
internal sealed class LayerNormOperation : Operation
{
    private readonly FloatBuffer normal = new();
    private readonly FloatBuffer spread = new();
    private readonly FloatBuffer dGainRows = new();
    private LayerNormRows rows;
    private Tensor input = null!;
    private Parameter gain = null!;
    private Parameter bias = null!;
    private Tensor output = null!;

    public Tensor Forward(Tape tape, Tensor x, Parameter gainVector, Parameter biasVector, float epsilon)
    {
        (input, gain, bias) = (x, gainVector, biasVector);
        output = tape.Allocate(x.Shape, requiresGradient: true);
        normal.EnsureLength(x.Length);
        spread.EnsureLength(x.Shape.Rows);
        rows = new()
        {
            Input = x.Pointer,
            Normal = normal.Pointer,
            Spread = spread.Pointer,
            Gain = gain.Pointer,
            Bias = bias.Pointer,
            Output = output.Pointer,
            Epsilon = epsilon,
            Rows = x.Shape.Rows,
            Columns = x.Shape.Last,
        };
        LayerNormKernel.Forward(rows);
        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (!output.GradientWritten)
            return;
        dGainRows.EnsureLength(input.Length);
        var dInput = input.RequiresGradient ? input.GradientPointer : default;
        LayerNormKernel.Backward(rows, output.GradientPointer, dInput, dGainRows.Pointer, input.RequiresGradient && input.BeginGradient());
        ColumnSums.Add(dGainRows.Pointer, rows.Columns, rows.Rows, rows.Columns, gain.GradientPointer);
        ColumnSums.Add(output.GradientPointer, rows.Columns, rows.Rows, rows.Columns, bias.GradientPointer);
    }
}
