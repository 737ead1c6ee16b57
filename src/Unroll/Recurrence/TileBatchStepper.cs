using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// Many streams as rows of products: inputs and previous outputs are copied side by side, the sums of a group of units are computed for many rows at
/// once, and the cell is applied to them while they are in the cache, straight into the states of the streams.
/// </summary>
/// <typeparam name="TCell">The cell.</typeparam>
/// <typeparam name="T">The lane type.</typeparam>
internal sealed class TileBatchStepper<TCell, T> : BatchStepper, IParallelWork
    where TCell : struct, ICellKernel
    where T : struct, ISimdLane<T>
{
    /// <summary>Floats added to each row, so that rows a power of two long do not fall into the same cache sets.</summary>
    private const int RowPadding = FloatBuffer.AlignmentInFloats;

    private readonly TCell cell;
    private readonly CellWeights[] layers;
    private readonly int unitStride;

    // One for all layers: while one part of the rows is at one layer, another may be at the next.
    private readonly int inputStride;
    private readonly FloatBuffer input = new();
    private readonly FloatBuffer previousHidden = new();
    private readonly FloatBuffer gates = new();
    private readonly FloatBuffer recurrentGates = new();
    private StateRow[] states = [];
    private CellStepper[][] steppers = [];
    private RowsView x;
    private RowsView h;
    private int count;
    private BatchSplit split;
    private int layer;
    private bool moves;

    /// <summary>Sizes the rows.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="layers">The weights, bottom layer first.</param>
    public TileBatchStepper(TCell cell, CellWeights[] layers)
    {
        this.cell = cell;
        this.layers = layers;
        unitStride = (layers[0].Blocks * CellSlots.BlockUnits) + RowPadding;
        foreach (var weights in layers)
            inputStride = Math.Max(inputStride, StrideOf(weights.InputSize));
    }

    private static int PanelsOfGroup => GatePanels<TCell>.PanelsOfGroup(PackedMatrix.PanelColumns);

    private static int BlocksOfGroup => GatePanels<TCell>.BlocksOfGroup(PackedMatrix.PanelColumns);

    private static int ColumnsOfGroup => PanelsOfGroup * PackedMatrix.PanelColumns;

    private int Groups => GatePanels<TCell>.Groups(layers[0].Blocks, PackedMatrix.PanelColumns);

    /// <inheritdoc/>
    public override void Step(CellStepper[][] streams, int rows, RowsView inputs, RowsView outputs)
    {
        // Weights packed for one row give it in half the time.
        if (rows == 1)
        {
            StepAlone(streams[0], 0, inputs, outputs);
            return;
        }

        (steppers, count, x, h) = (streams, rows, inputs, outputs);
        Prepare();
        if (split.UnitParts == 1)
        {
            Workers.Run(this, split.RowParts);
            return;
        }

        // The threads share the units, so each layer needs all of the one below.
        for (layer = 0; layer <= layers.Length; layer++)
        {
            moves = true;
            Workers.Run(this, split.RowParts);
            moves = false;
            if (layer < layers.Length)
                Workers.Run(this, split.RowParts * split.UnitParts);
        }
    }

    void IParallelWork.Run(int item)
    {
        var rowPart = item % split.RowParts;
        var (first, end) = (MatrixProduct.Part(count, rowPart, split.RowParts), MatrixProduct.Part(count, rowPart + 1, split.RowParts));
        if (split.UnitParts == 1)
        {
            for (var index = 0; index < layers.Length; index++)
            {
                Load(index, first, end);
                Compute(index, first, end, 0);
            }

            Store(first, end);
        }
        else if (!moves)
        {
            Compute(layer, first, end, item / split.RowParts);
        }
        else if (layer < layers.Length)
        {
            Load(layer, first, end);
        }
        else
        {
            Store(first, end);
        }
    }

    private static int StrideOf(int size) => ((size + RowPadding - 1) / RowPadding * RowPadding) + RowPadding;

    /// <summary>All that may fail or take memory, before a state changes.</summary>
    private void Prepare()
    {
        var work = 0L;
        foreach (var weights in layers)
        {
            work += count * weights.WorkOfRow;
            weights.InputForward(singleRow: false);
            if (TCell.HasRecurrentMatrix)
                weights.RecurrentForward(singleRow: false);
        }

        split = BatchSplit.Of(count, Groups, work);
        input.EnsureLength(checked(count * inputStride));
        previousHidden.EnsureLength(checked(count * unitStride));
        gates.EnsureLength(checked(split.UnitParts * count * ColumnsOfGroup));
        if (TCell.SeparatesRecurrentGates)
            recurrentGates.EnsureLength(gates.Length);
        if (states.Length < count)
            states = new StateRow[count];
    }

    /// <summary>Copies what the products of a layer read: its inputs and the outputs of its last step.</summary>
    private void Load(int index, int first, int end)
    {
        var weights = layers[index];
        var units = weights.HiddenSize;
        for (var row = first; row < end; row++)
        {
            var below = index == 0 ? x.Pointer + (row * x.Stride) : states[row].Hidden;
            below.Span(weights.InputSize).CopyTo((input.Pointer + ((nint)row * inputStride)).Span(weights.InputSize));
            states[row] = steppers[row][index].Row;
            states[row].Hidden.Span(units).CopyTo((previousHidden.Pointer + ((nint)row * unitStride)).Span(units));
        }
    }

    private void Store(int first, int end)
    {
        for (var row = first; row < end; row++)
            h.CopyRow(row, states[row].Hidden);
    }

    /// <summary>One part of the units of a layer over some rows.</summary>
    private void Compute(int index, int first, int end, int unitPart)
    {
        var scratch = ((nint)(unitPart * count) + first) * ColumnsOfGroup;
        var slots = new CellStep
        {
            Gates = gates.Pointer + scratch,
            RecurrentGates = TCell.SeparatesRecurrentGates ? recurrentGates.Pointer + scratch : default,
            GateStride = ColumnsOfGroup,
            PreviousHidden = previousHidden.Pointer + ((nint)first * unitStride),
            UnitStride = unitStride,
            StatePlane = steppers[first][index].StatePlane,
            UnitWeightPlane = layers[index].UnitWeightPlane,
        };
        var inputs = new RowsView(input.Pointer + ((nint)first * inputStride), layers[index].InputSize, inputStride);
        var rows = states.AsSpan(first, end - first);
        var endGroup = MatrixProduct.Part(Groups, unitPart + 1, split.UnitParts);
        for (var group = MatrixProduct.Part(Groups, unitPart, split.UnitParts); group < endGroup; group++)
        {
            Sums(layers[index], inputs, slots, rows.Length, group);
            var block = group * BlocksOfGroup;
            var unit = block * CellSlots.BlockUnits;
            var current = slots;
            current.PreviousHidden += unit;
            if (TCell.UnitWeightCount > 0)
                current.UnitWeights = layers[index].UnitWeights + unit;
            CellRows<TCell, T>.Forward(cell, current, rows, unit, Math.Min(BlocksOfGroup, layers[index].Blocks - block));
        }
    }

    /// <summary><c>W·x + b</c> and <c>U·h'</c> of the gates of one group of units: one on the other, or apart.</summary>
    private static void Sums(CellWeights weights, RowsView inputs, in CellStep slots, int rows, int group)
    {
        var inputForward = weights.InputForward(singleRow: false);
        var recurrentForward = TCell.HasRecurrentMatrix ? weights.RecurrentForward(singleRow: false) : null;
        var first = group * PanelsOfGroup;
        for (var panel = first; panel < Math.Min(first + PanelsOfGroup, inputForward.PanelCount); panel++)
        {
            var column = panel * PackedMatrix.PanelColumns;
            var offset = (panel - first) * PackedMatrix.PanelColumns;
            var sums = slots.Gates + offset;
            Panels<T>.Run(rows, inputs.Pointer, inputs.Stride, inputForward, panel, weights.InputBias + column, 0, sums, slots.GateStride);
            if (recurrentForward is null)
                continue;
            var (target, source, sourceStride) = TCell.SeparatesRecurrentGates
                ? (slots.RecurrentGates + offset, weights.RecurrentBias + column, 0)
                : (sums, sums, slots.GateStride);
            Panels<T>.Run(
                rows, slots.PreviousHidden, slots.UnitStride, recurrentForward, panel, source, sourceStride, target, slots.GateStride);
        }
    }
}
