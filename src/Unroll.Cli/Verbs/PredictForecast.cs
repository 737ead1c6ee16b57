using System.Globalization;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Plots;
using Unroll.Cli.Series;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Files;
using Unroll.Models;

namespace Unroll.Cli.Verbs;

/// <summary>What <c>unroll predict</c> does with a forecaster: how the series of a table go on, or how a series goes on after each value that comes.</summary>
/// <param name="model">The model.</param>
/// <param name="output">Where the answers go.</param>
/// <param name="json">Whether they are JSON.</param>
internal sealed class PredictForecast(Forecaster model, TextWriter output, bool json)
{
    /// <summary>Forecasts the series of a table.</summary>
    /// <param name="path">The table.</param>
    /// <param name="picture">Where a picture goes, or null.</param>
    public void OfTable(string path, string? picture)
    {
        var data = ModelTable.Read(model, path);
        var forecasts = data.Set.Items.Select(series => SeriesCuts.Next(model, data.Set, series) ?? throw NoKnown(data.Set, series)).ToList();
        if (json)
        {
            foreach (var forecast in forecasts)
                JsonLines.Write(output, "forecast", writer => ForecastJson.WriteFields(writer, forecast));
        }
        else
        {
            ForecastTable.Write(output, forecasts);
        }

        if (picture is not null)
        {
            var bytes = ForecastPicture.ToPng(model, data.Set, $"{data.Set.Name}: {ForecastText.Describe(model)}");
            DurableFile.Write(picture, stream => stream.Write(bytes));
        }
    }

    /// <summary>Reads values from standard input, one step a line, and answers after each.</summary>
    /// <param name="input">The values, with commas between the columns; an empty one is missing.</param>
    /// <param name="history">A table that is read first, or null.</param>
    /// <param name="start">The time of the first line where there is no history and steps have dates, or null.</param>
    /// <param name="seriesName">The series, where the history has many or there is none.</param>
    /// <param name="cancellation">Ends it.</param>
    public void Follow(TextReader input, string? history, string? start, string? seriesName, CancellationToken cancellation)
    {
        if (model.Channels.FirstOrDefault(channel => channel.Role == ChannelRole.Known) is { } known)
            throw CommandFailure.Failed($"this model needs '{known.Name}' for the steps ahead, so it cannot follow values as they come. Forecast from a table, or open a session in a program.");
        var session = history is null ? model.OpenSession(seriesName ?? "", StartOf(start)) : Opened(history, seriesName);
        var values = new float[model.Channels.Count];
        for (var number = 1; !cancellation.IsCancellationRequested && input.ReadLine() is { } row; number++)
        {
            Read(row, values, number);
            try
            {
                session.Step(values);
            }
            catch (ArgumentException failure)
            {
                throw CommandFailure.Failed($"standard input line {number}: {failure.Message.Split(" (Parameter", 2)[0]}", failure);
            }

            var forecast = session.Forecast();
            if (json)
                JsonLines.Write(output, "forecast", writer => ForecastJson.WriteFields(writer, forecast));
            else
                WriteLine(forecast);
        }
    }

    private void WriteLine(Forecast forecast)
    {
        var steps = Enumerable.Range(1, forecast.Horizon).Select(ahead => string.Join(' ', Enumerable.Range(0, forecast.Targets.Count).Select(target => Shown(forecast, ahead, target))));
        output.WriteLine($"{ForecastTable.Time(forecast, 1)}\t{string.Join('\t', steps)}");
        output.Flush();
    }

    private static string Shown(Forecast forecast, int ahead, int target)
    {
        var value = ForecastText.Value(forecast.Value(ahead, target));
        if (!forecast.HasIntervals)
            return value;
        var (low, high) = forecast.Interval(0.9, ahead, target);
        return $"{value} [{ForecastText.Value(low)}, {ForecastText.Value(high)}]";
    }

    private ForecasterSession Opened(string history, string? seriesName)
    {
        var set = ModelTable.Read(model, history).Set;
        var series = seriesName is null
            ? set.Items.Count == 1 ? set.Items[0] : throw CommandFailure.Usage($"{history} holds {set.Items.Count} series; say with --series-name which to follow, for example --series-name {ShellWord.Quote(set.Items[0].Name)}.")
            : set.Items.FirstOrDefault(item => item.Name == seriesName) ?? throw CommandFailure.Failed($"{history}: there is no series '{seriesName}'; there are {string.Join(", ", set.Items.Take(10).Select(item => $"'{item.Name}'"))}.");
        var session = model.OpenSession(series.Name, series.Start);
        for (var step = 0; step < series.Length; step++)
            session.Step(series.Values.Span.Slice(step * series.Channels, series.Channels));
        return session;
    }

    private DateTime? StartOf(string? text)
    {
        if (!model.Frequency.HasCalendar)
            return text is null ? null : throw CommandFailure.Usage("--start gives the time of the first line, and the steps of this model have no dates; leave it out.");
        if (text is null)
            throw CommandFailure.Usage($"the steps of this model are a {model.Frequency} apart; say with --start when the first line is, for example --start 2024-01-01, or name a table that comes before.");
        return new SeriesTime(null).TryReadNamed(text, out var time) ? time : throw CommandFailure.Usage($"--start {text}: expected a time such as 2024-01-31 or 2024-01-31 13:00.");
    }

    private void Read(string row, float[] values, int number)
    {
        var fields = row.Split(',');
        if (fields.Length != values.Length)
            throw CommandFailure.Failed($"standard input line {number}: there are {fields.Length} values; a step of this model has {values.Length}: {string.Join(", ", model.Channels.Select(channel => channel.Name))}, with commas between them.");
        for (var channel = 0; channel < values.Length; channel++)
        {
            var field = fields[channel].Trim();
            if (field.Length == 0 || field.Equals("nan", StringComparison.OrdinalIgnoreCase))
                values[channel] = float.NaN;
            else if (!float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out values[channel]) || !float.IsFinite(values[channel]))
                throw CommandFailure.Failed($"standard input line {number}, value {channel + 1}: '{field}' is no finite number; leave it empty where one is missing.");
        }
    }

    private CommandFailure NoKnown(TimeSeriesSet set, TimeSeries series) => CommandFailure.Failed(
        $"{set.Name}{(series.Name.Length > 0 ? $", series '{series.Name}'" : "")}: {string.Join(", ", model.Channels.Where(channel => channel.Role == ChannelRole.Known).Select(channel => channel.Name))} must be there for {model.Options.Horizon} steps ahead; add rows without {string.Join(", ", model.Targets)}.");
}
