using Unroll.Benchmarks.Measurement;
using Unroll.Cells;

namespace Unroll.Benchmarks.Examinations;

/// <summary><c>examinations.json</c> and <c>examinations.md</c> of a folder, which grow row by row; a cell that is examined again on a task replaces its row.</summary>
/// <param name="folder">The folder.</param>
internal sealed class ExaminationFile(DirectoryInfo folder)
{
    private readonly string path = Path.Combine(folder.FullName, "examinations.json");

    /// <summary>Whether a cell has a row for a task.</summary>
    public bool Has(Examination examination, Cell cell, ExaminationSettings settings) => Find(examination, cell, settings) is not null;

    /// <summary>Says of a row how fast its network trains when nothing else runs, and so how long its updates take.</summary>
    public void SetSpeed(Examination examination, Cell cell, ExaminationSettings settings, double tokensPerSecond, IReadOnlyList<Examination> catalogue)
    {
        if (Find(examination, cell, settings) is not { } row)
            throw new InvalidOperationException($"{examination.Name} has no row of {cell}.");
        var seconds = row.Result.Seconds * row.Result.TokensPerSecond / tokensPerSecond;
        Replace(row.Result with { Seconds = seconds, TokensPerSecond = tokensPerSecond }, row.Origin with { Threads = settings.Threads }, catalogue);
    }

    /// <summary>Puts a row in the place of the last one of its task, cell and forget bias, and writes both files.</summary>
    /// <param name="result">The row.</param>
    /// <param name="origin">When, where and with what it came about.</param>
    /// <param name="catalogue">The examinations, in the order of the page.</param>
    public void Replace(ExaminationResult result, ExaminationOrigin origin, IReadOnlyList<Examination> catalogue)
    {
        var known = ResultsJson.ReadList<Entry>(path)
            .Where(entry => Key(entry.Result) != Key(result))
            .Append(new(result, origin));
        var all = InOrder(known, catalogue);
        ResultsJson.WriteList(path, all);
        File.WriteAllText(Path.ChangeExtension(path, ".md"), ExaminationMarkdown.Of(catalogue, [.. all.Select(entry => (entry.Result, entry.Origin))]));
    }

    /// <summary>Puts the table of all results into a page.</summary>
    public void WriteGrid(string page, IReadOnlyList<Examination> catalogue) =>
        ExaminationGrid.WriteInto(page, ExaminationGrid.Of(catalogue, InOrder(ResultsJson.ReadList<Entry>(path), catalogue).ConvertAll(entry => entry.Result)));

    private Entry? Find(Examination examination, Cell cell, ExaminationSettings settings) =>
        ResultsJson.ReadList<Entry>(path).FirstOrDefault(entry => Key(entry.Result) == (examination.Name, cell.Name, cell == Cell.Lstm ? settings.ForgetBias : null));

    private static List<Entry> InOrder(IEnumerable<Entry> entries, IReadOnlyList<Examination> catalogue)
    {
        var cells = Cell.BuiltInNames.ToList();
        return
        [
            .. from examination in catalogue
               from entry in entries
               where entry.Result.Task == examination.Name
               orderby cells.IndexOf(entry.Result.Cell), entry.Result.ForgetBias
               select entry,
        ];
    }

    private static (string Task, string Cell, float? ForgetBias) Key(ExaminationResult result) => (result.Task, result.Cell, result.ForgetBias);

    private sealed record Entry(ExaminationResult Result, ExaminationOrigin Origin);
}
