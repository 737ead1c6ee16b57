using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>Elementwise functions whose right side has the shape of the left one, or is a vector that stands beside each of its rows.</summary>
internal static class Broadcasting
{
    /// <summary><c>target = f(x, y)</c>, or <c>+=</c>.</summary>
    /// <param name="f">The function.</param>
    /// <param name="x">Values of <paramref name="shape"/>.</param>
    /// <param name="y">A tensor of that shape, or [n].</param>
    /// <param name="target">Values of <paramref name="shape"/>.</param>
    /// <param name="shape">[… , n].</param>
    /// <param name="accumulate">Whether to add to the target.</param>
    public static void Forward<TOperator>(TOperator f, Floats x, Tensor y, Floats target, Shape shape, bool accumulate)
        where TOperator : struct, IElementwiseOperator
    {
        if (y.Shape == shape)
            Elementwise<TOperator>.Run(f, x, y.Pointer, target, shape.Length, accumulate);
        else if (shape.Length > 0)
            Elementwise<TOperator>.RunRows(f, x, y.Pointer, target, shape.Length, shape.Last, accumulate);
    }

    /// <summary>Gives the right side its gradient <c>f(dz, x)</c>, summed over the rows when it is a vector.</summary>
    /// <param name="f">The function.</param>
    /// <param name="dOutput">Values of <paramref name="shape"/>.</param>
    /// <param name="x">Values of <paramref name="shape"/>.</param>
    /// <param name="right">The right side, of that shape or [n].</param>
    /// <param name="shape">[… , n].</param>
    /// <param name="scratch">Memory for the gradient before it is summed.</param>
    public static void Backward<TOperator>(TOperator f, Floats dOutput, Floats x, Tensor right, Shape shape, FloatBuffer scratch)
        where TOperator : struct, IElementwiseOperator
    {
        var accumulate = right.BeginGradient();
        if (right.Shape == shape)
        {
            Elementwise<TOperator>.Run(f, dOutput, x, right.GradientPointer, shape.Length, accumulate);
            return;
        }

        if (!accumulate)
            right.ClearGradient();
        scratch.EnsureLength(shape.Length);
        Elementwise<TOperator>.Run(f, dOutput, x, scratch.Pointer, shape.Length);
        ColumnSums.Add(scratch.Pointer, shape.Last, shape.Rows, shape.Last, right.GradientPointer);
    }
}
