using Unroll.Training;

namespace Unroll.Cli.Views;

/// <summary>Plain lines, for logs and pipes.</summary>
internal class PlainView(TextWriter output) : TrainingView
{
    private readonly ReportClock clock = new(TimeSpan.FromSeconds(5));

    /// <summary>What one token is, once the run has started.</summary>
    protected string TokenName { get; private set; } = "token";

    /// <inheritdoc/>
    public override void Start(RunPlan plan)
    {
        TokenName = plan.TokenName;
        Write(TextLines.Of(plan));
    }

    /// <inheritdoc/>
    public override void Start(ClassifyPlan plan)
    {
        TokenName = "example";
        Write(ClassifyLines.Of(plan));
    }

    /// <inheritdoc/>
    public override void Start(ForecastPlan plan)
    {
        TokenName = "window";
        Write(ForecastLines.Of(plan));
    }

    /// <inheritdoc/>
    public override void Finish(ClassifyResult result) => Write(ClassifyLines.Of(result));

    /// <inheritdoc/>
    public override void Finish(ForecastResult result) => Write(ForecastLines.Of(result));

    /// <inheritdoc/>
    public override void Sample(IEnumerable<string> pieces)
    {
        output.WriteLine("--- sample ---");
        foreach (var piece in pieces)
            output.Write(piece);
        output.WriteLine();
        output.WriteLine("--------------");
    }

    /// <inheritdoc/>
    public override void Diagnose(DoctorReport report, string? page) => Write(TextLines.Of(report, page));

    /// <inheritdoc/>
    public override void Finish(RunResult result) => Write(TextLines.Of(result));

    /// <inheritdoc/>
    public override void FinishDryRun(DryRunResult result) => Write(TextLines.Of(result));

    /// <inheritdoc/>
    protected override void Report(ProgressSample sample)
    {
        if (clock.Accepts(sample))
            output.WriteLine(TextLines.Of(sample, TokenName));
    }

    private void Write(IEnumerable<string> lines)
    {
        foreach (var line in lines)
            output.WriteLine(line);
        output.Flush();
    }
}
