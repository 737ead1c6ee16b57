using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Losses;

/// <summary>
/// A last product with many classes, softmax and cross entropy on a tape, block of rows by block of rows. Without a backward pass to come the
/// logits of one chunk of classes are all that is in memory.
/// </summary>
internal sealed class LinearSoftmaxByClassOperation : Operation
{
    // Below these sizes rows of logits are faster: packing W is cheap then, or a vector of rows is mostly padding.
    private const int FewestClasses = 512;
    private const int FewestRows = 16;

    private readonly List<SoftmaxProduct> blocks = [];
    private Tensor input = null!;
    private Parameter weight = null!;
    private Parameter? bias;
    private Tensor loss = null!;

    /// <summary>Whether this order is the faster one.</summary>
    public static bool Pays(int rows, int classes) => classes >= FewestClasses && rows >= FewestRows;

    public Tensor Forward(Tape tape, Tensor x, Parameter w, Parameter? b, ReadOnlySpan<int> targets)
    {
        input = x;
        weight = w;
        bias = b;
        var (rows, inputSize) = (x.Shape.Rows, x.Shape.Last);
        loss = tape.Allocate(new(), requiresGradient: true);
        var sum = 0.0;
        for (var block = 0; block < BlockCount; block++)
        {
            var (first, end) = RowsOf(block);
            sum += Block(tape.IsRecording ? block : 0).Forward(
                x.Pointer + ((nint)first * inputSize), end - first, inputSize, w.Pointer, b is null ? default : b.Pointer, w.Shape[0],
                targets[first..end], tape.IsRecording);
        }

        loss.Values[0] = (float)(sum / rows);
        GC.KeepAlive(this);
        return loss;
    }

    public override void Backward()
    {
        if (!loss.GradientWritten)
            return;
        var scale = loss.Gradient[0] / input.Shape.Rows;
        var addsWeight = weight.BeginGradient();
        var addsBias = bias?.BeginGradient() ?? false;
        var addsInput = input.RequiresGradient && input.BeginGradient();
        for (var block = 0; block < BlockCount; block++)
        {
            blocks[block].WeightGradients(
                scale, weight.GradientPointer, addsWeight || block > 0, bias is null ? default : bias.GradientPointer, addsBias || block > 0);
            if (input.RequiresGradient)
                blocks[block].InputGradient(input.GradientPointer + ((nint)RowsOf(block).First * input.Shape.Last), addsInput);
        }
    }

    private int BlockCount => (input.Shape.Rows + SoftmaxProduct.MaximumRows - 1) / SoftmaxProduct.MaximumRows;

    private (int First, int End) RowsOf(int block) =>
        ((int)((long)input.Shape.Rows * block / BlockCount), (int)((long)input.Shape.Rows * (block + 1) / BlockCount));

    private SoftmaxProduct Block(int index)
    {
        while (blocks.Count <= index)
            blocks.Add(new());
        return blocks[index];
    }
}
