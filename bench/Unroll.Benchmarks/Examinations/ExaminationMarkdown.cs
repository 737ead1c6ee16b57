using System.Globalization;
using System.Text;

namespace Unroll.Benchmarks.Examinations;

/// <summary>All examinations as a page.</summary>
internal static class ExaminationMarkdown
{
    private const string Introduction =
        """
        # The classic examinations
        Every cell of the library with the same number of parameters and the same budget on tasks of the literature. One network for each row: recurrent layers
        of the cell and a linear layer. Adam, gradients clipped to a norm of 1, the learning rate falling by a half cosine to 5 %; gradients go back over whole
        sequences, but for tiny Shakespeare. Weights start uniform in ±1/√H, biases as well, so that the forget gate of an LSTM starts at about a half; only the rectifier
        starts as the IRNN of Le et al. 2015. Cells without a recurrent matrix have two layers. Nothing was tuned for a cell.

        `learned` says whether the result is more than half way from guessing to perfect, and after how many updates it was so first, as seen at 40 looks on a part of the test.
        Published results are of the papers' own budgets, mostly much larger ones.

        """;

    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>Renders the rows, examination by examination.</summary>
    /// <param name="catalogue">The examinations, in the order of the page.</param>
    /// <param name="rows">The rows, in the order of the tables.</param>
    public static string Of(IReadOnlyList<Examination> catalogue, IReadOnlyList<(ExaminationResult Result, ExaminationOrigin Origin)> rows)
    {
        var page = new StringBuilder(Introduction).Append("## At a glance\n").Append(ExaminationGrid.Of(catalogue, [.. rows.Select(row => row.Result)]));
        foreach (var examination in catalogue)
        {
            var own = rows.Where(row => row.Result.Task == examination.Name).ToArray();
            if (own.Length == 0)
                continue;
            page.Append(culture, $"\n## {examination.Name}\n{examination.Question}\n\n{Header(examination)}\n");
            foreach (var (result, _) in own)
                page.Append(Row(examination, result)).Append('\n');
        }

        page.Append('\n');
        foreach (var (date, names) in rows.GroupBy(row => row.Origin).Select(group => (group.Key, group.Select(row => row.Result.Task).Distinct())))
            page.Append(culture, $"{string.Join(", ", names)}: {date}\n\n");
        return page.ToString().TrimEnd() + "\n";
    }

    /// <summary>The two lines that a table starts with.</summary>
    public static string Header(Examination examination)
    {
        var (longer, rule) = examination.LongerTimeSteps is { } steps ? (string.Create(culture, $" T = {steps} |"), " ---: |") : ("", "");
        return $"| cell | layers × H | parameters | {MeasureText.Name(examination.Measure)} |{longer} guessing | learned | updates | epochs | seconds | tokens/s | published |\n"
            + $"| --- | ---: | ---: | ---: |{rule} ---: | --- | ---: | ---: | ---: | ---: | --- |";
    }

    /// <summary>One row.</summary>
    public static string Row(Examination examination, ExaminationResult result)
    {
        string Shown(double? value) => value is { } number ? MeasureText.Of(examination.Measure, number) : "–";
        var longer = examination.LongerTimeSteps is null ? "" : $" {Shown(result.Longer)} |";
        var bias = result.ForgetBias is { } forget ? string.Create(culture, $", forget bias {forget}") : "";
        var network = string.Create(culture, $"{result.Cell}{bias} | {result.Layers} × {result.HiddenSize} | {result.Parameters:N0}");
        var epochs = result.Epochs?.ToString("F2", culture) ?? "–";
        var work = string.Create(culture, $"{result.Updates:N0} | {epochs} | {result.Seconds:F0} | {result.TokensPerSecond:N0}");
        return $"| {network} | {Shown(result.Result)} |{longer} {Shown(result.Guess)} | {Learned(result)} | {work} | {PublishedResult.Of(result.Task, result.Cell) ?? "–"} |";
    }

    private static string Learned(ExaminationResult result)
    {
        if (result.Failure is { } failure)
            return $"no: {failure}";
        if (!result.IsLearned)
            return "no";
        return result.LearnedAtUpdate is { } update ? string.Create(culture, $"yes, {update:N0}") : "yes";
    }
}
