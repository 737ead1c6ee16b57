using Microsoft.ML;
using Microsoft.ML.Data;
using Unroll.Data;
using Unroll.Optimizers;

namespace Unroll.MicrosoftML.Tests;

/// <summary>A classifier in a pipeline of ML.NET, measured by ML.NET.</summary>
public sealed class PipelineTests
{
    /// <summary>Scores are float32 and ML.NET bounds probabilities away from 0.</summary>
    private const double LossTolerance = 1e-5;

    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void The_measures_of_mlnet_are_those_of_the_library()
    {
        var (training, test) = (Load(Sentence.Made(240, seed: 1)), Sentence.Made(150, seed: 2));
        var fitted = Pipeline().Fit(training);

        var scored = fitted.Transform(Load(test));
        var theirs = context.MulticlassClassification.Evaluate(scored, labelColumnName: "Mood");
        var step = fitted.LastTransformer;
        var ours = step.Model.Evaluate(new("test", [.. test.Select(row => LabelledSequence.OfText(row.Text, row.Mood))]));

        Assert.InRange(ours.Accuracy, 0.6, 0.95);
        Assert.Equal(ours.Accuracy, theirs.MicroAccuracy, 12);
        Assert.Equal(ours.LogLoss, theirs.LogLoss, LossTolerance);
        Assert.Equal(ours.Classes.Average(label => label.Recall), theirs.MacroAccuracy, 12);
        // The key has its labels in the order of the rows, the model in ordinal order.
        Assert.NotEqual(step.Labels, step.Model.Labels);
        for (var row = 0; row < step.Labels.Count; row++)
        {
            for (var column = 0; column < step.Labels.Count; column++)
            {
                Assert.Equal(
                    ours.Confusion[step.Model.Labels.ToList().IndexOf(step.Labels[row])][step.Model.Labels.ToList().IndexOf(step.Labels[column])],
                    theirs.ConfusionMatrix.Counts[row][column]);
            }
        }
    }

    [Fact]
    public void Rows_get_label_probability_and_named_scores()
    {
        var fitted = Pipeline().Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(Load(Sentence.Made(240, seed: 1)));
        var scored = fitted.Transform(Load(Sentence.Made(30, seed: 3)));
        var model = fitted.OfType<SequenceClassifierTransformer>().Single();

        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["Score"].GetSlotNames(ref names);
        Assert.Equal(model.Labels, names.DenseValues().Select(name => name.ToString()));
        var answers = context.Data.CreateEnumerable<Answer>(scored, reuseRowObject: false).ToArray();
        var expected = Sentence.Made(30, seed: 3).Select(row => model.Model.Predict(row.Text)).ToArray();
        Assert.Equal(expected.Select(one => one.Label), answers.Select(one => one.PredictedLabel));
        Assert.Equal(expected.Select(one => (float)one.Probability), answers.Select(one => one.Probability));
        Assert.All(answers, one => Assert.Equal(one.Probability, one.Score.Max()));
        Assert.All(answers, one => Assert.Equal(1, one.Score.Sum(), 1e-5));
    }

    [Fact]
    public void A_prediction_engine_answers_row_by_row()
    {
        var fitted = Pipeline().Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(Load(Sentence.Made(240, seed: 1)));
        using var engine = context.Model.CreatePredictionEngine<Sentence, Answer>(fitted);

        Assert.Equal("good", engine.Predict(new() { Text = "a warm and bright day" }).PredictedLabel);
        Assert.Equal("bad", engine.Predict(new() { Text = "a cold and bleak day" }).PredictedLabel);
    }

    [Fact]
    public void A_pipeline_is_fitted_many_times_in_cross_validation()
    {
        var results = context.MulticlassClassification.CrossValidate(Load(Sentence.Made(120, seed: 1)), Pipeline(), numberOfFolds: 3, labelColumnName: "Mood");

        Assert.Equal(3, results.Select(fold => fold.Metrics.MicroAccuracy).Count(accuracy => accuracy > 0.4));
    }

    [Fact]
    public void Vectors_are_series_of_channels_and_labels_may_be_texts()
    {
        var options = new SequenceClassifierEstimatorOptions
        {
            Columns = new() { Input = "Steps", Label = "Direction", Score = "Chances" },
            Channels = 2,
            Model = new() { HiddenSize = 8 },
            Epochs = 10,
            Training = () => new() { Optimizer = new AdamW(0.02f), BatchSize = 8 },
        };

        var step = context.SequenceClassifier(options).Fit(context.Data.LoadFromEnumerable(Movement.Made(100, seed: 1)));
        var scored = step.Transform(context.Data.LoadFromEnumerable(Movement.Made(50, seed: 2)));

        var right = scored.GetColumn<uint>("PredictedLabel").Zip(Movement.Made(50, seed: 2), (key, row) => step.Labels[(int)key - 1] == row.Direction).Count(hit => hit);
        Assert.InRange(right, 47, 50);
        Assert.Equal(["down", "up"], step.Labels);
        Assert.Equal(2, ((VectorDataViewType)scored.Schema["Chances"].Type).Size);
    }

    [Fact]
    public void The_data_are_scored_again_at_each_reading_and_the_same()
    {
        var fitted = Pipeline().Fit(Load(Sentence.Made(60, seed: 1)));
        var scored = fitted.Transform(Load(Sentence.Made(500, seed: 5)));

        var once = scored.GetColumn<float>("Probability").ToArray();
        float[][] again = new float[4][];
        Parallel.For(0, again.Length, index => again[index] = [.. scored.GetColumn<float>("Probability")]);
        Assert.All(again, values => Assert.Equal(once, values));
    }

    private IDataView Load(IReadOnlyList<Sentence> rows) => context.Data.LoadFromEnumerable(rows);

    private EstimatorChain<SequenceClassifierTransformer> Pipeline() => context.Transforms.Conversion.MapValueToKey("Mood")
        .Append(context.SequenceClassifier(new()
        {
            Columns = new() { Input = "Text", Label = "Mood" },
            Model = new() { Tokens = TokenKind.Word, HiddenSize = 16, EmbeddingSize = 8, Pooling = Layers.PoolingKind.Max },
            Training = () => new() { Optimizer = new AdamW(0.01f), BatchSize = 16 },
            Epochs = 6,
        }));
}
