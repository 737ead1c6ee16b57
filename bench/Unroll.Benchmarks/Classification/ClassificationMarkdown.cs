using System.Globalization;
using System.Text;

namespace Unroll.Benchmarks.Classification;

/// <summary>All classification tasks as a page.</summary>
internal static class ClassificationMarkdown
{
    private const string Start = "<!-- classification -->";
    private const string End = "<!-- /classification -->";

    private const string Introduction =
        """
        # Classification
        Classifiers of sequences on data with labels, each trained with several seeds, or once for each of ten folds, for a fixed number of passes over the training part, without validation, and
        measured on the test part: mean and standard deviation over the seeds. Beside them what always giving the most frequent label gets, and multinomial logistic
        regression (ML.NET) on features that know no time, chosen with its regularisation on a fifth of the training part, of at most 5,000 of its examples. Published results are of other networks, mostly
        larger ones, and of other splits where that is said; `recalled` ones were written down from memory.

        """;

    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>The page of a folder.</summary>
    public static string Of(IReadOnlyList<ClassificationResult> results)
    {
        var page = new StringBuilder(Introduction).Append(Table(results));
        foreach (var result in results)
        {
            var task = ClassificationCatalogue.All.First(task => task.Name == result.Task);
            page.Append(culture, $"\n## {result.Task}\n{task.Question}\n\n")
                .Append(culture, $"- network: `{result.Options}`, {result.Parameters:N0} parameters; chosen {result.Choice}\n")
                .Append(culture, $"- runs: {string.Join("; ", result.Runs.Select(Run))}\n")
                .Append(culture, $"- logistic regression: {result.Linear.Features}; macro F1 {result.Linear.MacroF1.Average():F3}\n")
                .Append(result.Published is { } published ? $"- published, accuracy in percent: {published}\n" : "- published: nothing known\n")
                .Append(culture, $"- signature of the last run: `{result.Signature}`\n- {result.Origin}\n");
        }

        return page.ToString();
    }

    /// <summary>The table.</summary>
    public static string Table(IReadOnlyList<ClassificationResult> results)
    {
        var table = new StringBuilder(
            """
            | data | training / test | labels | accuracy, % | macro F1 | log loss | most frequent label, % | logistic regression, % | published, % | seconds |
            | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |

            """);
        foreach (var result in results)
        {
            var parts = string.Create(culture, $"{result.TrainingExamples:N0} / {result.TestExamples:N0}");
            table.Append(culture, $"| {result.Task} | {parts} | {result.Labels} | **{Percent([.. result.Runs.Select(run => run.Accuracy)])}** | {result.Runs.Average(run => run.MacroF1):F3} ")
                .Append(culture, $"| {result.Runs.Average(run => run.LogLoss):F3} | {100 * result.MajorityAccuracy:F1} | {Percent(result.Linear.Accuracy)} | {result.Published ?? "–"} | {result.Runs.Average(run => run.Seconds):F1} |\n");
        }

        return table.ToString();
    }

    /// <summary>Puts the table into a page, between the comments <c>classification</c> and <c>/classification</c>.</summary>
    /// <param name="path">The page.</param>
    /// <param name="table">The table.</param>
    /// <exception cref="InvalidDataException">The page does not have the two comments.</exception>
    public static void WriteInto(string path, string table)
    {
        var page = File.ReadAllText(path);
        var start = page.IndexOf(Start, StringComparison.Ordinal);
        var end = page.IndexOf(End, StringComparison.Ordinal);
        if (start < 0 || end < start)
            throw new InvalidDataException($"{path}: expected the lines '{Start}' and '{End}' around the table.");
        File.WriteAllText(path, $"{page[..(start + Start.Length)]}\n{table}{page[end..]}");
    }

    private static string Run(ClassificationFigure run) => string.Create(
        culture, $"seed {run.Seed} accuracy {100 * run.Accuracy:F2} %, macro F1 {run.MacroF1:F4}, log loss {run.LogLoss:F4}, {run.Seconds:F1} s");

    private static string Percent(IReadOnlyList<double> shares)
    {
        var mean = shares.Average();
        return shares.Count == 1
            ? string.Create(culture, $"{100 * mean:F1}")
            : string.Create(culture, $"{100 * mean:F1} ± {100 * Math.Sqrt(shares.Sum(share => (share - mean) * (share - mean)) / (shares.Count - 1)):F1}");
    }
}
