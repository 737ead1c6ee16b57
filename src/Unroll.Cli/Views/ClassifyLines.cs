using System.Globalization;
using Unroll.Cli.CommandLine;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>What is written of a classifier for people.</summary>
internal static class ClassifyLines
{
    private const int ShownMistakes = 10;
    private const int LongestText = 70;

    public static IEnumerable<string> Of(ClassifyPlan plan)
    {
        yield return plan.Paths.Shown;
        yield return $"data     {plan.Data}: {Figures.Count(plan.Training)} examples to learn from, {Figures.Count(plan.Validation)} for validation{(plan.Test > 0 ? $", {Figures.Count(plan.Test)} to test" : "")}; {plan.Input}";
        yield return $"labels   {plan.Labels.Count}: {ClassifierText.LabelList(plan.Labels)}";
        yield return $"model    {plan.Model}, {Figures.Count(plan.Parameters)} parameters";
        yield return plan.ResumedFrom is { } update
            ? $"budget   {plan.Budget}, going on after update {Figures.Count(update)}"
            : $"budget   {plan.Budget}";
    }

    public static IEnumerable<string> Of(ClassifyResult result)
    {
        if (result.Validation is { } validation)
        {
            foreach (var line in Headline("validation", validation))
                yield return line;
            yield return "            the validation part chose the model and its temperature; only a test set says how it does on others";
        }

        if (result.Test is { } test)
        {
            foreach (var line in Headline("test", test))
                yield return line;
        }

        foreach (var line in (result.Test ?? result.Validation) is { } report ? ClassTable(report) : [])
            yield return line;
        if (result.Mistakes.Count > 0)
            yield return $"mistakes    {Figures.Count(result.Mistakes.Count)}, the surest first";
        foreach (var mistake in result.Mistakes.Take(ShownMistakes))
            yield return $"  {mistake.Source}: {mistake.Label} taken for {mistake.Predicted} ({ClassifierText.Percent(mistake.Probability)}){(mistake.Text.Length > 0 ? $"  {Cut(mistake.Text)}" : "")}";
        yield return $"trained     {Figures.Count(result.Updates)} updates, {Figures.Time(TimeSpan.FromSeconds(result.Seconds))} in all; temperature {Figures.Small(result.Temperature)}";
        yield return $"model       {result.Paths.Model}";
        yield return $"curves      {result.Paths.Plot}";
        if (result.Files is { } files)
            yield return $"confusion   {files.Confusion}, mistakes {files.Mistakes}";
        if (result.Checkpoint is { } checkpoint)
            yield return $"checkpoint  {checkpoint}";
        yield return $"next        {ShellWord.Program()} predict {ShellWord.Quote(result.Paths.Model)} FILE";
        yield return result.Paths.Shown;
    }

    /// <summary>The figures of a report.</summary>
    public static IEnumerable<string> Headline(string what, ClassificationReport report)
    {
        yield return $"{what,-12}accuracy {ClassifierText.Percent(report.Accuracy)} [{ClassifierText.Percent(report.AccuracyInterval.Low)}, {ClassifierText.Percent(report.AccuracyInterval.High)}], macro F1 {Number(report.MacroF1)}, log loss {Number(report.LogLoss)}, calibration error {Number(report.CalibrationError)}";
        yield return $"            baseline: always '{report.MajorityLabel}' {ClassifierText.Percent(report.MajorityAccuracy)}";
        if (report.Accuracy <= report.MajorityAccuracy)
            yield return "warning     this is no better than always giving the most frequent label; train for longer, or with another --learning-rate or --pooling";
        yield return $"signature   {report.Signature}";
    }

    /// <summary>A line for each label.</summary>
    public static IEnumerable<string> ClassTable(ClassificationReport report)
    {
        var width = Math.Max(8, report.Labels.Max(label => label.Length) + 2);
        yield return string.Create(CultureInfo.InvariantCulture, $"  {"label".PadRight(width)}{"examples",10}{"given",8}{"precision",11}{"recall",9}{"F1",9}");
        foreach (var score in report.Classes)
            yield return string.Create(CultureInfo.InvariantCulture, $"  {score.Label.PadRight(width)}{score.Examples,10}{score.Predicted,8}{score.Precision,11:F4}{score.Recall,9:F4}{score.F1,9:F4}");
    }

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);

    private static string Cut(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= LongestText ? line : line[..LongestText] + "…";
    }
}
