using System.Text.Json;
using Unroll.Models;
using Unroll.Training;

namespace Unroll.Cli.Views;

/// <summary>One JSON object a line: <c>start</c>, <c>progress</c>, <c>sample</c>, with --diagnose <c>finding</c> and <c>diagnosis</c>, and at last <c>done</c> or <c>interrupted</c>.</summary>
internal sealed class JsonView(TextWriter output) : TrainingView
{
    private readonly ReportClock clock = new(TimeSpan.FromSeconds(1));
    private string speedName = "trainTokensPerSecond";

    /// <inheritdoc/>
    public override void Start(RunPlan plan) => JsonLines.Write(output, "start", writer =>
    {
        writer.WriteString("path", plan.Paths.Shown);
        writer.WriteString("text", plan.Text);
        writer.WriteNumber("trainingTokens", plan.TrainingTokens);
        writer.WriteNumber("validationTokens", plan.ValidationTokens);
        writer.WriteNumber("vocabulary", plan.VocabularySize);
        writer.WriteString("configuration", plan.Model);
        writer.WriteNumber("parameters", plan.Parameters);
        writer.WriteString("budget", plan.Budget);
        if (plan.ResumedFrom is { } update)
            writer.WriteNumber("resumedFrom", update);
    });

    /// <inheritdoc/>
    public override void Start(ClassifyPlan plan)
    {
        speedName = "trainExamplesPerSecond";
        JsonLines.Write(output, "start", writer => ClassifyJson.Write(writer, plan));
    }

    /// <inheritdoc/>
    public override void Start(ForecastPlan plan)
    {
        speedName = "trainWindowsPerSecond";
        JsonLines.Write(output, "start", writer => ForecastJson.Write(writer, plan));
    }

    /// <inheritdoc/>
    public override void Finish(ForecastResult result) => JsonLines.Write(output, "done", writer => ForecastJson.Write(writer, result));

    /// <inheritdoc/>
    public override void Finish(ClassifyResult result) => JsonLines.Write(output, "done", writer => ClassifyJson.Write(writer, result));

    /// <inheritdoc/>
    public override void Sample(IEnumerable<string> pieces) =>
        JsonLines.Write(output, "sample", writer => writer.WriteString("text", string.Concat(pieces)));

    /// <inheritdoc/>
    public override void Diagnose(DoctorReport report, string? page)
    {
        foreach (var finding in report.Findings)
        {
            JsonLines.Write(output, "finding", writer =>
            {
                writer.WriteString("code", finding.Code);
                writer.WriteString("severity", finding.Severity == FindingSeverity.Problem ? "problem" : "warning");
                writer.WriteString("place", finding.Place);
                writer.WriteString("message", finding.Message);
                writer.WriteString("advice", finding.Advice);
                writer.WriteStartObject("numbers");
                foreach (var (name, value) in finding.Numbers)
                    writer.WriteFigure(name, value);
                writer.WriteEndObject();
            });
        }

        JsonLines.Write(output, "diagnosis", writer =>
        {
            writer.WriteNumber("findings", report.Findings.Count);
            writer.WriteNumber("updates", report.Updates);
            writer.WriteNumber("probes", report.Probes);
            writer.WriteFigure("clippedShare", report.ClippedShare);
            writer.WriteFigure("costShare", report.CostShare);
            if (page is not null)
                writer.WriteString("page", page);
        });
    }

    /// <inheritdoc/>
    public override void Finish(RunResult result) => JsonLines.Write(output, "done", writer =>
    {
        var figures = result.Validation;
        WriteHeadline(writer, figures, result.TokenName);
        writer.WriteFigure("bitsPerByte", figures.BitsPerByte);
        writer.WriteFigure("uniformLoss", figures.UniformNats);
        writer.WriteFigure("unigramLoss", figures.UnigramNats);
        writer.WriteFigure("trainTokensPerSecond", result.TokensPerSecond);
        writer.WriteNumber("parameters", result.Parameters);
        writer.WriteNumber("updates", result.Updates);
        writer.WriteFigure("seconds", result.Seconds);
        writer.WriteString("signature", figures.Signature);
        writer.WriteString("model", result.Paths.Model);
        writer.WriteString("plot", result.Paths.Plot);
        if (result.Checkpoint is { } checkpoint)
            writer.WriteString("checkpoint", checkpoint);
        writer.WriteString("path", result.Paths.Shown);
    });

    /// <inheritdoc/>
    public override void Interrupt(long update, string checkpoint, string resume) => JsonLines.Write(output, "interrupted", writer =>
    {
        writer.WriteNumber("update", update);
        writer.WriteString("checkpoint", checkpoint);
        writer.WriteString("resume", resume);
    });

    /// <inheritdoc/>
    public override void FinishDryRun(DryRunResult result) => JsonLines.Write(output, "done", writer =>
    {
        writer.WriteBoolean("dryRun", true);
        writer.WriteNumber("updates", result.Updates);
        WriteHeadline(writer, result.Validation, result.TokenName);
        writer.WriteFigure("trainTokensPerSecond", result.TokensPerSecond);
        writer.WriteNumber("parameters", result.Parameters);
        writer.WriteFigure("seconds", result.Seconds);
        writer.WriteFigure("estimatedSeconds", result.Time.TotalSeconds);
        writer.WriteNumber("estimatedBytes", result.Memory);
        writer.WriteNumber("modelBytes", result.ModelBytes);
        writer.WriteNull("model");
    });

    /// <inheritdoc/>
    protected override void Report(ProgressSample sample)
    {
        if (!clock.Accepts(sample))
            return;
        JsonLines.Write(output, "progress", writer =>
        {
            writer.WriteNumber("update", sample.Update);
            writer.WriteFigure("epoch", sample.Epoch);
            writer.WriteFigure("loss", sample.Loss);
            writer.WriteFigure("valLoss", sample.ValidationLoss);
            writer.WriteFigure(speedName, sample.TokensPerSecond);
            writer.WriteFigure("gradientNorm", sample.GradientNorm);
            writer.WriteFigure("learningRate", sample.LearningRate);
            writer.WriteFigure("secondsLeft", sample.Left?.TotalSeconds);
        });
    }

    private static void WriteHeadline(Utf8JsonWriter writer, Evaluation figures, string tokenName)
    {
        writer.WriteFigure("valLoss", figures.Nats);
        if (tokenName == "word")
            writer.WriteFigure("perplexity", figures.Perplexity);
        else
            writer.WriteFigure("bitsPerCharacter", figures.BitsPerCharacter);
    }
}
