using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Peers;
using Unroll.Cli.Measurement;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Products;

/// <summary>Measures products by themselves and training steps against the peak of the same run.</summary>
internal static class ProductMeasurement
{
    public const string Product = "product";
    public const string TrainingStep = "training step";

    /// <summary>From here on a product is large enough to hide its edges.</summary>
    private const int LargeSize = 256;

    private const double LargeGoal = 0.9;
    private const double SmallGoal = 0.6;
    private const double TrainingGoal = 0.85;

    private static readonly int[] sizes = [17, 65, 100, 128, 256, 512, 1024];

    // B, T, H: the shapes of the peers' training table from H = 256 on.
    private static readonly (int BatchSize, int TimeSteps, int HiddenSize)[] batches = [(64, 50, 256), (64, 50, 512), (64, 100, 1024)];

    /// <summary>Products of every size on one thread and on all that the run has; they take turns.</summary>
    public static IEnumerable<ProductFigure> Products(Circumstances run)
    {
        var works = (from size in sizes
                     let product = new SquareProduct(size)
                     from threads in new[] { 1, run.Threads }.Distinct()
                     select (size, threads, product)).ToArray();
        var timings = Alternation.Time([.. works.Select(work => On(work.threads, work.product.Run))], run.Rounds);
        return works.Zip(timings, (work, timing) => Figure(
            Product, work.size, work.threads, work.product.Operations, timing, work.size >= LargeSize ? LargeGoal : SmallGoal, run));
    }

    /// <summary>Training steps, one after another as they are measured.</summary>
    public static IEnumerable<ProductFigure> TrainingSteps(Circumstances run) =>
        from shape in batches
        from cell in Enum.GetValues<PeerCell>()
        let workload = new Workload(Job.Training, cell, shape.BatchSize, shape.TimeSteps, shape.HiddenSize)
        select Figure(
            TrainingStep,
            workload.HiddenSize,
            run.Threads,
            workload.NeededOperations,
            Alternation.Time([On(run.Threads, new UnrollTraining(workload, new SharedValues(workload)).Run)], run.Rounds)[0],
            TrainingGoal,
            run) with
        {
            Cell = cell.ToString().ToLowerInvariant(),
            Batch = workload.BatchSize,
            Time = workload.TimeSteps,
        };

    private static Action On(int threads, Action work) => () =>
    {
        Parallelism.ThreadCount = threads;
        work();
    };

    private static ProductFigure Figure(string table, int size, int threads, double operations, Timing timing, double goal, Circumstances run)
    {
        var rate = operations / timing.Median / 1e9;
        return new()
        {
            Table = table,
            Size = size,
            Threads = threads,
            Seconds = timing.Median,
            FastestSeconds = timing.Minimum,
            Gigaflops = rate,
            ShareOfPeak = rate / run.PeakOf(threads),
            Goal = goal,
            Run = run,
        };
    }
}
