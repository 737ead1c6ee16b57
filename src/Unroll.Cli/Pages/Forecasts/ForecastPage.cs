using System.Globalization;
using ScottPlot;
using Unroll.Cli.Plots;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Pages.Forecasts;

/// <summary>A forecaster as a page: what it says, how good that is beside naive forecasts, and how errors grow with the steps ahead.</summary>
internal static class ForecastPage
{
    private const int MostPictures = 12;

    /// <summary>Makes the page.</summary>
    /// <param name="model">The model.</param>
    /// <param name="set">The series.</param>
    /// <param name="report">How good it is, or null where nothing was kept for a test.</param>
    /// <param name="title">What was trained on what.</param>
    public static string Of(Forecaster model, TimeSeriesSet set, ForecastReport? report, string title)
    {
        var page = new HtmlPage($"Forecast: {set.Name}", ForecastText.Describe(model));
        if (report is not null)
            AddVerdict(page, report);
        AddForecasts(page, model, set);
        if (report is not null)
        {
            AddScores(page, report);
            AddHorizons(page, report);
            AddIntervals(page, report);
        }

        AddData(page, model, set, title);
        return page.ToString();
    }

    private static void AddVerdict(HtmlPage page, ForecastReport report)
    {
        page.Section("In short");
        var (isGood, verdict) = ForecastText.Verdict(report);
        page.Box(isGood ? "Good." : "Warning.", isGood ? "good" : "warning", Sentence(verdict));
        if (report.LagAlarm is { } alarm)
            page.Box("Note.", "note", Sentence(alarm));
    }

    private static void AddForecasts(HtmlPage page, Forecaster model, TimeSeriesSet set)
    {
        page.Section("Forecast");
        var pictures = set.Items.SelectMany(series => Enumerable.Range(0, set.Targets.Count).Select(target => (Series: series, Target: target))).ToList();
        foreach (var (series, target) in pictures.Take(MostPictures))
        {
            var (shown, name) = (ForecastPicture.Of(model, set, series), set.Channels[set.Targets[target]].Name);
            page.Figure(
                PagePicture.Of((plot, colors) => ForecastPlot.Draw(plot, colors, set, series, target, ForecastPicture.FirstOf(model, series), shown)),
                $"Lines: {name}{(series.Name.Length > 0 ? $" of {series.Name}" : "")}, a forecast beside what came, and the forecast beyond the data, with intervals.",
                $"{(series.Name.Length > 0 ? $"{series.Name}: " : "")}{name}. The first forecast was made from one horizon before the end of the data, which the model had not read then.");
        }

        if (pictures.Count > MostPictures)
            page.Paragraph(string.Create(CultureInfo.InvariantCulture, $"{pictures.Count - MostPictures} more are in the table of the forecast."));
    }

    private static void AddScores(HtmlPage page, ForecastReport report)
    {
        page.Section("Beside naive forecasts");
        page.Paragraph(string.Create(CultureInfo.InvariantCulture, $"A rolling backtest over the test part: {report.Values:N0} values, forecast from {report.Origins:N0} steps, each time with nothing but what came before."));
        page.Table(
            ["method", "MAE", "RMSE", "sMAPE", "MASE"],
            report.Baselines.Prepend(report.Model).Select(score => (IReadOnlyList<string>)
            [
                score.Name, ForecastText.Value(score.MeanAbsoluteError), ForecastText.Value(score.RootMeanSquaredError), Fixed(score.Smape, 2), Fixed(score.Mase, 3),
            ]));
        page.Paragraph($"The 95 % interval of the model's mean absolute error is {ForecastText.Value(report.MeanAbsoluteErrorInterval.Low)} to {ForecastText.Value(report.MeanAbsoluteErrorInterval.High)}.");
    }

    private static void AddHorizons(HtmlPage page, ForecastReport report)
    {
        page.Section("Errors by steps ahead");
        if (report.Model.ByHorizon.Count > 1)
        {
            page.Figure(
                PagePicture.Of((plot, colors) =>
                {
                    foreach (var (number, score) in report.Baselines.Prepend(report.Model).Index())
                    {
                        double[] ahead = [.. score.ByHorizon.Select(horizon => (double)horizon.Ahead)];
                        double[] errors = [.. score.ByHorizon.Select(horizon => horizon.MeanAbsoluteError)];
                        var line = plot.Add.ScatterLine(ahead, errors);
                        (line.Color, line.LineWidth, line.LegendText) = (colors.Line(number), number == 0 ? 3 : 1.6f, score.Name);
                    }

                    plot.XLabel("steps ahead");
                    plot.YLabel("mean absolute error");
                    plot.ShowLegend(Alignment.LowerRight);
                    plot.Axes.AutoScale();
                    plot.Axes.SetLimitsY(0, plot.Axes.GetLimits().Top);
                }),
                "Lines: the mean absolute error by steps ahead, the model and each naive forecast.",
                "Where the line of the model lies below all others, it knows something that they do not.");
        }

        page.Table(
            ["steps ahead", "MAE", "RMSE", "correlation", .. report.Baselines.Select(score => $"MAE, {score.Name}")],
            report.Model.ByHorizon.Select((horizon, index) => (IReadOnlyList<string>)
            [
                Figures.Count(horizon.Ahead), ForecastText.Value(horizon.MeanAbsoluteError), ForecastText.Value(horizon.RootMeanSquaredError), Fixed(horizon.Correlation, 4),
                .. report.Baselines.Select(score => ForecastText.Value(score.ByHorizon[index].MeanAbsoluteError)),
            ]));
    }

    private static void AddIntervals(HtmlPage page, ForecastReport report)
    {
        if (report.Intervals.Count == 0)
            return;
        page.Section("How often intervals hold");
        page.Table(
            ["level", "holds", "below", "above", "mean width"],
            report.Intervals.Select(interval => (IReadOnlyList<string>)
            [
                ForecastText.Percent(interval.Level), ForecastText.Percent(interval.Coverage), ForecastText.Percent(interval.Below), ForecastText.Percent(interval.Above), ForecastText.Value(interval.Width),
            ]));
        page.Paragraph(report.Pinball is { } pinball
            ? $"Mean pinball loss over the quantiles 0.1 to 0.9: {ForecastText.Value(pinball)}."
            : "The model gives one number a step; its intervals come from its errors on the validation part.");
    }

    private static void AddData(HtmlPage page, Forecaster model, TimeSeriesSet set, string title)
    {
        page.Section("Data and training");
        page.List([ForecastText.Series(set), ForecastText.Channels(set.Channels), title]);
        if (model.Training is { } record)
        {
            page.List(
            [
                $"{Figures.Count(record.TrainingSteps)} steps were learned from, {Figures.Count(record.ValidationSteps)} for validation, {Figures.Count(record.TestSteps)} for the test, in time.",
                $"{Figures.Count(record.Updates)} updates in {Figures.Time(TimeSpan.FromSeconds(record.Seconds))}: {record.Settings}.",
            ]);
        }
    }

    private static string Fixed(double value, int digits) => double.IsNaN(value) ? "–" : value.ToString($"F{digits}", CultureInfo.InvariantCulture);

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..] + ".";
}
