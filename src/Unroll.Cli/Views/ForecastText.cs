using System.Globalization;
using Unroll.Cli.Series;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>A forecaster, and what came of it, in words.</summary>
internal static class ForecastText
{
    /// <summary>Its shape on one line.</summary>
    public static string Describe(Forecaster model)
    {
        var options = model.Options;
        var choices = new[]
        {
            options.Season is { } season ? $"season {season}" : "", options.Transform switch { ValueTransform.Logarithm => "logarithm", ValueTransform.SquareRoot => "square root", _ => "" },
            options.Dropout > 0 ? string.Create(CultureInfo.InvariantCulture, $"dropout {options.Dropout}") : "",
            options.SeriesEmbeddingSize > 0 ? $"series vectors of {options.SeriesEmbeddingSize}" : "",
        }.Where(choice => choice.Length > 0);
        return $"{ModelText.CellName(options.Cell)} {options.Layers}×{options.HiddenSize}, {Kind(options.Kind)}, {Output(options.Output)}, {options.Horizon} {(options.Horizon == 1 ? "step" : "steps")} ahead from {options.Context}{string.Concat(choices.Select(choice => ", " + choice))}";
    }

    /// <summary>How it gets ahead, as options spell it.</summary>
    public static string Kind(ForecasterKind kind) => kind switch { ForecasterKind.Autoregressive => "autoregressive", ForecasterKind.EncoderDecoder => "encoder-decoder", _ => "direct" };

    /// <summary>What it says of a value, as options spell it.</summary>
    public static string Output(ForecastOutput output) => output switch
    {
        ForecastOutput.StudentT => "student-t",
        ForecastOutput.NegativeBinomial => "negative-binomial",
        ForecastOutput.Quantiles => "quantiles",
        ForecastOutput.Point => "point",
        _ => "gaussian",
    };

    /// <summary>A set of series on one line.</summary>
    public static string Series(TimeSeriesSet set)
    {
        var first = set.Items[0];
        var steps = set.Items.Count == 1 ? $"{Figures.Count(first.Length)} steps" : $"{Figures.Count(set.Items.Count)} series of {Lengths(set)} steps";
        var range = set.Items.Count == 1 && set.TimeOf(first, 0) is { } start ? $", {SeriesTime.Write(start)} to {SeriesTime.Write(set.TimeOf(first, first.Length - 1)!.Value)}" : "";
        return $"{set.Name}: {steps} {(set.Frequency.HasCalendar ? $"of {(set.Frequency.ToString()[0] == 'h' ? "an" : "a")} {set.Frequency}" : "without dates")}{range}";
    }

    /// <summary>The columns by what they are.</summary>
    public static string Channels(IReadOnlyList<SeriesChannel> channels) => string.Join("; ", new[]
    {
        ("forecast", ChannelRole.Target), ("read", ChannelRole.Past), ("known ahead", ChannelRole.Known),
    }.Select(role => (role.Item1, Names: channels.Where(channel => channel.Role == role.Item2).Select(channel => channel.Name).ToList()))
        .Where(role => role.Names.Count > 0).Select(role => $"{role.Item1} {string.Join(", ", role.Names.Take(8))}{(role.Names.Count > 8 ? $" and {role.Names.Count - 8} more" : "")}"));

    /// <summary>Whether the model is worth anything, said plainly.</summary>
    public static (bool IsGood, string Text) Verdict(ForecastReport report)
    {
        var (own, naive, best) = (report.Model.MeanAbsoluteError, report.BestNaive, report.BestBaseline);
        if (best.MeanAbsoluteError == 0)
            return (false, $"{best.Name} makes no error at all on these values, and the mean absolute error of the model is {Value(own)}: there is nothing to learn. Use {best.Name}");
        var linear = best == naive ? "" : $"; {Beside(own, best.MeanAbsoluteError)} than the {best.Name}";
        return own < naive.MeanAbsoluteError
            ? (own < best.MeanAbsoluteError, $"the mean absolute error is {Beside(own, naive.MeanAbsoluteError)} than that of the best naive forecast, {naive.Name}{linear}")
            : (false, $"the model does not beat {naive.Name}: its mean absolute error is {Beside(own, naive.MeanAbsoluteError)}{linear}. Use {naive.Name}, or give the model more to learn from");
    }

    private static string Beside(double own, double other) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(100 * (1 - (own / other))):F1} % {(own < other ? "less" : "more")}");

    /// <summary>A number of the unit of a series.</summary>
    public static string Value(double value) => double.IsNaN(value) ? "–" : value.ToString(Math.Abs(value) >= 1e5 || (Math.Abs(value) < 1e-3 && value != 0) ? "G4" : "G5", CultureInfo.InvariantCulture);

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F1} %");

    private static string Lengths(TimeSeriesSet set)
    {
        var (shortest, longest) = (set.Items.Min(item => item.Length), set.Items.Max(item => item.Length));
        return shortest == longest ? Figures.Count(shortest) : $"{Figures.Count(shortest)} to {Figures.Count(longest)}";
    }
}
