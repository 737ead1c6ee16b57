using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Recurrence;

namespace Unroll.Benchmarks.Phases;

/// <summary>
/// The pointwise part of a cell without the products around it. Each thread has the rows that the loop over time gives it and works through one group
/// of units again and again, as the loop does just after the group's product: in the first-level cache.
/// </summary>
internal abstract class CellAlone
{
    /// <summary>Bytes that a step of one unit of one row reads and writes, forward or backward.</summary>
    public abstract int BytesOfUnit(bool backward);

    /// <summary>Bytes of the group of one thread.</summary>
    public abstract long BytesOfGroup { get; }

    /// <summary>The cell over all steps forward.</summary>
    public abstract void Forward();

    /// <summary>The cell over all steps backward.</summary>
    public abstract void Backward();

    /// <summary>Makes it for a cell at the lane width of this process.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="batchSize">B.</param>
    /// <param name="timeSteps">T.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="threads">How many threads share the rows.</param>
    public static CellAlone Create(Cell cell, int batchSize, int timeSteps, int hiddenSize, int threads) =>
        cell.Accept<Maker, CellAlone>(new(batchSize, timeSteps, hiddenSize, Math.Min(threads, batchSize)));

    private readonly struct Maker(int batchSize, int timeSteps, int hiddenSize, int parts) : ICellVisitor<CellAlone>
    {
        public CellAlone Visit<TCell>(TCell cell)
            where TCell : struct, ICellKernel => LaneSelection.Current switch
            {
                LaneWidth.Bits512 => new Loop<TCell, Lanes512>(cell, batchSize, timeSteps, hiddenSize, parts),
                LaneWidth.Bits256 => new Loop<TCell, Lanes256>(cell, batchSize, timeSteps, hiddenSize, parts),
                LaneWidth.Bits128 => new Loop<TCell, Lanes128>(cell, batchSize, timeSteps, hiddenSize, parts),
                _ => new Loop<TCell, LanesScalar>(cell, batchSize, timeSteps, hiddenSize, parts),
            };
    }

    private sealed class Loop<TCell, T> : CellAlone, IParallelWork
        where TCell : struct, ICellKernel
        where T : struct, ISimdLane<T>
    {
        private const int Seed = 1997;

        private readonly TCell cell;
        private readonly int rows;
        private readonly int parts;
        private readonly int steps;
        private readonly FloatBuffer[] memory;
        private readonly CellStep[] groups;
        private bool isBackward;

        public Loop(TCell cell, int batchSize, int timeSteps, int hiddenSize, int parts)
        {
            this.cell = cell;
            this.parts = parts;
            rows = (batchSize + parts - 1) / parts;
            steps = timeSteps * ((hiddenSize + UnitsOfGroup - 1) / UnitsOfGroup);
            memory = [.. Enumerable.Range(0, parts).Select(_ => new FloatBuffer(rows * FloatsOfRow))];
            groups = [.. memory.Select(StepIn)];
            // Gates and states in [0, 1), which is where a step finds and leaves them; how long it takes does not depend on them.
            var random = new Random(Seed);
            foreach (var buffer in memory)
            {
                foreach (ref var value in buffer.Span)
                    value = random.NextSingle();
            }
        }

        public override long BytesOfGroup => sizeof(float) * (long)rows * FloatsOfRow;

        private static int UnitsOfGroup => GatePanels<TCell>.BlocksOfGroup(PackedMatrix.PanelColumns) * CellSlots.BlockUnits;

        private static int GatesOfUnit => TCell.GateCount * (TCell.SeparatesRecurrentGates ? 2 : 1);

        // Gates; h before and after, from above and back; the states before, after and back.
        private static int FloatsOfRow => (GatesOfUnit + 4 + (3 * TCell.StateCount)) * UnitsOfGroup;

        public override int BytesOfUnit(bool backward) => sizeof(float) * (backward
            ? (2 * GatesOfUnit) + 3 + (4 * TCell.StateCount)
            : (2 * GatesOfUnit) + 1 + (2 * TCell.StateCount));

        public override void Forward() => Run(backward: false);

        public override void Backward() => Run(backward: true);

        void IParallelWork.Run(int item)
        {
            var blocks = UnitsOfGroup / CellSlots.BlockUnits;
            for (var step = 0; step < steps; step++)
            {
                if (isBackward)
                    CellRows<TCell, T>.Backward(cell, groups[item], rows, blocks);
                else
                    CellRows<TCell, T>.Forward(cell, groups[item], rows, blocks);
            }
        }

        private void Run(bool backward)
        {
            isBackward = backward;
            Workers.Run(this, parts);
        }

        private CellStep StepIn(FloatBuffer buffer)
        {
            var units = rows * UnitsOfGroup;
            var next = buffer.Pointer;
            return new()
            {
                Gates = Take(TCell.GateCount * units),
                RecurrentGates = Take(TCell.SeparatesRecurrentGates ? TCell.GateCount * units : 0),
                GateStride = TCell.GateCount * UnitsOfGroup,
                PreviousHidden = Take(units),
                Hidden = Take(units),
                DOutput = Take(units),
                DOutputStride = UnitsOfGroup,
                DHidden = Take(units),
                UnitStride = UnitsOfGroup,
                PreviousState = Take(TCell.StateCount * units),
                State = Take(TCell.StateCount * units),
                DState = Take(TCell.StateCount * units),
                StateStride = TCell.StateCount * UnitsOfGroup,
                StatePlane = UnitsOfGroup,
            };

            Floats Take(int count)
            {
                var start = next;
                next += count;
                return start;
            }
        }
    }
}
