namespace Unroll.Recurrence;

/// <summary>
/// One time step of many streams of one stack. Every stream's state stays in its own steppers, where it is read and replaced, so streams come and go
/// without anybody telling. The bits of a stream are those of its steps alone, whatever else shares the step.
/// </summary>
internal abstract class BatchStepper
{
    /// <summary>Advances streams one time step.</summary>
    /// <param name="streams">For each stream the steppers of its layers, bottom layer first; no stream twice.</param>
    /// <param name="rows">How many streams, at least 1.</param>
    /// <param name="inputs">x [rows, I].</param>
    /// <param name="outputs">Where h of the top layer goes, [rows, H].</param>
    public abstract void Step(CellStepper[][] streams, int rows, RowsView inputs, RowsView outputs);

    /// <summary>Steps one row as a stream steps alone.</summary>
    /// <param name="stream">The steppers of its layers, bottom layer first.</param>
    /// <param name="row">Which row.</param>
    /// <param name="inputs">x [rows, I].</param>
    /// <param name="outputs">h of the top layer [rows, H].</param>
    protected static void StepAlone(CellStepper[] stream, int row, RowsView inputs, RowsView outputs)
    {
        var below = inputs.Pointer + (row * inputs.Stride);
        foreach (var layer in stream)
        {
            layer.Step(below);
            below = layer.HiddenPointer;
        }

        outputs.CopyRow(row, below);
    }
}
