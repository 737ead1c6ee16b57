using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary><c>y = x · Wᵀ + b</c> on a tape.</summary>
internal sealed class LinearOperation : Operation
{
    private readonly FloatBuffer dWeights = new();
    private Tensor input = null!;
    private Parameter weight = null!;
    private Parameter? bias;
    private Tensor output = null!;

    public Tensor Forward(Tape tape, Tensor x, Parameter w, Parameter? b)
    {
        input = x;
        weight = w;
        bias = b;
        output = tape.Allocate(x.Shape.WithLast(w.Shape[0]), requiresGradient: true);
        MatrixProduct.Shared.Run(
            x.Shape.Rows, x.Pointer, x.Shape.Last, w.Packed.Forward, b is null ? default : b.Pointer, 0, output.Pointer, output.Shape.Last);
        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (output.GradientWritten)
            Backward(input, weight, bias, output.GradientPointer, output.Shape.Last, dWeights);
    }

    /// <summary>The gradients of a linear map from the gradient of its result.</summary>
    /// <param name="input">x [rows, in].</param>
    /// <param name="weight">W [out, in].</param>
    /// <param name="bias">b [out], or null.</param>
    /// <param name="dOutput">[rows, out].</param>
    /// <param name="dOutputStride">Floats between rows of <paramref name="dOutput"/>.</param>
    /// <param name="scratch">Memory for the gradient of W before it is added.</param>
    public static void Backward(Tensor input, Parameter weight, Parameter? bias, Floats dOutput, nint dOutputStride, FloatBuffer scratch)
    {
        var (rows, inputSize, outputSize) = (input.Shape.Rows, input.Shape.Last, weight.Shape[0]);
        if (input.RequiresGradient)
        {
            var accumulate = input.BeginGradient();
            MatrixProduct.Shared.Run(
                rows, dOutput, dOutputStride, weight.Packed.Backward,
                accumulate ? input.GradientPointer : default, inputSize, input.GradientPointer, inputSize);
        }

        WeightGradient(input, weight, dOutput, dOutputStride, scratch);
        if (bias is not null)
            ColumnSums.Add(dOutput, dOutputStride, rows, outputSize, bias.GradientPointer);
    }

    /// <summary>The first contribution goes straight to its place; a later one is summed up before it is added.</summary>
    private static void WeightGradient(Tensor input, Parameter weight, Floats dOutput, nint dOutputStride, FloatBuffer scratch)
    {
        var (rows, inputSize, outputSize) = (input.Shape.Rows, input.Shape.Last, weight.Shape[0]);
        var accumulate = weight.BeginGradient();
        if (accumulate)
            scratch.EnsureLength(weight.Length);
        var target = accumulate ? scratch.Pointer : weight.GradientPointer;
        OuterProduct.Shared.Run(rows, outputSize, inputSize, dOutput, dOutputStride, input.Pointer, inputSize, target, inputSize);
        if (accumulate)
            Elementwise<CopyOf>.Run(default, target, target, weight.GradientPointer, weight.Length, accumulate);
    }
}
