using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Peers;
using Unroll.Cells;
using Unroll.Tensors;

namespace Unroll.Benchmarks.CustomCells;

/// <summary>The custom LSTM and the built-in one on the same weights and input, in turn.</summary>
internal static class CustomCellMeasurement
{
    private const int HiddenSize = 256;
    private const double TrainingGoal = 0.85;
    private const double StreamingGoal = 0.95;

    private static readonly Workload training = new(Job.Training, PeerCell.Lstm, BatchSize: 64, TimeSteps: 50, HiddenSize);
    private static readonly Workload streaming = new(Job.Streaming, PeerCell.Lstm, BatchSize: 1, TimeSteps: 1, HiddenSize);

    /// <summary>Both figures, one after another as they are measured.</summary>
    /// <exception cref="InvalidOperationException">The results differ by more than rounding.</exception>
    public static IEnumerable<CustomCellFigure> Of(Circumstances run)
    {
        Parallelism.ThreadCount = run.Threads;
        yield return Measure(training, TrainingGoal, (cell, values) => new UnrollTraining(training, values, cell), run);
        yield return Measure(streaming, StreamingGoal, (cell, values) => new UnrollStreaming(streaming, values, cell), run);
    }

    private static CustomCellFigure Measure(Workload workload, double goal, Func<Cell, SharedValues, IPeer> open, Circumstances run)
    {
        var values = new SharedValues(workload);
        IPeer[] contestants = [open(Cell.Lstm, values), open(Cell.Of<CustomLstm>(), values)];
        var difference = Agreement.Check(workload, contestants);
        var timings = Alternation.Time([.. contestants.Select(contestant => (Action)contestant.Run)], run.Rounds);
        return new()
        {
            Work = workload.Job.ToString().ToLowerInvariant(),
            Batch = workload.BatchSize,
            Time = workload.TimeSteps,
            Hidden = workload.HiddenSize,
            BuiltInSeconds = timings[0].Median,
            BuiltInFastestSeconds = timings[0].Minimum,
            CustomSeconds = timings[1].Median,
            CustomFastestSeconds = timings[1].Minimum,
            Share = timings[0].Median / timings[1].Median,
            Goal = goal,
            Difference = difference,
            Run = run,
        };
    }
}
