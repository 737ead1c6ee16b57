using System.Globalization;

namespace Unroll.Benchmarks.Peers;

/// <summary>Whether goals were met, and by how much, in words.</summary>
internal static class Verdict
{
    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>The goal of a figure and what became of it.</summary>
    public static string Of(PeerFigure figure) => figure.Goal is { } goal ? Of(figure.Ratio, goal, isShare: figure.Peer == PeerNames.UnrollFullLength) : "–";

    /// <summary>What became of all goals of a table, on one line; null where it has none, or no peer that loads.</summary>
    public static string? Summary(IEnumerable<PeerFigure> figures)
    {
        var judged = figures.Where(figure => figure is { Goal: not null, Ratio: not null }).ToArray();
        if (judged.Length == 0)
            return null;
        var rows = judged.GroupBy(figure => figure.Workload).ToArray();
        var met = rows.Count(row => row.All(figure => figure.Ratio >= figure.Goal));
        var peers = judged.Where(figure => figure.Peer != PeerNames.UnrollFullLength).ToArray();
        var mean = GeometricMean(peers);
        var overall = mean is null ? "" : $"Geometric mean of the ratios to {Names(peers)}: {mean.Value.ToString("F2", culture)}";
        if (mean is not null && judged[0].Table == PeerTables.Training)
            overall += $" (goal {Of(mean, Goals.TrainingMean, isShare: false)})";
        return string.Create(culture, $"{overall}{(mean is null ? "" : ". ")}Goals met in {met} of {rows.Length} rows.");
    }

    /// <summary>The geometric mean over the workloads of the smallest ratio; null without any.</summary>
    public static double? GeometricMean(IEnumerable<PeerFigure> figures)
    {
        var ratios = figures.Where(figure => figure.Ratio is not null)
            .GroupBy(figure => figure.Workload).Select(group => group.Min(figure => figure.Ratio!.Value)).ToArray();
        return ratios.Length == 0 ? null : Math.Exp(ratios.Average(Math.Log));
    }

    private static string Of(double? ratio, double goal, bool isShare)
    {
        var shown = isShare ? $"at most {(1 / goal).ToString("P0", culture)}" : goal.ToString("0.##", culture);
        if (ratio is not { } value)
            return shown;
        // A share is better when it is smaller: it differs from its goal by what its ratio does, seen from the other side.
        var difference = isShare ? (goal / value) - 1 : (value / goal) - 1;
        var size = Math.Abs(difference);
        return $"{shown}: {(value >= goal ? "met" : "missed")} by {size.ToString(size < 0.01 ? "P1" : "P0", culture)}";
    }

    /// <summary>Whom the ratios are to: the faster one, where there are two.</summary>
    private static string Names(IEnumerable<PeerFigure> figures) => figures.Select(figure => figure.Peer).Distinct().ToArray() switch
    {
        [var only] => only,
        var several => $"the faster of {string.Join(" and ", several)}",
    };
}
