using System.CommandLine;
using System.Text;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Pages.Forecasts;
using Unroll.Cli.Runs;
using Unroll.Cli.Series;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Files;
using Unroll.Models;
using Unroll.Tensors;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll backtest</c>: how good a forecaster would have been, from one time after another.</summary>
internal static class BacktestVerb
{
    private const double UsualTest = 0.2;

    private static readonly Argument<string> Model = new("MODEL") { Description = "A model that 'unroll train forecast' wrote" };

    private static readonly Argument<string> Data = new("FILE") { Description = "A table of the form that the model was trained on" };

    private static readonly Option<double?> Test = Opt.Number(
        "--test", "F", value => value is > 0 and < 1, "a fraction above 0 and below 1", 0.1, "The last part of the series, which is forecast (default: that of the training, or 0.2)");

    private static readonly Option<long?> Stride = Opt.Whole("--stride", "N", 1, 1_000_000, 7, "Forecast from every so many steps (default 1, more where there would be over 20,000 forecasts)");

    private static readonly Option<long?> Refit = Opt.Whole(
        "--refit", "K", 1, 1000, 4, "Cut the part into so many blocks and train a new model before each, with the options of this one, on all that came before");

    private static readonly Option<string?> Report = Opt.Text("--report", "FILE.html", "A page with the figures and pictures", "a file name");

    private static readonly Option<long?> Threads = Opt.Whole("--threads", "N", 1, 256, 2, "Threads to compute with (default: one a core); the result is the same for any number");

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object a line and nothing else");

    public static Command Create()
    {
        var command = new Command("backtest", "Measure a forecaster from one time after another, beside naive forecasts") { Model, Data, Test, Stride, Refit, Report, Threads, Json };
        command.SetAction((line, cancellation) => Task.FromResult(Run(line, cancellation)));
        return command.WithExamples("unroll backtest sales.safetensors sales.csv", "unroll backtest sales.safetensors sales.csv --test 0.3 --refit 6");
    }

    private static int Run(ParseResult line, CancellationToken cancellation)
    {
        var path = ModelPath.Of(line, Model);
        if (line.GetValue(Threads) is { } threads)
            Parallelism.ThreadCount = (int)threads;
        if (line.GetValue(Report) is { } page)
            RunPaths.CheckTarget(Report.Name, page, "report.html");
        var model = Forecaster.Load(path);
        var data = ModelTable.Read(model, line.GetValue(Data)!);
        var test = line.GetValue(Test) ?? (model.Training is { TestShare: > 0 } record ? record.TestShare : UsualTest);
        var stride = (int?)line.GetValue(Stride);
        return line.GetValue(Refit) is { } blocks
            ? RunRefit(line, model, data, test, stride, (int)blocks, path, cancellation)
            : RunFixed(line, model, data, test, stride, cancellation);
    }

    private static int RunFixed(ParseResult line, Forecaster model, SeriesData data, double test, int? stride, CancellationToken cancellation)
    {
        var output = line.InvocationConfiguration.Output;
        var split = TimeSplit.Of(data.Set, 0, test);
        var report = model.Evaluate(split, new() { Stride = stride }, cancellation);
        var seen = Seen(model, split);
        if (line.GetValue(Report) is { } page)
            WritePage(page, model, data.Set, report);
        if (line.GetValue(Json))
        {
            JsonLines.Write(output, "done", writer =>
            {
                ForecastJson.Write(writer, "test", report);
                writer.WriteString("warning", seen);
            });
            return ExitCode.Good;
        }

        output.WriteLine($"data        {ForecastText.Series(data.Set)}");
        foreach (var note in ForecastLines.Notes(data))
            output.WriteLine($"            {note}");
        if (seen is not null)
            output.WriteLine($"warning     {seen}");
        foreach (var text in ForecastLines.Of(report))
            output.WriteLine(text);
        return ExitCode.Good;
    }

    private static int RunRefit(ParseResult line, Forecaster model, SeriesData data, double test, int? stride, int blocks, string path, CancellationToken cancellation)
    {
        var output = line.InvocationConfiguration.Output;
        var recipe = ModelTable.RecipeOf(model, path)
            ?? throw CommandFailure.Failed($"{path}: the model does not say how it was trained, so it cannot be trained again. Leave --refit out, or train it with 'unroll train forecast'.");
        if (line.GetValue(Report) is not null)
            throw CommandFailure.Usage("--report shows one model; leave --refit or --report out.");
        var table = new BacktestBlocks(recipe, data, test, blocks, stride);
        if (!line.GetValue(Json))
            output.WriteLine($"data        {ForecastText.Series(data.Set)}; the last {ForecastText.Percent(test)} in {blocks} blocks, a new model before each");
        foreach (var block in table.Run(cancellation))
        {
            if (line.GetValue(Json))
                JsonLines.Write(output, "block", writer => block.Write(writer));
            else
                output.WriteLine(block.ToString());
        }

        if (line.GetValue(Json))
            JsonLines.Write(output, "done", table.WriteTotal);
        else
            output.WriteLine(table.Total());
        return ExitCode.Good;
    }

    /// <summary>Whether the model has learned from what it is measured on, as far as its record says.</summary>
    private static string? Seen(Forecaster model, TimeSplit split)
    {
        if (model.Training is not { } record || record.Data != split.Set.Name || split.Set.Items.Count != 1)
            return null;
        var (start, learned) = (split.ValidationEnd(0), record.TrainingSteps + record.ValidationSteps);
        return start < learned
            ? $"the part begins at step {Figures.Count(start + 1)}, and the model has learned from, or was chosen on, the first {Figures.Count(learned)} steps of {record.Data}: it has seen some of what it is measured on"
            : null;
    }

    private static void WritePage(string path, Forecaster model, TimeSeriesSet set, ForecastReport report)
    {
        var bytes = Encoding.UTF8.GetBytes(ForecastPage.Of(model, set, report, $"{set.Name}: {ForecastText.Describe(model)}"));
        DurableFile.Write(path, stream => stream.Write(bytes));
    }
}
