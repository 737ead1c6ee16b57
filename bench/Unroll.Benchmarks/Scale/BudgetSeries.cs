using System.Globalization;
using Unroll.Benchmarks.Peers;

namespace Unroll.Benchmarks.Scale;

/// <summary>Ever smaller memory budgets: what computing gates again costs.</summary>
internal sealed class BudgetSeries : ScaleSeries
{
    private const int BatchSize = 32;
    private const int TimeSteps = 500;

    /// <summary>How much longer a step may take under the smallest budget.</summary>
    private const double Tolerance = 0.35;

    // What lies between the least that a pass can keep and all of it, as shares; the first has no budget.
    private static readonly double[] shares = [1, 0.5, 0];

    /// <inheritdoc/>
    public override string Name => "budget";

    /// <inheritdoc/>
    public override string Symbol => "MiB kept";

    /// <inheritdoc/>
    public override string Heading =>
        $"## Memory budgets\nA training step with B = {BatchSize}, T = {TimeSteps}, H = {HiddenSize}: without a budget, with one in the middle, and with the least that a pass can keep. The goal is at most 35 % more time.";

    /// <inheritdoc/>
    public override bool ShowsMemory => false;

    /// <inheritdoc/>
    public override bool IsDrawn => false;

    /// <inheritdoc/>
    protected override IReadOnlyList<(int BatchSize, int TimeSteps)> Shapes { get; } = [.. shares.Select(_ => (BatchSize, TimeSteps))];

    /// <inheritdoc/>
    protected override int ReferenceIndex => 0;

    /// <inheritdoc/>
    public override int SizeOf(ScaleFigure figure) => (int)(figure.KeptBytes >> 20);

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<ScaleFigure> cell)
    {
        var slowest = cell.Max(figure => figure.RelativeToReference) - 1;
        return string.Create(
            CultureInfo.InvariantCulture, $"at most {slowest:P0} more time (goal 35 %: {(slowest <= Tolerance ? "met" : "missed")})");
    }

    /// <inheritdoc/>
    protected override (UnrollTraining Training, long KeptBytes) Prepare(Workload workload, int index)
    {
        var values = new SharedValues(workload);
        if (shares[index] == 1)
            return Kept(new(workload, values));
        var (_, whole) = Kept(new(workload, values));
        var frugal = new UnrollTraining(workload, values) { MemoryBudget = long.MaxValue };
        frugal.Run();
        var least = frugal.MemoryInBytes;
        return Kept(new(workload, values) { MemoryBudget = least + (long)(shares[index] * (whole - least)) });
    }

    private static (UnrollTraining, long) Kept(UnrollTraining training)
    {
        training.Run();
        training.Run();
        return (training, training.MemoryInBytes);
    }
}
