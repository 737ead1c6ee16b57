using Unroll.Benchmarks.Measurement;
using Unroll.Cells;
using Unroll.Cli.Measurement;
using Unroll.Tensors;

namespace Unroll.Benchmarks.CellSpeeds;

/// <summary>Every cell of the library beside the LSTM, each in turn with it.</summary>
internal static class CellSpeedMeasurement
{
    private const int BatchSize = 64;
    private const int TimeSteps = 50;
    private const int TrainedSize = 512;
    private const int SteppedSize = 256;

    // What is left without a product in the loop is the product for the input and the cell.
    private const double GoalWithoutMatrix = 0.5;

    /// <summary>The cells, one after another as they are measured.</summary>
    public static IEnumerable<CellSpeed> Of(IReadOnlyList<Cell> cells, Circumstances run)
    {
        Parallelism.ThreadCount = run.Threads;
        var training = new CellContestant(Cell.Lstm, BatchSize, TimeSteps, TrainedSize);
        var streaming = new CellContestant(Cell.Lstm, 1, 1, SteppedSize);
        foreach (var cell in cells)
        {
            var trained = new CellContestant(cell, BatchSize, TimeSteps, TrainedSize);
            var stepped = new CellContestant(cell, 1, 1, SteppedSize);
            var train = InTurn([training.Train, trained.Train], run.Rounds);
            var step = InTurn([streaming.Step, stepped.Step], run.Rounds);
            yield return new()
            {
                Cell = cell.Name,
                HasRecurrentMatrix = cell.HasRecurrentMatrix,
                Parameters = trained.Parameters,
                TrainingSecondsPerToken = train[1].Median / (BatchSize * TimeSteps),
                TrainingShare = train[1].Median / train[0].Median,
                TrainingGoal = cell.HasRecurrentMatrix ? null : GoalWithoutMatrix,
                StepSeconds = step[1].Median,
                StepShare = step[1].Median / step[0].Median,
                Run = run,
            };
        }
    }

    private static Timing[] InTurn(Action[] runs, int rounds)
    {
        foreach (var run in runs)
            run();
        return Alternation.Time(runs, rounds);
    }
}
