using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>Lets the gradient of the last step of each sequence pass, and of the reverse direction that of the first: diagnosis asks what comes of it.</summary>
internal sealed class LastStepOperation : Operation
{
    private Tensor output = null!;
    private int[] lengths = [];
    private int forwardWidth;
    private bool keepsBothEnds;

    /// <summary>Stands behind an output on the tape.</summary>
    /// <param name="tensor">[T, B, W].</param>
    /// <param name="rowLengths">The length of each row, or empty when all are T.</param>
    /// <param name="forward">How many of its values are the forward direction's; the others are the reverse one's.</param>
    /// <param name="bothEnds">Whether all values keep both steps, because both directions are in each of them.</param>
    public void Set(Tensor tensor, ReadOnlySpan<int> rowLengths, int forward, bool bothEnds)
    {
        output = tensor;
        lengths = rowLengths.ToArray();
        (forwardWidth, keepsBothEnds) = (forward, bothEnds);
    }

    public override void Backward()
    {
        if (!output.RequiresGradient || !output.GradientWritten)
            return;
        var (timeSteps, batchSize, width) = (output.Shape[0], output.Shape[1], output.Shape[2]);
        for (var step = 0; step < timeSteps; step++)
        {
            for (var row = 0; row < batchSize; row++)
            {
                var isLast = step == (lengths.Length == 0 ? timeSteps : lengths[row]) - 1;
                var values = output.Gradient.Slice(((step * batchSize) + row) * width, width);
                if (!isLast && !(keepsBothEnds && step == 0))
                    values[..forwardWidth].Clear();
                if (step > 0 && !(keepsBothEnds && isLast))
                    values[forwardWidth..].Clear();
            }
        }
    }
}
