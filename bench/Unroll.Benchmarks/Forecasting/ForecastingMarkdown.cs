using System.Globalization;
using System.Text;

namespace Unroll.Benchmarks.Forecasting;

/// <summary>Results as tables.</summary>
internal static class ForecastingMarkdown
{
    private const string Start = "<!-- forecasting -->";
    private const string End = "<!-- /forecasting -->";

    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>The whole file of a machine.</summary>
    public static string Of(IReadOnlyList<ForecastingResult> results) =>
        $"# Forecasting\n{Table(results)}\n## How\n{string.Concat(results.Select(result => $"- **{result.Task}**: {result.Settings}; {result.Parameters.ToString("N0", culture)} parameters, trained in {result.Seconds.ToString("F1", culture)} s. `{result.Signature}`. {result.Origin}\n"))}";

    /// <summary>One table of errors, one of steps ahead for the tasks that have any, and what others report.</summary>
    public static string Table(IReadOnlyList<ForecastingResult> results)
    {
        var text = new StringBuilder("| series | method | MAE | RMSE | MASE | sMAPE | 90 % intervals hold | pinball |\n| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var result in results)
        {
            var best = result.Baselines.Append(new("model", result.Model[0].Mean, 0, 0, 0)).MinBy(row => row.MeanAbsoluteError)!.Name;
            text.Append(culture, $"| {result.Task} | model | {Bold(result.Model[0], best == "model")} | {Of(result.Model[1])} | {Of(result.Model[2])} | {Of(result.Model[3])} | {Percent(result.Model[4])} | {Of(result.Model[5])} |\n");
            foreach (var row in result.Baselines)
                text.Append(culture, $"| | {row.Name} | {(best == row.Name ? $"**{Digits(row.MeanAbsoluteError)}**" : Digits(row.MeanAbsoluteError))} | {Digits(row.RootMeanSquaredError)} | {Digits(row.Mase)} | {Digits(row.Smape)} | – | – |\n");
        }

        foreach (var result in results.Where(result => result.Horizons.Count > 0))
            AddHorizons(text, result);
        text.Append('\n');
        foreach (var result in results)
        {
            var naive = result.Baselines.MinBy(row => row.MeanAbsoluteError)!;
            var share = (result.Model[0].Mean / naive.MeanAbsoluteError) - 1;
            text.Append(culture, $"- {result.Task}: the mean absolute error of the model is {Math.Abs(100 * share):F1} % {(share < 0 ? "below" : "above")} that of {naive.Name}, the best of the others{(share < 0 ? "" : ", which it does not beat")}.\n");
            var task = ForecastingCatalogue.All.Single(task => task.Name == result.Task);
            foreach (var line in task.Published)
                text.Append(culture, $"- {result.Task}, published: {line}.\n");
            if (result.LagAlarms.Count > 0)
                text.Append(culture, $"- {result.Task}, lag alarm of {result.LagAlarms.Count} of {result.Seeds} seeds: {result.LagAlarms[0]}.\n");
        }

        return text.ToString();
    }

    /// <summary>Puts the tables into a page, between the comments <c>forecasting</c> and <c>/forecasting</c>.</summary>
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

    private static void AddHorizons(StringBuilder text, ForecastingResult result)
    {
        var aheads = result.Horizons.Select(row => row.Ahead).Distinct().ToList();
        text.Append(culture, $"\n| {result.Task}: relative squared error, correlation | {string.Join(" | ", aheads.Select(ahead => $"{ahead} ahead"))} |\n| --- |{string.Concat(aheads.Select(_ => " ---: |"))}\n");
        foreach (var method in result.Horizons.GroupBy(row => row.Name))
            text.Append(culture, $"| {method.Key} | {string.Join(" | ", method.Select(row => string.Create(culture, $"{row.RelativeSquaredError:F4}, {row.Correlation:F4}")))} |\n");
    }

    private static string Bold(NamedFigure figure, bool isBest) => isBest ? $"**{Of(figure)}**" : Of(figure);

    private static string Of(NamedFigure figure) => $"{Digits(figure.Mean)} ± {decimal.Parse(figure.Deviation.ToString("G2", culture), NumberStyles.Float, culture).ToString(culture)}";

    private static string Percent(NamedFigure figure) => string.Create(culture, $"{100 * figure.Mean:F1} ± {100 * figure.Deviation:F1} %");

    private static string Digits(double value) => value.ToString("G4", culture);
}
