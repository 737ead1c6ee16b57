using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary><c>C = op(A) · op(B)</c> on a tape.</summary>
internal sealed class MatrixMultiplyOperation : Operation
{
    private Tensor left = null!;
    private Tensor right = null!;
    private Tensor output = null!;
    private bool transposeLeft;
    private bool transposeRight;

    public Tensor Forward(Tape tape, Tensor a, Tensor b, bool transposeA, bool transposeB)
    {
        (left, right, transposeLeft, transposeRight) = (a, b, transposeA, transposeB);
        var (opA, opB) = (Operand(a.Pointer, a.Shape, transposeA), Operand(b.Pointer, b.Shape, transposeB));
        output = tape.Allocate(new(opA.Rows, opB.Columns), a.RequiresGradient || b.RequiresGradient);
        GeneralProduct.Shared.Run(opA, opB, output.Pointer);
        GC.KeepAlive(this);
        return output;
    }

    // d op(A) = dC · op(B)ᵀ, d op(B) = op(A)ᵀ · dC; where the operand is transposed, so is the equation.
    public override void Backward()
    {
        if (!output.GradientWritten)
            return;
        var dC = Operand(output.GradientPointer, output.Shape, transposed: false);
        var (opA, opB) = (Operand(left.Pointer, left.Shape, transposeLeft), Operand(right.Pointer, right.Shape, transposeRight));
        if (left.RequiresGradient)
        {
            var accumulate = left.BeginGradient();
            if (transposeLeft)
                GeneralProduct.Shared.Run(opB, dC.Flipped, left.GradientPointer, accumulate);
            else
                GeneralProduct.Shared.Run(dC, opB.Flipped, left.GradientPointer, accumulate);
        }

        if (right.RequiresGradient)
        {
            var accumulate = right.BeginGradient();
            if (transposeRight)
                GeneralProduct.Shared.Run(dC.Flipped, opA, right.GradientPointer, accumulate);
            else
                GeneralProduct.Shared.Run(opA.Flipped, dC, right.GradientPointer, accumulate);
        }
    }

    private static MatrixOperand Operand(Floats values, Shape shape, bool transposed) =>
        transposed ? new(values, shape[1], shape[0], true) : new(values, shape[0], shape[1], false);
}
