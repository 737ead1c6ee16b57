using System.Globalization;

namespace Unroll.Benchmarks.Peers;

/// <summary>A bar of the picture: a workload, and the ratio that its goal is about.</summary>
/// <param name="Label">What was done.</param>
/// <param name="Ratio">To the judged peer, or to the faster one where there are two.</param>
/// <param name="Goal">The ratio to reach, or null.</param>
internal sealed record PeerBar(string Label, double Ratio, double? Goal)
{
    /// <summary>The bars of a table.</summary>
    public static IEnumerable<PeerBar> Of(IEnumerable<PeerFigure> table) =>
        from workload in PeerTableText.Workloads(table)
        from part in workload.GroupBy(figure => figure.Peer == PeerNames.UnrollFullLength)
        let judged = Judged([.. part])
        where judged?.Ratio is not null
        select new PeerBar(LabelOf(judged), judged.Ratio!.Value, judged.Goal);

    /// <summary>The figure with a goal, of several the one with the smallest ratio; without any goal the first peer's.</summary>
    private static PeerFigure? Judged(PeerFigure[] figures) =>
        figures.Where(figure => figure is { Goal: not null, Ratio: not null }).MinBy(figure => figure.Ratio)
        ?? figures.FirstOrDefault(figure => figure.Ratio is not null);

    private static string LabelOf(PeerFigure figure)
    {
        var what = figure.Model ?? figure.Cell.ToUpperInvariant();
        if (figure.Peer == PeerNames.UnrollFullLength)
            return $"{what}, full ÷ mixed";
        return figure.Table == PeerTables.Streaming
            ? string.Create(CultureInfo.InvariantCulture, $"{what}  {figure.Hidden}")
            : string.Create(CultureInfo.InvariantCulture, $"{what}  {figure.Batch}, {figure.Time}{(figure.Model is null ? $", {figure.Hidden}" : "")}");
    }
}
