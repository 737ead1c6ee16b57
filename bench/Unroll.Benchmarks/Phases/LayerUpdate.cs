using System.Diagnostics;
using System.Numerics.Tensors;
using Unroll.Benchmarks.Peers;
using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Recurrence;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Phases;

/// <summary>A training step of one layer through the engine's pass itself, with a clock between packing, forward and backward.</summary>
internal sealed class LayerUpdate
{
    // What one measurement runs for at least, in seconds.
    private const double BlockTime = 0.025;

    private readonly RecurrentPass pass;
    private readonly IReadOnlyList<Parameter> parameters;
    private readonly FloatBuffer input = new();
    private readonly FloatBuffer output = new();
    private readonly FloatBuffer outputGradient = new();
    private readonly Workload workload;

    public LayerUpdate(Workload workload)
    {
        this.workload = workload;
        var values = new SharedValues(workload);
        var layer = UnrollLayer.Create(workload, values);
        parameters = layer.Parameters;
        Cell = layer.Cell;
        var size = workload.HiddenSize;
        var named = CellParameter.Of(Cell, inputSize: size, hiddenSize: size, outputSize: size, hasBias: true, suffix: "_l0");
        Weights = new(Cell, named.Select(parameter => parameters.Single(other => other.Name == parameter.Name)));
        pass = CellEngine.CreatePass(Cell, isRegularized: false);
        pass.Layout.Set(workload.TimeSteps, workload.BatchSize, [], reversed: false);
        foreach (var buffer in (FloatBuffer[])[input, output, outputGradient])
            buffer.EnsureLength(workload.RealSteps * workload.HiddenSize);
        values.Input.CopyTo(input.Span);
        Measure();
    }

    /// <summary>The cell.</summary>
    public Cell Cell { get; }

    /// <summary>The weights.</summary>
    public CellWeights Weights { get; }

    /// <summary>x [T, B, I].</summary>
    public Floats Input => input.Pointer;

    /// <summary>As before a backward pass.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in parameters)
            parameter.ClearGradient();
    }

    /// <summary>Runs updates for a while; the mean of each stretch.</summary>
    public Spans Measure()
    {
        RunOnce();
        var (sum, count) = (default(Spans), 0);
        while (sum.Sum < BlockTime)
        {
            sum += RunOnce();
            count++;
        }

        return new(sum.Packing / count, sum.Forward / count, sum.Backward / count);
    }

    private Spans RunOnce()
    {
        foreach (var parameter in parameters)
        {
            parameter.ClearGradient();
            parameter.MarkChanged();
        }

        var single = workload.BatchSize == 1;
        var start = Stopwatch.GetTimestamp();
        Weights.InputForward(singleRow: false);
        Weights.RecurrentForward(single);
        Weights.RecurrentBackward(single);
        var packed = Stopwatch.GetTimestamp();
        pass.Forward(Weights, View(input), View(output), default, default, null, keptShare: 1);
        var forward = Stopwatch.GetTimestamp();
        // Loss = mean(y²).
        TensorPrimitives.Multiply(output.Span, 2f / output.Length, outputGradient.Span);
        var backward = Stopwatch.GetTimestamp();
        pass.Backward(View(outputGradient), default, default, needsInitialGradient: false, default, accumulate: false);
        return new(Seconds(start, packed), Seconds(packed, forward), Seconds(backward, Stopwatch.GetTimestamp()));
    }

    private RowsView View(FloatBuffer rows) => new(rows.Pointer, workload.HiddenSize, workload.HiddenSize);

    private static double Seconds(long start, long end) => Stopwatch.GetElapsedTime(start, end).TotalSeconds;

    /// <summary>Seconds of the stretches of an update.</summary>
    internal readonly record struct Spans(double Packing, double Forward, double Backward)
    {
        /// <summary>All of them.</summary>
        public double Sum => Packing + Forward + Backward;

        public static Spans operator +(Spans a, Spans b) => new(a.Packing + b.Packing, a.Forward + b.Forward, a.Backward + b.Backward);
    }
}
