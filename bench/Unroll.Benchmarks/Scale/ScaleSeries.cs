using System.Globalization;
using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Peers;

namespace Unroll.Benchmarks.Scale;

/// <summary>Training steps of one layer along one size: a table of its own, for an LSTM and a GRU.</summary>
internal abstract class ScaleSeries
{
    /// <summary>H of every shape.</summary>
    protected const int HiddenSize = 256;

    private static readonly PeerCell[] cells = [PeerCell.Lstm, PeerCell.Gru];

    /// <summary>Every series, in the order they are measured and shown.</summary>
    public static IReadOnlyList<ScaleSeries> All { get; } = [new LengthSeries(), new BatchSeries(), new BudgetSeries()];

    /// <summary>Its name in the results and on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The size that grows, as a symbol.</summary>
    public abstract string Symbol { get; }

    /// <summary>A heading, and below it what is done.</summary>
    public abstract string Heading { get; }

    /// <summary>Whether memory grows by whole tokens along it, so that its growth says what a token takes.</summary>
    public abstract bool ShowsMemory { get; }

    /// <summary>Whether the picture has a panel of it.</summary>
    public virtual bool IsDrawn => true;

    /// <summary>B and T of each shape, the smallest first.</summary>
    protected abstract IReadOnlyList<(int BatchSize, int TimeSteps)> Shapes { get; }

    /// <summary>The shape whose time a token the others' are compared with.</summary>
    protected abstract int ReferenceIndex { get; }

    /// <summary>The size that grows.</summary>
    public abstract int SizeOf(ScaleFigure figure);

    /// <summary>How flat the time a token is, and the goal, on one line.</summary>
    /// <param name="cell">The figures of one cell.</param>
    public abstract string Summary(IReadOnlyList<ScaleFigure> cell);

    /// <summary>Measures the shapes of each cell in turn.</summary>
    public IEnumerable<ScaleFigure> Measure(Circumstances run) => cells.SelectMany(cell => Measure(cell, run));

    /// <summary>How far the times a token lie from the reference's: <c>−3 % to +5 %</c>.</summary>
    protected static string Range(IEnumerable<ScaleFigure> figures)
    {
        var differences = figures.Select(figure => figure.RelativeToReference - 1).ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{differences.Min():+0 %;−0 %;0 %} to {differences.Max():+0 %;−0 %;0 %}");
    }

    /// <summary>Sets one shape up and runs it, so that what it keeps is known.</summary>
    /// <param name="workload">What a step does.</param>
    /// <param name="index">Which shape it is.</param>
    protected virtual (UnrollTraining Training, long KeptBytes) Prepare(Workload workload, int index)
    {
        var training = new UnrollTraining(workload, new SharedValues(workload));
        return (training, KeptMemory.Of(training.Run));
    }

    private ScaleFigure[] Measure(PeerCell cell, Circumstances run)
    {
        Contestants.SetThreads(run.Threads);
        var steps = new List<Action>();
        var kept = new List<long>();
        for (var index = 0; index < Shapes.Count; index++)
        {
            var (batchSize, timeSteps) = Shapes[index];
            var (training, bytes) = Prepare(new(Job.Training, cell, batchSize, timeSteps, HiddenSize), index);
            kept.Add(bytes);
            steps.Add(training.Run);
        }

        var timings = Alternation.Time(steps, run.Rounds);
        ScaleFigure[] figures = [.. Shapes.Select((shape, index) => new ScaleFigure
        {
            Series = Name,
            Cell = cell.ToString().ToLowerInvariant(),
            Batch = shape.BatchSize,
            Time = shape.TimeSteps,
            Hidden = HiddenSize,
            Seconds = timings[index].Median,
            FastestSeconds = timings[index].Minimum,
            KeptBytes = kept[index],
            Run = run,
        })];
        return [.. figures.Select(figure => figure with
        {
            RelativeToReference = figure.SecondsPerToken / figures[ReferenceIndex].SecondsPerToken,
            BytesPerToken = figure.Tokens == figures[0].Tokens ? null : (figure.KeptBytes - figures[0].KeptBytes) / (double)(figure.Tokens - figures[0].Tokens),
        })];
    }
}
