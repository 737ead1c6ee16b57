using System.Globalization;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>How well a classifier does on a set of examples.</summary>
public sealed record ClassificationReport
{
    private const int Bins = 15;
    private const int Resamples = 1000;

    private ClassificationReport()
    {
    }

    /// <summary>The labels, in the order of the confusion matrix.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>How many examples there are.</summary>
    public required int Examples { get; init; }

    /// <summary>The share of examples whose most probable label is theirs.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The 95% interval of <see cref="Accuracy"/> over 1,000 resamples of the examples (Efron, 1979).</summary>
    public required (double Low, double High) AccuracyInterval { get; init; }

    /// <summary>The unweighted mean of the F1 scores of the labels that an example has or is given.</summary>
    public required double MacroF1 { get; init; }

    /// <summary>Mean of −ln p of the right label, in nats.</summary>
    public required double LogLoss { get; init; }

    /// <summary>
    /// How far the probabilities of the given labels are from the share of right ones: over 15 bins of equal width, the mean of the differences, each weighted by its
    /// examples (Guo et al., 2017, equation 3).
    /// </summary>
    public required double CalibrationError { get; init; }

    /// <summary>The most frequent label of the training part.</summary>
    public required string MajorityLabel { get; init; }

    /// <summary>The accuracy of always giving it.</summary>
    public required double MajorityAccuracy { get; init; }

    /// <summary>For each label (row) how many of its examples are given each label (column), [K][K].</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>One score for each label.</summary>
    public required IReadOnlyList<ClassScore> Classes { get; init; }

    /// <summary>For each example the number of the label it is given.</summary>
    public required IReadOnlyList<int> Predicted { get; init; }

    /// <summary>For each example the number of its label.</summary>
    public required IReadOnlyList<int> Actual { get; init; }

    /// <summary>For each example the probability of the label it is given.</summary>
    public required IReadOnlyList<double> Confidences { get; init; }

    /// <summary>What was measured, on what, with which choices: what another figure has to share to be comparable.</summary>
    public required string Signature { get; init; }

    /// <summary>The figures on one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"accuracy {Accuracy:P2} (always '{MajorityLabel}': {MajorityAccuracy:P2}), macro F1 {MacroF1:F4}, log loss {LogLoss:F4}, calibration error {CalibrationError:F4} ({Signature})");

    /// <summary>Counts.</summary>
    /// <param name="labels">K labels.</param>
    /// <param name="actual">[N].</param>
    /// <param name="probabilities">[N, K].</param>
    /// <param name="nats">−ln p of each right label.</param>
    /// <param name="majority">The number of the label that the baseline gives.</param>
    /// <param name="on">What the signature says of the set.</param>
    internal static ClassificationReport Of(
        IReadOnlyList<string> labels, int[] actual, double[] probabilities, double[] nats, int majority, string on)
    {
        var count = labels.Count;
        var (predicted, confidences) = (new int[actual.Length], new double[actual.Length]);
        int[][] confusion = [.. labels.Select(_ => new int[count])];
        for (var row = 0; row < actual.Length; row++)
        {
            var own = probabilities.AsSpan(row * count, count);
            for (var label = 1; label < count; label++)
                predicted[row] = own[label] > own[predicted[row]] ? label : predicted[row];
            confidences[row] = own[predicted[row]];
            confusion[actual[row]][predicted[row]]++;
        }

        ClassScore[] classes = [.. labels.Select((label, number) => new ClassScore(
            label, confusion[number].Sum(), confusion.Sum(row => row[number]), confusion[number][number]))];
        bool[] right = [.. actual.Zip(predicted, (one, other) => one == other)];
        ClassScore[] seen = [.. classes.Where(score => score.Examples + score.Predicted > 0)];
        return new()
        {
            Labels = labels,
            Examples = actual.Length,
            Accuracy = right.Count(isRight => isRight) / (double)actual.Length,
            AccuracyInterval = Interval(right),
            MacroF1 = seen.Average(score => score.F1),
            LogLoss = nats.Average(),
            CalibrationError = CalibrationErrorOf(confidences, right),
            MajorityLabel = labels[majority],
            MajorityAccuracy = actual.Count(label => label == majority) / (double)actual.Length,
            Confusion = confusion,
            Classes = classes,
            Predicted = predicted,
            Actual = actual,
            Confidences = confidences,
            Signature = string.Create(
                CultureInfo.InvariantCulture, $"accuracy|f1:macro-of-{seen.Length}|ece:{Bins}-equal-width|{on}|labels:{count}|impl:unroll-{LanguageModel.LibraryVersion}"),
        };
    }

    private static double CalibrationErrorOf(double[] confidences, bool[] right)
    {
        var (sums, hits) = (new double[Bins], new int[Bins]);
        for (var row = 0; row < right.Length; row++)
        {
            // Bin m holds the probabilities above m / 15, up to and with (m + 1) / 15.
            var bin = Math.Clamp((int)Math.Ceiling(confidences[row] * Bins) - 1, 0, Bins - 1);
            sums[bin] += confidences[row];
            hits[bin] += right[row] ? 1 : 0;
        }

        return sums.Zip(hits, (sum, hit) => Math.Abs(sum - hit)).Sum() / right.Length;
    }

    private static (double Low, double High) Interval(bool[] right)
    {
        var random = new CounterRandom(seed: 0);
        var means = new double[Resamples];
        foreach (ref var mean in means.AsSpan())
        {
            var hits = 0;
            for (var draw = 0; draw < right.Length; draw++)
                hits += right[random.NextInt32(right.Length)] ? 1 : 0;
            mean = hits / (double)right.Length;
        }

        Array.Sort(means);
        return (means[Resamples * 25 / 1000], means[(Resamples * 975 / 1000) - 1]);
    }
}
