using Microsoft.ML;
using Microsoft.ML.Data;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.MicrosoftML.Tests;

/// <summary>What a pipeline is told when its columns do not fit.</summary>
public sealed class SchemaTests
{
    private readonly MLContext context = new(seed: 1);

    [Fact]
    public void A_missing_column_is_named_with_those_there_are() => Refused(
        "There is no column 'Features' in the data; there are 'Text', 'Mood', 'Length'. Name the columns in the options.", new());

    [Fact]
    public void An_input_of_another_type_is_refused() => Refused(
        "The column 'Length' is of the type Single; a sequence is a text, or a vector of Single. Convert it, or put columns together with context.Transforms.Concatenate.",
        new() { Columns = new() { Input = "Length", Label = "Mood" } });

    [Fact]
    public void A_label_of_another_type_is_refused_with_the_way_out() => Refused(
        "The column 'Length' is of the type Single; a label is a text, or a key of UInt32. Make a key of it: context.Transforms.Conversion.MapValueToKey(\"Length\").",
        new() { Columns = new() { Input = "Text", Label = "Length" } });

    [Fact]
    public void A_key_of_numbers_is_refused_with_the_way_out()
    {
        var pipeline = context.Transforms.Conversion.MapValueToKey("Length").Append(context.SequenceClassifier(new() { Columns = new() { Input = "Text", Label = "Length" } }));

        Assert.Equal(
            "The key of the column 'Length' was made of Single values; labels are texts. Convert the column to text before MapValueToKey: context.Transforms.Conversion.ConvertType(\"Length\", outputKind: DataKind.String).",
            Assert.Throws<ArgumentException>(() => pipeline.Fit(Data())).Message);
    }

    [Fact]
    public void A_pipeline_is_checked_before_any_step_is_fitted()
    {
        // The chain shows each step what comes out of those before it, and only then fits the first, which fails here.
        var chain = new Unfitted().Append(context.SequenceClassifier(new() { Columns = new() { Input = "Text", Label = "Mood" } }));

        Assert.Throws<NotSupportedException>(() => chain.Append(context.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(Data()));
        Assert.Equal(
            "There is no column 'Words' in the data; there are 'Text', 'Mood', 'Length'. Name the columns in the options.",
            Assert.Throws<ArgumentException>(() => new Unfitted().Append(context.SequenceClassifier(new() { Columns = new() { Input = "Words", Label = "Mood" } })).Fit(Data())).Message);
        Assert.StartsWith(
            "The column 'Length' is of the type Scalar of Single; a sequence is",
            Assert.Throws<ArgumentException>(() => new Unfitted().Append(context.SequenceClassifier(new() { Columns = new() { Input = "Length", Label = "Mood" } })).Fit(Data())).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_without_a_label_or_a_text_is_named()
    {
        var estimator = context.SequenceClassifier(new() { Columns = new() { Input = "Text", Label = "Mood" } });

        Assert.Equal(
            "row 2: the column 'Mood' has no label; leave rows without one out of what is trained on.",
            Assert.Throws<InvalidDataException>(() => estimator.Fit(Data(("a", "x"), ("b", "")))).Message);
        Assert.StartsWith(
            "row 2: the text is empty;", Assert.Throws<InvalidDataException>(() => estimator.Fit(Data(("a", "x"), (" ", "y")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_are_checked_when_the_step_is_made()
    {
        Assert.StartsWith(
            "Two columns are called 'Label'", Assert.Throws<ArgumentException>(() => context.SequenceClassifier(new() { Columns = new() { PredictedLabel = "Label" } })).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => context.SequenceClassifier(new() { Epochs = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.SequenceClassifier(new() { Channels = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.SequenceClassifier(new() { ValidationFraction = 1 }));
    }

    [Fact]
    public void A_model_goes_into_a_pipeline_wherever_it_was_trained()
    {
        var model = SequenceClassifier.Create(new SequenceSet("words", [LabelledSequence.OfText("aah", "a"), LabelledSequence.OfText("ooh", "o")]), new() { HiddenSize = 4 });
        var step = new SequenceClassifierTransformer(context, model, new() { Input = "Text" }, ["o", "e", "a"]);

        var scored = step.Transform(Data(("aah", ""), ("ho", "")));

        var scores = scored.GetColumn<float[]>("Score").ToArray();
        Assert.Equal(model.Predict("aah").Ranked.Single(entry => entry.Label == "a").Probability, scores[0][2], 6);
        Assert.Equal(0, scores[0][1]);
        Assert.StartsWith("The labels lack 'o'", Assert.Throws<ArgumentException>(() => new SequenceClassifierTransformer(context, model, labels: ["a"])).Message, StringComparison.Ordinal);
        Assert.StartsWith("The label 'a' stands in the list twice.", Assert.Throws<ArgumentException>(() => new SequenceClassifierTransformer(context, model, labels: ["a", "o", "a"])).Message, StringComparison.Ordinal);
        var series = new SequenceClassifierTransformer(context, model, new() { Input = "Steps" });
        Assert.StartsWith(
            "The column 'Steps' has vectors; this model classifies texts.",
            Assert.Throws<ArgumentException>(() => series.Transform(context.Data.LoadFromEnumerable(Movement.Made(2, seed: 1)))).Message, StringComparison.Ordinal);
    }

    private void Refused(string message, SequenceClassifierEstimatorOptions options)
    {
        var estimator = context.SequenceClassifier(options);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => estimator.Fit(Data())).Message);
    }

    private IDataView Data(params (string Text, string Mood)[] rows) => context.Data.LoadFromEnumerable(
        (rows.Length == 0 ? [("a day", "x"), ("b day", "y")] : rows).Select(row => new Row { Text = row.Text, Mood = row.Mood, Length = row.Text.Length }));

    private sealed class Unfitted : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => throw new NotSupportedException();

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string Mood { get; set; } = "";

        public float Length { get; set; }
    }
}
