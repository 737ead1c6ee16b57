using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Text;
using Unroll.Data;

namespace Unroll.Benchmarks.Classification;

/// <summary>What logistic regression got.</summary>
/// <param name="Features">What it read, in words.</param>
/// <param name="Accuracy">The share of test examples given their label.</param>
/// <param name="MacroF1">The mean of the F1 scores of the labels.</param>
internal sealed record LinearScore(string Features, double Accuracy, double MacroF1);

/// <summary>
/// Multinomial logistic regression of ML.NET (<c>LbfgsMaximumEntropy</c>) without the order of time: n-grams of a text, or plain numbers of a series. Features and
/// strength of the L2 regularisation are those that do best on a fifth of the training part, or of 5,000 of its examples; then it learns from all of it.
/// </summary>
internal static class LinearBaseline
{
    private const double KeptOut = 0.2;

    /// <summary>Of more examples than this a part chooses, which saves most of the time.</summary>
    private const int MaximumForChoice = 5_000;

    /// <summary>More numbers than this of one series are not laid side by side.</summary>
    private const int MaximumValues = 1000;

    private static readonly float[] Strengths = [1, 0.1f, 0.01f];

    /// <summary>Chooses, learns and measures.</summary>
    public static LinearScore Measure(SequenceSet training, SequenceSet test)
    {
        var choosing = training.Items.Count > MaximumForChoice ? training.Split(MaximumForChoice / (double)training.Items.Count, seed: 2).Part : training;
        var (first, second) = choosing.Split(KeptOut, seed: 1);
        var candidates = from features in FeaturesOf(training, test) from strength in Strengths select (features, strength);
        var (best, l2) = candidates.MaxBy(candidate => Score(first, second, candidate.features, candidate.strength).Accuracy);
        var (accuracy, macro) = Score(training, test, best, l2);
        return new(best.Words, accuracy, macro);
    }

    private static IEnumerable<LinearFeatures> FeaturesOf(SequenceSet training, SequenceSet test)
    {
        if (training.IsText)
        {
            yield return new("1- and 2-grams of words, tf-idf", null, IsWords: true);
            yield return new("1- to 3-grams of characters, tf-idf", null, IsWords: false);
            yield break;
        }

        var lengths = training.Items.Concat(test.Items).Select(item => item.TimeSteps).Distinct().ToArray();
        if (lengths.Length == 1 && lengths[0] * training.Channels <= MaximumValues)
            yield return new("all values side by side", SeriesNumbers.Values, IsWords: false);
        yield return new("mean, deviation, minimum, maximum, first and last value of each channel", SeriesNumbers.Summary, IsWords: false);
    }

    private static (double Accuracy, double MacroF1) Score(SequenceSet training, SequenceSet test, LinearFeatures features, float l2)
    {
        var context = new MLContext(seed: 1);
        var predicted = features.Numbers is { } numbers
            ? OfSeries(context, training, test, numbers, l2)
            : OfTexts(context, training, test, features.IsWords, l2);
        var actual = test.Items.Select(item => item.Label).ToArray();
        var right = actual.Zip(predicted).Count(pair => pair.First == pair.Second);
        var scores = actual.Union(predicted).Select(label =>
        {
            var hits = actual.Zip(predicted).Count(pair => pair.First == label && pair.Second == label);
            return 2.0 * hits / (actual.Count(one => one == label) + predicted.Count(one => one == label));
        });
        return (right / (double)actual.Length, scores.Average());
    }

    private static string[] OfTexts(MLContext context, SequenceSet training, SequenceSet test, bool isWords, float l2)
    {
        var reader = context.Transforms.Text.FeaturizeText("Features", new TextFeaturizingEstimator.Options
        {
            CaseMode = TextNormalizingEstimator.CaseMode.None,
            KeepPunctuations = true,
            WordFeatureExtractor = isWords ? new() { NgramLength = 2, UseAllLengths = true, Weighting = NgramExtractingEstimator.WeightingCriteria.TfIdf } : null,
            CharFeatureExtractor = isWords ? null : new() { NgramLength = 3, UseAllLengths = true, Weighting = NgramExtractingEstimator.WeightingCriteria.TfIdf },
        }, nameof(TextRow.Text));
        return Predict(context, reader, context.Data.LoadFromEnumerable(Rows(training)), context.Data.LoadFromEnumerable(Rows(test)), l2);

        static TextRow[] Rows(SequenceSet set) => [.. set.Items.Select(item => new TextRow { Text = item.Text!, Label = item.Label })];
    }

    private static string[] OfSeries(MLContext context, SequenceSet training, SequenceSet test, Func<LabelledSequence, float[]> numbers, float l2)
    {
        var schema = SchemaDefinition.Create(typeof(NumberRow));
        schema[nameof(NumberRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, numbers(training.Items[0]).Length);
        var reader = context.Transforms.NormalizeMeanVariance(nameof(NumberRow.Features));
        return Predict(context, reader, context.Data.LoadFromEnumerable(Rows(training), schema), context.Data.LoadFromEnumerable(Rows(test), schema), l2);

        NumberRow[] Rows(SequenceSet set) => [.. set.Items.Select(item => new NumberRow { Features = numbers(item), Label = item.Label })];
    }

    private static string[] Predict(MLContext context, IEstimator<ITransformer> reader, IDataView training, IDataView test, float l2)
    {
        var pipeline = context.Transforms.Conversion.MapValueToKey("Key", nameof(TextRow.Label))
            .Append(reader)
            .AppendCacheCheckpoint(context)
            .Append(context.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Key", "Features", l1Regularization: 0, l2Regularization: l2))
            .Append(context.Transforms.Conversion.MapKeyToValue(nameof(Answer.PredictedLabel)));
        return [.. context.Data.CreateEnumerable<Answer>(pipeline.Fit(training).Transform(test), reuseRowObject: false).Select(answer => answer.PredictedLabel)];
    }

    private sealed record LinearFeatures(string Words, Func<LabelledSequence, float[]>? Numbers, bool IsWords);

    private sealed class TextRow
    {
        public string Text { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class NumberRow
    {
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }

    private sealed class Answer
    {
        public string PredictedLabel { get; set; } = "";
    }
}
