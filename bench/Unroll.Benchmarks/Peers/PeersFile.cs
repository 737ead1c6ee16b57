using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Peers;

/// <summary>
/// <c>peers.json</c>, <c>peers.md</c> and <c>peers.png</c> of a folder. A table that is measured replaces that table alone; Markdown and picture
/// are made anew from all figures.
/// </summary>
internal sealed class PeersFile(DirectoryInfo folder)
{
    private readonly string path = Path.Combine(folder.FullName, "peers.json");

    /// <summary>Puts a table in the place of the last one of its name, and writes the three files.</summary>
    public void Replace(string table, IReadOnlyList<PeerFigure> figures)
    {
        var others = ResultsJson.ReadList<PeerFigure>(path).Where(figure => figure.Table != table);
        var order = PeerTables.All.ToList();
        PeerFigure[] all = [.. others.Concat(figures).OrderBy(figure => order.IndexOf(figure.Table))];
        ResultsJson.WriteList(path, all);
        File.WriteAllText(Path.ChangeExtension(path, ".md"), PeersMarkdown.Of(all));
        PeersChart.Save(all, Path.ChangeExtension(path, ".png"));
    }
}
