using System.CommandLine;
using System.Globalization;
using CsCheck;
using Unroll.Cli.Checks.Forecasting;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Runs;
using Unroll.Cli.Verbs;

namespace Unroll.Cli.Tests;

/// <summary>Of any table of series, the check and a training run, with the horizon that the check suggests, have to say the same: usable or not.</summary>
public sealed class CheckSeriesAgainstTrainingTests
{
    private static readonly Gen<string> Cell = OneOf("1", "2.5", "-3", "", "NA", "7", "7", "7", "high", "1,5", "1e39");

    private static readonly Gen<string> Good = OneOf("1", "2.5", "-3", "", "7", "0");

    [Fact]
    public void Numbered_rows() => Sample(
        Gen.Select(OneOf("x", "x;y", "1"), OneOf("", "", "", "high")).SelectMany(head => Gen.Select(Good, Good).Array[0, 40]
            .Select(rows => $"{head.Item1}\n{string.Concat(rows.Select(row => head.Item1 == "x;y" ? $"{row.Item1};{row.Item2}\n" : $"{row.Item1}\n"))}{head.Item2}")),
        "--target", "x");

    [Fact]
    public void Rows_with_dates() => Sample(
        Gen.Select(Gen.Int[0, 40], Cell).Array[1, 40].Select(rows => "date,x\n" + string.Concat(rows.Select(row => $"{Day(row.Item1)},{row.Item2}\n"))));

    [Fact]
    public void Rows_of_days_in_their_order_with_a_column_that_is_known_ahead() => Sample(
        Gen.Select(Good, OneOf("1", "2", "1", "2", "1", "2", "1", "2", "1", "")).Array[1, 40]
            .Select(rows => "date,x,k\n" + string.Concat(rows.Select((row, day) => $"{Day(day)},{row.Item1},{row.Item2}\n"))),
        "--target", "x", "--known", "k");

    private static string Day(int day) => new DateTime(2024, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(index => words[index]);

    private static void Sample(Gen<string> texts, params string[] options)
    {
        using var place = new Workplace();
        var path = place.At("s.csv");
        texts.Sample(
            text =>
            {
                File.WriteAllText(path, text);
                return Agree(path, options);
            },
            threads: 1, iter: 500);
    }

    private static bool Agree(string path, string[] words)
    {
        var columns = new SeriesColumnOptions();
        var checking = new Command("check");
        foreach (var option in columns.All)
            checking.Add(option);
        var report = ForecastCheck.Run(path, columns.Of(checking.Parse(words)), "");
        var options = new TrainForecastOptions();
        var training = new Command("forecast");
        options.AddTo(training);
        string? refusal = null;
        try
        {
            var run = ForecastRun.New(TrainForecastSettings.From(training.Parse([path, .. words, "--hidden", "1", .. report.Next.Split(' ', StringSplitOptions.RemoveEmptyEntries)]), options));
            refusal = run.Model.TrainingWindows(run.Split).Count == 0 ? "no window" : null;
            // What comes after training: all of the rows are read.
            run.Model.Evaluate(run.Split);
        }
        catch (InvalidDataException failure) when (failure.Message.Contains("no value to measure on", StringComparison.Ordinal))
        {
            // Too little is left for the test; training says so at its end.
        }
        catch (Exception failure) when (failure is InvalidDataException or CommandFailure or ArgumentException)
        {
            refusal = failure.Message;
        }

        return report.Findings.AreUsable == (refusal is null)
            ? true
            : throw new InvalidOperationException($"Training says: {refusal ?? "good"}. The check says: {string.Join(' ', report.Findings.WorstFirst.Select(finding => finding.Text).DefaultIfEmpty("good"))}");
    }
}
