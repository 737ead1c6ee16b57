using System.Globalization;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Peers;

/// <summary>The measured rows of one job as Markdown.</summary>
internal sealed class PeerTable(Job job, Roofline roofline)
{
    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    private bool IsStreaming => job == Job.Streaming;

    /// <summary>What the table shows, in a heading and a sentence.</summary>
    public string Title => job switch
    {
        Job.Training => "## Training step\nForward, loss = mean(y²), backward to all weights; the input needs no gradient.",
        Job.Inference => "## Inference\nForward over the whole sequence.",
        Job.Streaming => "## Streaming\nOne step of one sequence, state in and state out; ONNX Runtime on one thread, its faster way; libtorch by its cell and by its layer.",
        _ => "## Mixed lengths\nA training step over sequences whose lengths are uniform in 1 … T; padding counts for nothing.",
    };

    /// <summary>The two lines that start the table.</summary>
    public string Header(PeerRow row)
    {
        var unit = IsStreaming ? "µs" : "ms";
        var columns = row.Times.SelectMany((time, index) => (string[])[
            $"{time.Peer}, {unit}",
            "fastest",
            .. IsStreaming ? (string[])[] : ["GF/s"],
            .. index == 0 ? IsStreaming ? (string[])[] : ["of peak"] : ["ratio"],
        ]);
        string[] all = ["cell", "B, T, H", .. columns, "difference"];
        return Line(all) + "\n" + Line(all.Select((_, index) => index < 2 ? "---" : "---:"));
    }

    /// <summary>One row.</summary>
    public string Row(PeerRow row)
    {
        var workload = row.Workload;
        var columns = row.Times.SelectMany((time, index) => (string[])[
            Time(time.Timing.Median),
            Time(time.Timing.Minimum),
            .. IsStreaming ? (string[])[] : [row.CountedRate(time.Timing).ToString("F0", culture)],
            .. index > 0 ? [row.Ratio(time).ToString("F2", culture)]
                : IsStreaming ? (string[])[] : [(row.NeededRate(time.Timing) / roofline.AllCores).ToString("P0", culture)],
        ]);
        return Line([
            workload.Cell.ToString().ToUpperInvariant(),
            $"{workload.BatchSize}, {workload.TimeSteps}, {workload.HiddenSize}",
            .. columns,
            row.Difference.ToString("E0", culture),
        ]);
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private string Time(double seconds)
    {
        var value = seconds * (IsStreaming ? 1e6 : 1e3);
        return value.ToString(value < 10 ? "F2" : value < 100 ? "F1" : "F0", culture);
    }
}
