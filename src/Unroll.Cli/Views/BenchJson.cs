using System.Runtime.InteropServices;
using Unroll.Cli.Benchmarks;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>One JSON object a line: <c>machine</c>, a <c>figure</c> for each piece of work, <c>done</c>.</summary>
internal sealed class BenchJson(TextWriter output) : BenchView
{
    /// <inheritdoc/>
    public override void Start(BenchPlan plan) => JsonLines.Write(output, "machine", writer =>
    {
        writer.WriteString("processor", plan.Processor.Name);
        writer.WriteFigure("family", plan.Processor.Family);
        writer.WriteFigure("model", plan.Processor.Model);
        writer.WriteNumber("vectorBits", plan.Processor.VectorBits);
        writer.WriteNumber("cores", plan.Roofline.CoreCount);
        writer.WriteNumber("threads", plan.Threads);
        if (plan.ForcedLanes is { } lanes)
            writer.WriteString("forcedLanes", lanes);
        writer.WriteFigure("peakOneCore", plan.Roofline.OneCore);
        writer.WriteFigure("peakAllCores", plan.Roofline.AllCores);
        writer.WriteString("system", RuntimeInformation.OSDescription);
        writer.WriteString("runtime", RuntimeInformation.FrameworkDescription);
        writer.WriteString("version", LanguageModel.LibraryVersion);
    });

    /// <inheritdoc/>
    public override void Show(BenchFigure figure) => JsonLines.Write(output, "figure", writer =>
    {
        var work = figure.Work;
        writer.WriteString("work", work.Kind switch { BenchKind.Training => "training", BenchKind.Inference => "inference", _ => "streaming" });
        writer.WriteString("cell", CellName(work));
        writer.WriteNumber("batch", work.BatchSize);
        writer.WriteNumber("time", work.TimeSteps);
        writer.WriteNumber("hidden", work.HiddenSize);
        writer.WriteFigure("seconds", figure.Timing.Median);
        writer.WriteFigure("fastestSeconds", figure.Timing.Minimum);
        writer.WriteFigure("gigaflops", figure.Rate);
        writer.WriteFigure("shareOfPeak", figure.ShareOfPeak);
        writer.WriteFigure("stepsPerSecond", figure.StepsPerSecond);
    });

    /// <inheritdoc/>
    public override void Finish(TimeSpan elapsed) => JsonLines.Write(output, "done", writer => writer.WriteFigure("seconds", elapsed.TotalSeconds));
}
