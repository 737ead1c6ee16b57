using System.Globalization;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>Numbers as people read them, the same on every machine.</summary>
internal static class Figures
{
    /// <summary>A loss, or a dash.</summary>
    public static string Loss(double? nats) => nats is { } value ? value.ToString("F4", CultureInfo.InvariantCulture) : "–";

    /// <summary>A count with separators.</summary>
    public static string Count(double number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A small number with three significant digits.</summary>
    public static string Small(double number) => number.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>Minutes and seconds, hours where there are any.</summary>
    public static string Time(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    /// <summary>A plural.</summary>
    public static string Plural(string noun) => noun + "s";

    /// <summary>Bytes as mebibytes or gibibytes.</summary>
    public static string Size(double bytes) => bytes < 1 << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):F1} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 30):F1} GiB");

    /// <summary>The figure people of the field quote: perplexity for words, bits per character for the rest.</summary>
    public static string Headline(Evaluation figures, string tokenName) => tokenName == "word"
        ? FormattableString.Invariant($"{figures.Nats:F4} nats per word, perplexity {figures.Perplexity:F2}")
        : FormattableString.Invariant($"{figures.Nats:F4} nats per {tokenName}, {figures.BitsPerCharacter:F4} bits per character");

    /// <summary>The naive predictors beside it, in nats per token.</summary>
    public static string Baselines(Evaluation figures)
    {
        var uniform = $"uniform {Loss(figures.UniformNats)}";
        return figures.UnigramNats is { } unigram ? $"{uniform}, token frequencies of the training text {Loss(unigram)}" : uniform;
    }
}
