using System.Globalization;
using Unroll.Layers;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>A classifier in words.</summary>
internal static class ClassifierText
{
    /// <summary>Its shape on one line.</summary>
    public static string Describe(SequenceClassifierOptions options)
    {
        var directions = options.Bidirectional ? " both directions" : "";
        var dropouts = string.Concat(
            new[] { ("dropout", options.Dropout), ("variational dropout", options.VariationalDropout), ("token dropout", options.TokenDropout), ("input noise", options.InputNoise) }
                .Where(entry => entry.Item2 > 0).Select(entry => string.Create(CultureInfo.InvariantCulture, $", {entry.Item1} {entry.Item2}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ModelText.CellName(options.Cell)} {options.Layers}×{options.HiddenSize}{directions}, {(options.PerStep ? "a label for each step" : $"pooling {PoolingName(options.Pooling)}")}{dropouts}");
    }

    /// <summary>What it reads.</summary>
    public static string Input(SequenceClassifier model) => model.Vocabulary is { } vocabulary
        ? $"texts, {Figures.Count(vocabulary.Size)} tokens of kind {vocabulary.Kind}"
        : $"series of {model.Scaler!.Channels} {(model.Scaler.Channels == 1 ? "channel" : "channels")}";

    /// <summary>A pooling as options spell it.</summary>
    public static string PoolingName(PoolingKind pooling) => pooling switch
    {
        PoolingKind.Mean => "mean",
        PoolingKind.Max => "max",
        PoolingKind.Attention => "attention",
        _ => "last",
    };

    /// <summary>Some labels, and how many more there are.</summary>
    public static string LabelList(IReadOnlyList<string> labels)
    {
        const int Shown = 8;
        return string.Join(", ", labels.Take(Shown)) + (labels.Count > Shown ? $" and {labels.Count - Shown} more" : "");
    }

    /// <summary>A share in percent.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F2} %");
}
