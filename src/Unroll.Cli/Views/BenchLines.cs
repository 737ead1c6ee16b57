using System.Globalization;
using System.Runtime.InteropServices;
using Unroll.Cli.Benchmarks;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>Columns of text, with a line that says what is being measured where there is a terminal.</summary>
/// <param name="output">Gets the figures.</param>
/// <param name="terminal">Gets the line that changes in place, or null for none.</param>
internal sealed class BenchLines(TextWriter output, TextWriter? terminal) : BenchView
{
    private const string EraseLine = "\r\e[K";

    private BenchKind? section;

    /// <inheritdoc/>
    public override void Start(BenchPlan plan)
    {
        var roofline = plan.Roofline;
        output.WriteLine($"processor   {plan.Processor}, {Cores(roofline.CoreCount)}");
        output.WriteLine($"software    Unroll {LanguageModel.LibraryVersion}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
        output.WriteLine(Invariant($"peak        {roofline.OneCore:F0} GF/s on one core, {roofline.AllCores:F0} on {roofline.CoreCount}: float32 multiply-adds on registers alone"));
        if (plan.ForcedLanes is { } lanes)
            output.WriteLine($"lanes       {lanes}, forced by UNROLL_LANES; the peak is that of the widest");
        output.WriteLine(Invariant($"threads     {plan.Threads}; about {plan.Time.TotalSeconds:0} s in all"));
    }

    /// <inheritdoc/>
    public override void Next(BenchWork work, int number, int count)
    {
        if (work.Kind != section)
            Heading(work.Kind);
        section = work.Kind;
        terminal?.Write(Invariant($"{EraseLine}{number} of {count}: {CellName(work)} {Shape(work)} …"));
    }

    /// <inheritdoc/>
    public override void Show(BenchFigure figure)
    {
        terminal?.Write(EraseLine);
        var line = Invariant($"  {CellName(figure.Work),-6}{Shape(figure.Work),-14}{Time(figure.Timing.Median),10}{figure.Rate,8:F0}{figure.ShareOfPeak,9:P0}");
        output.WriteLine(figure.Work.Kind == BenchKind.Streaming ? Invariant($"{line}{figure.StepsPerSecond,14:N0}") : line);
        output.Flush();
    }

    /// <inheritdoc/>
    public override void Finish(TimeSpan elapsed)
    {
        output.WriteLine();
        output.WriteLine($"Done in {Figures.Time(elapsed)}. Times are medians; GF/s count the matrix products that are needed; a busy machine shows lower shares.");
    }

    private void Heading(BenchKind kind)
    {
        output.WriteLine();
        output.WriteLine(kind switch
        {
            BenchKind.Training => "training step: forward, backward to all weights; of the peak of these threads",
            BenchKind.Inference => "inference: a whole sequence forward; of the peak of these threads",
            _ => "streaming: one step of one sequence; of the peak of one core",
        });
        var columns = Invariant($"  {"cell",-6}{"B, T, H",-14}{"time",10}{"GF/s",8}{"of peak",9}");
        output.WriteLine(kind == BenchKind.Streaming ? Invariant($"{columns}{"steps/s",14}") : columns);
    }

    private static string Shape(BenchWork work) => Invariant($"{work.BatchSize}, {work.TimeSteps}, {work.HiddenSize}");

    private static string Time(double seconds) => seconds switch
    {
        < 1e-3 => Invariant($"{seconds * 1e6:F2} µs"),
        < 1 => Invariant($"{seconds * 1e3:F2} ms"),
        _ => Invariant($"{seconds:F2} s"),
    };

    private static string Cores(int count) => count == 1 ? "1 core" : Invariant($"{count} cores");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
