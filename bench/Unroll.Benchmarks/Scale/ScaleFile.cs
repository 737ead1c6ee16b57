using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Scale;

/// <summary><c>scale.json</c>, <c>scale.md</c> and <c>scale.png</c> of a folder; a series that is measured replaces that series alone.</summary>
internal sealed class ScaleFile(DirectoryInfo folder)
{
    private readonly string path = Path.Combine(folder.FullName, "scale.json");

    /// <summary>Puts a series in the place of the last one of its name, and writes the three files.</summary>
    public void Replace(string series, IReadOnlyList<ScaleFigure> figures)
    {
        var known = ResultsJson.ReadList<ScaleFigure>(path).Where(figure => figure.Series != series).Concat(figures).ToArray();
        ScaleFigure[] all = [.. ScaleSeries.All.SelectMany(candidate => known.Where(figure => figure.Series == candidate.Name))];
        ResultsJson.WriteList(path, all);
        File.WriteAllText(Path.ChangeExtension(path, ".md"), ScaleMarkdown.Of(all));
        ScaleChart.Save(all, Path.ChangeExtension(path, ".png"));
    }
}
