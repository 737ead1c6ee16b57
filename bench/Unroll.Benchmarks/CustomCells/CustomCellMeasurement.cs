using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Peers;
using Unroll.Cells;
using Unroll.Tensors;

namespace Unroll.Benchmarks.CustomCells;

/// <summary>The custom LSTM, without and with a backward by hand, and the built-in one on the same weights and input, in turn.</summary>
internal static class CustomCellMeasurement
{
    private const int HiddenSize = 256;
    private const double TrainingGoal = 0.85;
    private const double ByHandGoal = 0.97;
    private const double StreamingGoal = 0.95;

    private static readonly Workload training = new(Job.Training, PeerCell.Lstm, BatchSize: 64, TimeSteps: 50, HiddenSize);
    private static readonly Workload streaming = new(Job.Streaming, PeerCell.Lstm, BatchSize: 1, TimeSteps: 1, HiddenSize);

    /// <summary>The figures of training, then those of streaming, as they are measured.</summary>
    /// <exception cref="InvalidOperationException">The results differ by more than rounding.</exception>
    public static IEnumerable<CustomCellFigure> Of(Circumstances run)
    {
        Parallelism.ThreadCount = run.Threads;
        foreach (var figure in Measure(training, [TrainingGoal, ByHandGoal], (cell, values) => new UnrollTraining(training, values, cell), run))
            yield return figure;
        foreach (var figure in Measure(streaming, [StreamingGoal, StreamingGoal], (cell, values) => new UnrollStreaming(streaming, values, cell), run))
            yield return figure;
    }

    private static IEnumerable<CustomCellFigure> Measure(Workload workload, double[] goals, Func<Cell, SharedValues, IPeer> open, Circumstances run)
    {
        var values = new SharedValues(workload);
        Cell[] cells = [Cell.Lstm, Cell.Of<CustomLstm>(), Cell.Of<CustomLstmByHand>()];
        // A stream has moved on after a comparison, so each has contestants of its own.
        var differences = cells.Skip(1).Select(custom => Agreement.Check(workload, [open(cells[0], values), open(custom, values)])).ToArray();
        var contestants = Array.ConvertAll(cells, cell => open(cell, values));
        var timings = Alternation.Time([.. contestants.Select(contestant => (Action)contestant.Run)], run.Rounds);
        return goals.Select((goal, index) => new CustomCellFigure
        {
            Work = workload.Job.ToString().ToLowerInvariant(),
            Cell = cells[index + 1].Name,
            Batch = workload.BatchSize,
            Time = workload.TimeSteps,
            Hidden = workload.HiddenSize,
            BuiltInSeconds = timings[0].Median,
            BuiltInFastestSeconds = timings[0].Minimum,
            CustomSeconds = timings[index + 1].Median,
            CustomFastestSeconds = timings[index + 1].Minimum,
            Share = timings[0].Median / timings[index + 1].Median,
            Goal = goal,
            Difference = differences[index],
            Run = run,
        });
    }
}
