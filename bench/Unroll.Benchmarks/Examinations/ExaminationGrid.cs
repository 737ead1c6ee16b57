using System.Globalization;
using System.Text;
using Unroll.Benchmarks.Examinations.Tasks;

namespace Unroll.Benchmarks.Examinations;

/// <summary>All results at a glance: a row for each cell, a column for each task.</summary>
internal static class ExaminationGrid
{
    private const string Start = "<!-- examinations -->";
    private const string End = "<!-- /examinations -->";

    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>The table; what was learned is bold.</summary>
    /// <param name="catalogue">The examinations, in the order of the columns.</param>
    /// <param name="results">The results, in the order of the rows.</param>
    public static string Of(IReadOnlyList<Examination> catalogue, IReadOnlyList<ExaminationResult> results)
    {
        var shown = catalogue.Where(examination => results.Any(result => result.Task == examination.Name)).ToArray();
        var grid = new StringBuilder()
            .Append(culture, $"| cell | {string.Join(" | ", shown.Select(examination => examination.Name))} |\n")
            .Append(culture, $"| --- |{string.Concat(shown.Select(_ => " ---: |"))}\n");
        foreach (var row in results.GroupBy(result => (result.Cell, result.ForgetBias)))
        {
            var bias = row.Key.ForgetBias is { } forget ? string.Create(culture, $", forget bias {forget}") : "";
            var cells = shown.Select(examination => row.FirstOrDefault(result => result.Task == examination.Name) is { } result ? Text(examination, result) : "–");
            grid.Append(culture, $"| {row.Key.Cell}{bias} | {string.Join(" | ", cells)} |\n");
        }

        var guesses = shown.Select(examination => MeasureText.Of(examination.Measure, results.First(result => result.Task == examination.Name).Guess));
        return grid.Append(culture, $"| guessing | {string.Join(" | ", guesses)} |\n").ToString();
    }

    /// <summary>Puts the table into a page, between the comments <c>examinations</c> and <c>/examinations</c>.</summary>
    /// <param name="path">The page.</param>
    /// <param name="grid">The table.</param>
    /// <exception cref="InvalidDataException">The page does not have the two comments.</exception>
    public static void WriteInto(string path, string grid)
    {
        var page = File.ReadAllText(path);
        var start = page.IndexOf(Start, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);
        if (start < 0 || end < start)
            throw new InvalidDataException($"{path}: expected the lines '{Start}' and '{End}' around the table.");
        File.WriteAllText(path, $"{page[..(start + Start.Length)]}\n{grid}{page[end..]}");
    }

    private static string Text(Examination examination, ExaminationResult result)
    {
        if (result.Result is not { } value)
            return "diverged";
        // Shares need no digit behind the point here.
        string Of(double number) => examination.Measure == TaskMeasure.SequencesRight ? number.ToString("P0", culture) : MeasureText.Of(examination.Measure, number);
        var text = result.IsLearned ? $"**{Of(value)}**" : Of(value);
        return result.Longer is { } longer ? $"{text}, {Of(longer)}" : text;
    }
}
