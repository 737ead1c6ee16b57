using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Series;
using Unroll.Cli.Verbs;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Checks.Forecasting;

/// <summary>Looks through data for <c>unroll train forecast</c> without training. The table is read whole, as training does.</summary>
internal static class ForecastCheck
{
    /// <summary>What training keeps for validation and for the test where nobody says otherwise.</summary>
    private const double UsualShare = 0.2;

    /// <summary>How far training looks ahead where nobody says otherwise.</summary>
    private const int UsualHorizon = 12;

    /// <summary>Larger counts are as good as other numbers.</summary>
    private const float SmallCount = 30;

    /// <summary>Values above zero that span as many times their smallest are better seen by their logarithm.</summary>
    private const double WideRange = 100;

    /// <summary>Looks through a table.</summary>
    /// <param name="path">The table.</param>
    /// <param name="columns">Which columns are what.</param>
    /// <param name="next">The command that trains on them.</param>
    /// <exception cref="CommandFailure">There is no such file.</exception>
    public static ForecastDataReport Run(string path, SeriesColumns columns, string next)
    {
        if (!File.Exists(path))
            throw CommandFailure.Failed($"{path}: there is no such file; expected a table with a time step a row. Check the path.");
        var (findings, name) = (new Findings(), Path.GetFileName(path));
        var bytes = FileBytes.Read(path);
        bytes.AddTo(findings, name);
        if (!findings.AreUsable)
            return new(path, next, bytes, null, [], findings);
        SeriesData data;
        try
        {
            data = new SeriesTable(path, columns).Read();
        }
        catch (InvalidDataException failure)
        {
            findings.Problem("unreadable", failure.Message);
            return new(path, next, bytes, null, [], findings);
        }

        ColumnTally[] tallies = [.. Enumerable.Range(0, data.Set.Channels.Count).Select(index => new ColumnTally(data.Set, index))];
        foreach (var tally in tallies)
            tally.AddTo(findings, name);
        if (findings.AreUsable && AddRefusal(findings, name, data) is var horizon and < UsualHorizon)
            next += FormattableString.Invariant($" --horizon {horizon}");
        AddCopies(findings, name, data.Set);
        AddHints(findings, name, [.. tallies.Where(tally => tally.Channel.Role == ChannelRole.Target)]);
        foreach (var note in data.Notes.Where(note => !note.EndsWith("count as missing", StringComparison.Ordinal)))
            findings.Note("rows", note.StartsWith(name, StringComparison.Ordinal) ? $"{note}." : $"{name}: {note}.");
        return new(path, next, bytes, data, tallies, findings);
    }

    /// <summary>What a model says when it is made for the data, with the usual parts and horizon, or a shorter one where they are short.</summary>
    /// <returns>The horizon.</returns>
    private static int AddRefusal(Findings findings, string name, SeriesData data)
    {
        var split = TimeSplit.Of(data.Set, UsualShare, UsualShare);
        var longest = Enumerable.Range(0, data.Set.Items.Count).Max(split.TrainingEnd);
        var horizon = Math.Clamp(longest - 2, 1, UsualHorizon);
        try
        {
            var model = Forecaster.Create(split, UsualModel(split, horizon));
            model.ValidationWindows(split);
            if (model.TrainingWindows(split).Count == 0)
                findings.Problem("training", $"{name}: the first three fifths, which are learned from, hold no value with one before it to forecast it from. Fill gaps, or keep less with --validation and --test.");
            if (horizon < UsualHorizon)
                findings.Warning("short-series", $"{name}: {Figures.Count(longest)} steps are left to learn from when the last two fifths are kept for validation and test, too few for the usual horizon of {UsualHorizon}; at most --horizon {horizon}. Keep less with --validation and --test, or forecast less far.");
        }
        catch (InvalidDataException failure)
        {
            findings.Problem("training", failure.Message);
        }

        return horizon;
    }

    /// <summary>What training makes of nothing but a horizon; small, since it learns nothing here.</summary>
    private static ForecasterOptions UsualModel(TimeSplit split, int horizon)
    {
        var options = new TrainForecastOptions();
        var command = new Command("forecast");
        options.AddTo(command);
        var line = command.Parse(["table.csv", options.Horizon.Name, horizon.ToString(CultureInfo.InvariantCulture)]);
        return TrainForecastSettings.From(line, options).ModelFor(split) with { HiddenSize = 1 };
    }

    private static void AddCopies(Findings findings, string name, TimeSeriesSet set)
    {
        var copies = new Places();
        var seen = new Dictionary<ulong, string>();
        foreach (var item in set.Items)
        {
            var print = new Fingerprint();
            foreach (var value in item.Values.Span)
                print.Add(value);
            print.Add((ulong)(item.Start?.Ticks ?? 0));
            if (!seen.TryAdd(print.Value, item.Name))
                copies.Add($"'{item.Name}' repeats '{CollectionsMarshal.GetValueRefOrNullRef(seen, print.Value)}'");
        }

        if (copies.Count > 0)
            findings.Warning("copies", $"{name}: {Figures.Count(copies.Count)} of {Figures.Count(set.Items.Count)} series {(copies.Count == 1 ? "is a copy" : "are copies")} of another one: {copies}. Each counts in every figure; leave copies out.");
    }

    private static void AddHints(Findings findings, string name, ColumnTally[] targets)
    {
        if (targets.Length > 0 && Array.TrueForAll(targets, target => target.AreCounts && target.Sorted[target.Sorted.Length / 2] <= SmallCount))
            findings.Note("counts", $"{name}: all targets are small counts; --output negative-binomial says what a count may be.");
        foreach (var target in targets.Where(target => target.Sorted.Length > 0 && target.Sorted[0] > 0 && target.WidestRatio >= WideRange))
            findings.Note("wide-range", $"{name}: the largest value of '{target.Channel.Name}' is {Figures.Small(target.WidestRatio)} times the smallest of its series; --transform log learns what changes by its share.");
    }
}
