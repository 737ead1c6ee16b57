using Unroll.Kernels;
using Unroll.Recurrence;

namespace Unroll.Layers;

/// <summary>
/// Many streams of a stack whose layers differ in size or are led past each other: each layer steps all rows by itself, then its connection is applied to
/// them.
/// </summary>
/// <param name="layers">What steps each layer, bottom layer first.</param>
/// <param name="sizes">The sizes of the layers.</param>
/// <param name="connection">The connections, or null for plain ones.</param>
internal sealed class StackBatchStepper(BatchStepper[] layers, StackSizes sizes, StepConnection? connection) : BatchStepper
{
    // The output of a layer is the input of the next, and two take turns; a connection reads both.
    private readonly FloatBuffer even = new();
    private readonly FloatBuffer odd = new();
    private readonly FloatBuffer hidden = new();
    private readonly FloatBuffer scratch = new();
    private CellStepper[][] steppers = [];

    /// <inheritdoc/>
    public override void Step(CellStepper[][] streams, int rows, RowsView inputs, RowsView outputs)
    {
        Prepare(rows);
        var x = inputs;
        for (var layer = 0; layer < layers.Length; layer++)
        {
            for (var row = 0; row < rows; row++)
                steppers[row][0] = streams[row][layer];
            var width = sizes.OutputOf(layer);
            var y = layer == layers.Length - 1 ? outputs : new((layer % 2 == 0 ? even : odd).Pointer, width, width);
            if (connection is null || layer == 0)
            {
                layers[layer].Step(steppers, rows, x, y);
            }
            else
            {
                layers[layer].Step(steppers, rows, x, new(hidden.Pointer, width, width));
                connection.Apply(layer, rows, width, hidden.Pointer, x.Pointer, scratch.Pointer, y.Pointer);
            }

            x = y;
        }

        GC.KeepAlive(this);
    }

    private void Prepare(int rows)
    {
        var length = checked(rows * sizes.LargestGiven);
        even.EnsureLength(length);
        odd.EnsureLength(length);
        if (connection is not null)
        {
            hidden.EnsureLength(length);
            scratch.EnsureLength(length);
        }

        if (steppers.Length < rows)
            steppers = [.. Enumerable.Range(0, rows).Select(_ => new CellStepper[1])];
    }
}
