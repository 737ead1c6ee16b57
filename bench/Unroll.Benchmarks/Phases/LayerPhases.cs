using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Peers;
using Unroll.Cli.Measurement;
using Unroll.Kernels;
using Unroll.Recurrence;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Phases;

/// <summary>
/// The phases of a training step of one layer, as the table of the peers has it. A clock inside the update gives packing, forward and backward; the
/// products before and after the loops over time are the engine's own, on the same shapes and strides; what they leave are the loops.
/// </summary>
internal sealed class LayerPhases
{
    // As RecurrentPass cuts time: gates that stay in the caches, and at least and at most so many rows.
    private const int FloatsOfSegment = 1 << 19;
    private const int LeastRowsOfSegment = 256;
    private const int MostRowsOfSegment = 512;
    private const int RowPadding = FloatBuffer.AlignmentInFloats;

    private readonly Workload workload;
    private readonly Circumstances run;
    private readonly LayerUpdate update;
    private readonly CellAlone cell;
    private readonly WeightGradients gradients = new();
    private readonly FloatBuffer gates = new();
    private readonly FloatBuffer hidden = new();
    private readonly FloatBuffer dInput = new();
    private readonly int gateStride;
    private readonly int unitStride;
    private double peak;

    private LayerPhases(Workload workload, Circumstances run)
    {
        this.workload = workload;
        this.run = run;
        update = new(workload);
        cell = CellAlone.Create(update.Cell, workload.BatchSize, workload.TimeSteps, workload.HiddenSize, run.Threads);
        gateStride = update.Weights.GateColumns + RowPadding;
        unitStride = (update.Weights.Blocks * CellSlots.BlockUnits) + RowPadding;
        gates.EnsureLength((Rows + 1) * gateStride);
        hidden.EnsureLength((Rows + 1) * unitStride);
        dInput.EnsureLength(Rows * workload.HiddenSize);
        var random = new Random(workload.HiddenSize);
        foreach (var buffer in (FloatBuffer[])[gates, hidden])
        {
            foreach (ref var value in buffer.Span)
                value = random.NextSingle() - 0.5f;
        }
    }

    private int Rows => workload.RealSteps;

    /// <summary>Operations of a product of every row with one of the two matrices.</summary>
    private double ProductOperations => 2.0 * Rows * workload.GateCount * workload.HiddenSize * workload.HiddenSize;

    /// <summary>Measures the phases of a workload's training step.</summary>
    public static IReadOnlyList<PhaseFigure> Measure(Workload workload, Circumstances run)
    {
        Parallelism.ThreadCount = run.Threads;
        return new LayerPhases(workload, run).Measure();
    }

    private List<PhaseFigure> Measure()
    {
        var alone = ((Action[])[InputProduct, WeightGradient, InputGradient, cell.Forward, cell.Backward]).Select(TimedBlock.Calibrate).ToArray();
        var rounds = new List<LayerUpdate.Spans>();
        var timings = Alternation.InTurn([Whole, .. alone.Select(block => (Func<double>)block.SecondsOfOne)], run.Rounds);
        var (pack, forward, backward) = (
            Median(spans => spans.Packing), Median(spans => spans.Forward), Median(spans => spans.Backward));
        var (input, weights, dInputs, cellForward, cellBackward) = (
            timings[1].Median, timings[2].Median, timings[3].Median, timings[4].Median, timings[5].Median);
        var whole = pack + forward + backward;
        var units = (double)Rows * workload.HiddenSize;
        var steps = (workload.TimeSteps - 1) / (double)workload.TimeSteps;
        // Read and written: W once, U twice.
        var packed = 2L * sizeof(float) * 3 * workload.GateCount * workload.HiddenSize * workload.HiddenSize;
        // Now and not before: clock rates fall under load.
        peak = Roofline.Measure().Of(run.Threads);
        var cellRoof = ReadBandwidth.Measure(cell.BytesOfGroup * run.Threads, run.Threads);
        return
        [
            Bytes("packing the weights", PhaseMethod.Inside, pack, pack / whole, packed, ReadBandwidth.Measure(packed / 2, run.Threads)),
            Operations("input product", PhaseMethod.Alone, input, input / whole, ProductOperations),
            Operations("loop forward", PhaseMethod.Difference, forward - input, (forward - input) / whole, ProductOperations),
            Bytes("· its cell alone", PhaseMethod.Alone, cellForward, cellForward / whole, units * cell.BytesOfUnit(backward: false), cellRoof),
            Operations("loop backward", PhaseMethod.Difference, backward - weights, (backward - weights) / whole, steps * ProductOperations),
            Bytes("· its cell alone", PhaseMethod.Alone, cellBackward, cellBackward / whole, units * cell.BytesOfUnit(backward: true), cellRoof),
            Operations("weight gradients", PhaseMethod.Alone, weights, weights / whole, 2 * ProductOperations),
            Operations("whole step", PhaseMethod.Inside, whole, 1, workload.NeededOperations),
            Operations("input gradient, where one is wanted", PhaseMethod.Alone, dInputs, null, ProductOperations),
        ];

        double Whole()
        {
            rounds.Add(update.Measure());
            return rounds[^1].Sum;
        }

        double Median(Func<LayerUpdate.Spans, double> part) => Timing.Of([.. rounds.Select(part)]).Median;
    }

    private void InputProduct()
    {
        var weights = update.Weights;
        var rowsOfSegment = Math.Clamp(FloatsOfSegment / gateStride, LeastRowsOfSegment, MostRowsOfSegment) / workload.BatchSize * workload.BatchSize;
        for (var first = 0; first < Rows; first += rowsOfSegment)
        {
            MatrixProduct.Shared.Run(
                Math.Min(rowsOfSegment, Rows - first), update.Input + ((nint)first * workload.HiddenSize), workload.HiddenSize,
                weights.InputForward(singleRow: false), weights.InputBias, 0, gates.Pointer + ((nint)first * gateStride), gateStride);
        }
    }

    private void WeightGradient()
    {
        update.ClearGradients();
        gradients.Begin(update.Weights, gateStride, SeparatesGates);
        gradients.AddInput(Rows, gates.Pointer, update.Input, workload.HiddenSize);
        gradients.AddRecurrent(Rows, gates.Pointer, hidden.Pointer, unitStride);
        gradients.AddToParameters();
    }

    private bool SeparatesGates => workload.Cell == PeerCell.Gru;

    private void InputGradient() => MatrixProduct.Shared.Run(
        Rows, gates.Pointer, gateStride, update.Weights.InputBackward(), default, 0, dInput.Pointer, workload.HiddenSize);

    private PhaseFigure Operations(string phase, PhaseMethod method, double seconds, double? share, double operations) => new()
    {
        Work = workload.Title(),
        Phase = phase,
        Method = method,
        Seconds = seconds,
        Share = share,
        Rate = operations / seconds / 1e9,
        Unit = PhaseRoof.Operations,
        Roof = peak,
        Run = run,
    };

    private PhaseFigure Bytes(string phase, PhaseMethod method, double seconds, double share, double bytes, double roof) => new()
    {
        Work = workload.Title(),
        Phase = phase,
        Method = method,
        Seconds = seconds,
        Share = share,
        Rate = bytes / seconds / 1e9,
        Unit = PhaseRoof.Bytes,
        Roof = roof,
        Run = run,
    };
}
