using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// Rows of tensors [T, B, …] brought into the order of a <see cref="SequenceLayout"/>, and back. Where both orders are the same, nothing is copied. Buffers are
/// kept for the next pass.
/// </summary>
/// <param name="layout">The steps of the batch.</param>
internal sealed class PackedRows(SequenceLayout layout)
{
    private readonly FloatBuffer input = new();
    private readonly FloatBuffer previousHidden = new();
    private readonly FloatBuffer dOutput = new();
    private readonly FloatBuffer dInput = new();
    private bool hasPreviousHidden;

    /// <summary>Bytes of the buffers.</summary>
    public long MemoryInBytes => sizeof(float) * ((long)input.Length + previousHidden.Length + dOutput.Length + dInput.Length);

    /// <summary>Starts a backward pass: what was kept is of an earlier one.</summary>
    public void BeginBackward() => hasPreviousHidden = false;

    /// <summary>Fills the first B rows with given values in sorted order, or zero, and their padding with zero.</summary>
    /// <param name="target">[B, planes, units].</param>
    /// <param name="stride">Floats between its rows.</param>
    /// <param name="plane">Floats between the planes of a row.</param>
    /// <param name="given">[B, planes · H], or null for zero.</param>
    /// <param name="planes">How many values each unit has.</param>
    public void LoadInitial(FloatBuffer target, int stride, int plane, RowsView given, int planes)
    {
        target.Span[..(layout.BatchSize * stride)].Clear();
        if (given.IsNull)
            return;
        for (var row = 0; row < layout.BatchSize; row++)
        {
            for (var index = 0; index < planes; index++)
            {
                var source = given.Part(index, planes).Row(layout.BatchRow(row));
                source.CopyTo((target.Pointer + ((nint)row * stride) + (index * plane)).Span(source.Length));
            }
        }
    }

    /// <summary>The input in packed rows: itself, or gathered.</summary>
    /// <param name="x">[T, B, I].</param>
    /// <param name="inputSize">I.</param>
    public RowsView Input(RowsView x, int inputSize)
    {
        if (layout.IsIdentity)
            return x;
        input.EnsureLength(layout.TotalRows * inputSize);
        var rows = new RowsView(input.Pointer, inputSize, inputSize);
        for (var step = 0; step < layout.TimeSteps; step++)
        {
            for (var row = 0; row < layout.Active(step); row++)
                x.Row(layout.TensorRow(step, row)).CopyTo(rows.Row(layout.Offset(step) + row));
        }

        return rows;
    }

    /// <summary>The gradient of the outputs in packed rows, their padding zero: itself, gathered, or one row of zeros.</summary>
    /// <param name="given">[T, B, …], the columns of this direction, or null for zero.</param>
    /// <param name="outputSize">R.</param>
    /// <param name="hiddenStride">Floats between rows of gathered outputs.</param>
    /// <returns>The first row, and floats between rows.</returns>
    public (Floats Rows, nint Stride) OutputGradient(RowsView given, int outputSize, int hiddenStride)
    {
        if (given.IsNull)
        {
            dOutput.EnsureLength(hiddenStride);
            dOutput.Span[..hiddenStride].Clear();
            return (dOutput.Pointer, 0);
        }

        if (layout.IsIdentity && outputSize % CellSlots.BlockUnits == 0)
            return (given.Pointer, given.Stride);
        dOutput.EnsureLength(layout.TotalRows * hiddenStride);
        for (var step = 0; step < layout.TimeSteps; step++)
        {
            for (var row = 0; row < layout.Active(step); row++)
            {
                var target = (dOutput.Pointer + ((nint)(layout.Offset(step) + row) * hiddenStride)).Span(hiddenStride);
                given.Row(layout.TensorRow(step, row)).CopyTo(target);
                target[outputSize..].Clear();
            }
        }

        return (dOutput.Pointer, hiddenStride);
    }

    /// <summary>The output that each packed row started from; with full lengths these are the first N rows of the outputs. Computed once in a backward pass.</summary>
    /// <param name="hidden">[B + N, units]: initial outputs, then the outputs of all steps.</param>
    /// <param name="stride">Floats between its rows, and between those of the result.</param>
    public Floats PreviousHidden(FloatBuffer hidden, int stride)
    {
        if (layout.IsFull)
            return hidden.Pointer;
        if (hasPreviousHidden)
            return previousHidden.Pointer;
        hasPreviousHidden = true;
        previousHidden.EnsureLength(layout.TotalRows * stride);
        for (var step = 0; step < layout.TimeSteps; step++)
        {
            var from = step == 0 ? 0 : layout.BatchSize + layout.Offset(step - 1);
            var length = layout.Active(step) * stride;
            (hidden.Pointer + ((nint)from * stride)).Span(length)
                .CopyTo((previousHidden.Pointer + ((nint)layout.Offset(step) * stride)).Span(length));
        }

        return previousHidden.Pointer;
    }

    /// <summary>Where the gradient of the input of some steps goes before <see cref="AddInputGradient"/>.</summary>
    /// <param name="length">Rows · I.</param>
    public Floats RoomForInputGradient(int length)
    {
        dInput.EnsureLength(length);
        return dInput.Pointer;
    }

    /// <summary>Adds the gradient of the input of some steps to where it belongs.</summary>
    /// <param name="start">The first step.</param>
    /// <param name="end">The step after the last.</param>
    /// <param name="inputSize">I.</param>
    /// <param name="target">[T, B, I].</param>
    public void AddInputGradient(int start, int end, int inputSize, RowsView target)
    {
        for (var step = start; step < end; step++)
        {
            for (var row = 0; row < layout.Active(step); row++)
            {
                target.AddRow(
                    layout.TensorRow(step, row), dInput.Pointer + ((nint)(layout.Offset(step) - layout.Offset(start) + row) * inputSize));
            }
        }
    }
}
