using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Tests.Kernels;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Cells;

/// <summary>The pointwise kernels of every cell at every lane width against the oracle, with guards around every buffer.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class CellRowsTests
{
    /// <summary>
    /// A few roundings of values up to about ten: gates within 3 ulp of one, products of up to four of them.
    /// </summary>
    private const double Tolerance = 5e-6;

    private const int Block = CellSlots.BlockUnits;

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void Agree_with_the_oracle_and_stay_in_their_buffers(int width) => EveryLane.Run(width, new AllCells());

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void Touch_nothing_behind_or_before_their_buffers(int width)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guard pages are made with Linux calls.");
        EveryLane.Run(width, new GuardPages());
    }

    private sealed class GuardPages : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            foreach (var before in new[] { false, true })
            {
                foreach (var (rows, blocks) in new[] { (1, 1), (1, 2), (2, 3), (5, 1), (3, 4) })
                {
                    RunGuarded<LstmCell, T>(rows, blocks, before);
                    RunGuarded<GruCell, T>(rows, blocks, before);
                    RunGuarded<ElmanCell<TanhActivation>, T>(rows, blocks, before);
                    RunGuarded<ElmanCell<ReluActivation>, T>(rows, blocks, before);
                }
            }
        }
    }

    /// <summary>Each buffer is a page of its own and ends, or starts, at a forbidden one; with zeros in all of them the results are known.</summary>
    private static void RunGuarded<TCell, T>(int rows, int blocks, bool before)
        where TCell : struct, ICellKernel
        where T : struct, ISimdLane<T>
    {
        var units = blocks * Block;
        using var memory = new KernelMemory(before);
        Floats Units() => memory.Take(rows * units);
        Floats Gates() => memory.Take(rows * units * TCell.GateCount);
        var step = new CellStep
        {
            Gates = Gates(),
            RecurrentGates = TCell.SeparatesRecurrentGates ? Gates() : default,
            GateStride = units * TCell.GateCount,
            PreviousHidden = Units(),
            Hidden = Units(),
            PreviousState = TCell.StateCount > 0 ? Units() : default,
            State = TCell.StateCount > 0 ? Units() : default,
            StateStride = units,
            StatePlane = units,
            UnitStride = units,
            DOutput = Units(),
            DOutputStride = units,
            DHidden = Units(),
            DState = TCell.StateCount > 0 ? Units() : default,
        };

        CellRows<TCell, T>.Forward(default, step, rows, blocks);
        CellRows<TCell, T>.Backward(default, step, rows, blocks);

        Assert.True(step.Hidden.Span(rows * units).IndexOfAnyExcept(0f) < 0, "All-zero sums and states give a zero output.");
        Assert.True(step.DHidden.Span(rows * units).IndexOfAnyExcept(0f) < 0, "No gradient comes out of none.");
    }

    private sealed class AllCells : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            foreach (var (rows, blocks) in new[] { (1, 1), (1, 3), (2, 1), (3, 2), (5, 4) })
            {
                CheckRows<LstmCell, T>(OracleCell.Lstm, rows, blocks);
                CheckRows<GruCell, T>(OracleCell.Gru, rows, blocks);
                CheckRows<ElmanCell<TanhActivation>, T>(OracleCell.RnnTanh, rows, blocks);
                CheckRows<ElmanCell<ReluActivation>, T>(OracleCell.RnnRelu, rows, blocks);
            }
        }
    }

    private static void CheckRows<TCell, T>(OracleCell cell, int rows, int blocks)
        where TCell : struct, ICellKernel
        where T : struct, ISimdLane<T>
    {
        var name = $"{cell}, {rows} rows, {blocks} blocks, width {T.Width}";
        var buffers = new Buffers(new Random((rows * 31) + blocks), TCell.GateCount, rows, blocks);
        var before = buffers.Copy();
        var step = buffers.Step(TCell.StateCount > 0, TCell.SeparatesRecurrentGates);

        CellRows<TCell, T>.Forward(default, step, rows, blocks);
        var steps = before.Units().Select(unit => before.OracleForward(cell, unit)).ToArray();
        foreach (var (unit, expected) in before.Units().Zip(steps))
        {
            Close.Absolute($"{name}: h of {unit}", expected.H, [buffers.Hidden.Span[before.UnitAt(unit)]], Tolerance);
            if (TCell.StateCount > 0)
                Close.Absolute($"{name}: c of {unit}", expected.C, [buffers.State.Span[before.UnitAt(unit)]], Tolerance);
            Close.Absolute($"{name}: gates of {unit}", cell is OracleCell.Lstm or OracleCell.Gru ? expected.Gates : [], before.GatesOf(cell, buffers.Gates, unit), Tolerance);
        }

        CellRows<TCell, T>.Backward(default, step, rows, blocks);
        foreach (var (unit, forward) in before.Units().Zip(steps))
        {
            var (dInput, dRecurrent, dHPrevious, dCPrevious) = before.OracleBackward(cell, unit, forward);
            Close.Absolute($"{name}: d input sums of {unit}", dInput, buffers.Values(buffers.Gates, unit), Tolerance);
            if (TCell.SeparatesRecurrentGates)
                Close.Absolute($"{name}: d recurrent sums of {unit}", dRecurrent, buffers.Values(buffers.RecurrentGates, unit), Tolerance);
            Close.Absolute($"{name}: dh of {unit}", [dHPrevious], [buffers.DHidden.Span[before.UnitAt(unit)]], Tolerance);
            if (TCell.StateCount > 0)
                Close.Absolute($"{name}: dc of {unit}", [dCPrevious], [buffers.DState.Span[before.UnitAt(unit)]], Tolerance);
        }

        buffers.Check(name);
    }

    /// <summary>The buffers of one step, of exactly the size the kernels are told.</summary>
    private sealed class Buffers(Random random, int gateCount, int rows, int blocks)
    {
        private readonly int units = blocks * Block;

        public CanaryBuffer Gates { get; init; } = new(RandomValues.Singles(random, rows * blocks * Block * gateCount, 3));

        public CanaryBuffer RecurrentGates { get; init; } = new(RandomValues.Singles(random, rows * blocks * Block * gateCount, 3));

        public CanaryBuffer PreviousHidden { get; init; } = new(RandomValues.Singles(random, rows * blocks * Block));

        public CanaryBuffer Hidden { get; init; } = new(rows * blocks * Block);

        public CanaryBuffer PreviousState { get; init; } = new(RandomValues.Singles(random, rows * blocks * Block, 2));

        public CanaryBuffer State { get; init; } = new(rows * blocks * Block);

        public CanaryBuffer DOutput { get; init; } = new(RandomValues.Singles(random, rows * blocks * Block));

        public CanaryBuffer DHidden { get; init; } = new(RandomValues.Singles(random, rows * blocks * Block));

        public CanaryBuffer DState { get; init; } = new(RandomValues.Singles(random, rows * blocks * Block));

        private IEnumerable<CanaryBuffer> All =>
            [Gates, RecurrentGates, PreviousHidden, Hidden, PreviousState, State, DOutput, DHidden, DState];

        public Buffers Copy() => new(new Random(0), gateCount, rows, blocks)
        {
            Gates = new(Gates.Span),
            RecurrentGates = new(RecurrentGates.Span),
            PreviousHidden = new(PreviousHidden.Span),
            PreviousState = new(PreviousState.Span),
            DOutput = new(DOutput.Span),
            DHidden = new(DHidden.Span),
            DState = new(DState.Span),
        };

        public CellStep Step(bool hasState, bool separates) => new()
        {
            Gates = Gates.Pointer,
            RecurrentGates = separates ? RecurrentGates.Pointer : default,
            GateStride = units * gateCount,
            PreviousHidden = PreviousHidden.Pointer,
            Hidden = Hidden.Pointer,
            PreviousState = hasState ? PreviousState.Pointer : default,
            State = hasState ? State.Pointer : default,
            StateStride = units,
            StatePlane = units,
            UnitStride = units,
            DOutput = DOutput.Pointer,
            DOutputStride = units,
            DHidden = DHidden.Pointer,
            DState = hasState ? DState.Pointer : default,
        };

        public IEnumerable<(int Row, int Unit)> Units() =>
            from row in Enumerable.Range(0, rows) from unit in Enumerable.Range(0, units) select (row, unit);

        public int UnitAt((int Row, int Unit) at) => (at.Row * units) + at.Unit;

        /// <summary>The values of all gates of one unit.</summary>
        public double[] Values(CanaryBuffer gates, (int Row, int Unit) at)
        {
            var values = new double[gateCount];
            for (var gate = 0; gate < gateCount; gate++)
                values[gate] = gates.Span[(((at.Row * blocks) + (at.Unit / Block)) * gateCount * Block) + (gate * Block) + (at.Unit % Block)];
            return values;
        }

        /// <summary>The gates after a step, of the cells that keep them activated.</summary>
        public double[] GatesOf(OracleCell cell, CanaryBuffer gates, (int Row, int Unit) at) =>
            cell is OracleCell.Lstm or OracleCell.Gru ? Values(gates, at) : [];

        public OracleStep OracleForward(OracleCell cell, (int Row, int Unit) at) => CellOracle.Forward(
            WeightsOf(cell, at), Values(Gates, at), [PreviousHidden.Span[UnitAt(at)]], cell == OracleCell.Lstm ? [PreviousState.Span[UnitAt(at)]] : []);

        public (double[] Input, double[] Recurrent, double HPrevious, double CPrevious) OracleBackward(OracleCell cell, (int Row, int Unit) at, OracleStep forward)
        {
            var weights = WeightsOf(cell, at);
            var gradients = weights.ZerosAlike();
            var dC = cell == OracleCell.Lstm ? new double[] { DState.Span[UnitAt(at)] } : [];
            var step = CellOracle.Backward(weights, forward, [(double)DOutput.Span[UnitAt(at)] + DHidden.Span[UnitAt(at)]], dC, gradients);
            return (step.X, gradients.RecurrentBias!, step.HPrevious[0], cell == OracleCell.Lstm ? step.CPrevious[0] : 0);
        }

        public void Check(string name)
        {
            foreach (var buffer in All)
                buffer.Check(name);
        }

        /// <summary>W the identity and U zero: input sums are the oracle's x, recurrent sums its second bias (only the GRU keeps them apart).</summary>
        private OracleWeights WeightsOf(OracleCell cell, (int Row, int Unit) at)
        {
            var identity = new double[gateCount * gateCount];
            for (var gate = 0; gate < gateCount; gate++)
                identity[(gate * gateCount) + gate] = 1;
            return new(
                cell, gateCount, 1, identity, new double[gateCount], null, cell == OracleCell.Gru ? Values(RecurrentGates, at) : new double[gateCount]);
        }
    }
}
