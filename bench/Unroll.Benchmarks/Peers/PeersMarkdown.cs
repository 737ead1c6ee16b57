using System.Text;

namespace Unroll.Benchmarks.Peers;

/// <summary>All tables as a page.</summary>
internal static class PeersMarkdown
{
    private const string Introduction =
        """
        # Unroll beside its peers
        All contestants of a row sit in one process, on the same weights and inputs, and take turns; times are medians. `ratio` is the peer's time over Unroll's,
        `fastest` the same of the fastest rounds; `goal` is the ratio to reach, and what became of it. `of peak` counts the operations that are needed (a training
        step as two and a half forward passes) over the peak that was measured with the table. `difference` is how far the results lie apart, as a share of the largest
        value. Only figures of one table compare: machines, hours and versions differ.

        ![Ratios to the peers](peers.png)

        """;

    /// <summary>Renders figures that stand in the order of their tables.</summary>
    public static string Of(IReadOnlyList<PeerFigure> figures)
    {
        var page = new StringBuilder(Introduction);
        foreach (var table in figures.GroupBy(figure => figure.Table))
        {
            var workloads = PeerTableText.Workloads(table).ToArray();
            page.Append('\n').Append(Heading(table.Key)).Append("\n\n");
            page.Append(PeerTableText.Header(workloads[0])).Append('\n');
            foreach (var workload in workloads)
                page.Append(PeerTableText.Row(workload)).Append('\n');
            page.Append('\n').Append(Footer(table)).Append('\n');
        }

        return page.ToString();
    }

    /// <summary>What stands above a table.</summary>
    public static string Heading(string table) => $"## {PeerTables.Title(table)}\n{PeerTables.Description(table)}";

    /// <summary>What stands below it: what became of the goals, and the circumstances.</summary>
    public static string Footer(IEnumerable<PeerFigure> table)
    {
        var summary = Verdict.Summary(table);
        return $"{(summary is null ? "" : $"**{summary}**\n\n")}{table.First().Run}";
    }
}
