using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Files;
using Unroll.Training;

namespace Unroll.Tests.Models;

/// <summary>A label for each token or time step, on questions whose answers can be computed: is the number of ones so far odd? Does the next step repeat this one?</summary>
public sealed class TaggingTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void It_learns_whether_the_ones_so_far_are_odd(bool isText, bool isBalanced)
    {
        var model = Trained(Parities(150, 1, isText), new() { Cell = Cell.Gru, HiddenSize = 16, EmbeddingSize = 4, BalanceLabels = isBalanced }, epochs: 30);
        var test = Parities(60, 2, isText);
        var report = model.Evaluate(test);

        Assert.Equal(test.LabelCount, report.Examples);
        Assert.True(report.Accuracy > 0.99, report.ToString());
        Assert.Contains($"n:60|steps:{report.Examples}|", report.Signature);
        if (isText)
            Assert.Equal(["odd", "odd", "even", "odd"], model.Tag("1 0 1 1").Select(step => step.Label));
    }

    /// <summary>The last step has no next one; only a model that reads from the end can know.</summary>
    [Fact]
    public void A_model_of_both_directions_sees_what_comes_next()
    {
        var set = Set(120, 3, isText: true, bits => [.. bits.Select((bit, step) => step + 1 < bits.Length && bits[step + 1] == bit ? "same" : "other")]);
        var both = Trained(set, new() { Cell = Cell.Gru, HiddenSize = 12, EmbeddingSize = 4, Bidirectional = true }, epochs: 30);
        var forward = Trained(set, new() { Cell = Cell.Gru, HiddenSize = 12, EmbeddingSize = 4 }, epochs: 30);

        Assert.True(both.Evaluate(set).Accuracy > 0.99);
        Assert.True(forward.Evaluate(set).Accuracy < 0.8);
    }

    /// <summary>Every step counts the same, in sequences of any length: computed again from the probabilities of one sequence after another.</summary>
    [Fact]
    public void Loss_and_report_are_those_of_all_steps_one_by_one()
    {
        var set = Parities(20, 4, isText: false);
        var model = Trained(set, new() { HiddenSize = 5 }, epochs: 1);
        var steps = set.Items.SelectMany(item => model.Tag(item).Zip(item.StepLabels!)).ToArray();
        var nats = steps.Average(step => -Math.Log(step.First.Ranked.Single(entry => entry.Label == step.Second).Probability));
        var right = steps.Average(step => step.First.Label == step.Second ? 1.0 : 0);

        IExampleModel<ClassifierExample> trainable = model;
        var examples = model.Encode(set);
        Assert.Equal(nats, model.Loss(new(), [.. examples], default).Scalar, 1e-5);
        Assert.Equal(nats, model.Evaluate(set).LogLoss, 1e-6);
        Assert.Equal(right, model.Evaluate(set).Accuracy, 1e-12);
        Assert.Equal(set.Items.Select(item => (double)item.TimeSteps), examples.Select(trainable.WeightOf));
    }

    [Fact]
    public void A_saved_model_and_a_stream_give_the_same_labels()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("tags.safetensors");
        foreach (var isText in (ReadOnlySpan<bool>)[true, false])
        {
            var set = Parities(30, 5, isText);
            var model = Trained(set, new() { Cell = Cell.Gru, HiddenSize = 6, EmbeddingSize = 4, Bidirectional = isText }, epochs: 2);
            model.Calibrate(set);
            model.Save(path);
            var loaded = SequenceClassifier.Load(path);
            Assert.Equal(model.Options, loaded.Options);
            Assert.Equal(model.Temperature, loaded.Temperature);
            foreach (var item in set.Items)
                Assert.Equal(model.Tag(item).SelectMany(step => step.Ranked), loaded.Tag(item).SelectMany(step => step.Ranked));
            if (isText)
                continue;
            var session = loaded.OpenSession();
            var values = set.Items[0].Values.ToArray();
            foreach (var (value, whole) in values.Zip(model.Tag(set.Items[0])))
            {
                session.Step([value]);
                Assert.Equal(whole.Probability, session.Classify().Probability, 1e-5);
                Assert.Equal(whole.Label, session.Label);
            }
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var (set, whole) = (Parities(5, 1, isText: true), new SequenceSet("x.csv", [LabelledSequence.OfText("a", "one"), LabelledSequence.OfText("b", "two")]));
        Assert.Contains("needs one for each token or time step", Assert.Throws<InvalidDataException>(() => SequenceClassifier.Create(whole, new() { PerStep = true, Tokens = TokenKind.Word })).Message);
        Assert.Contains("Set PerStep to label every step", Assert.Throws<InvalidDataException>(() => SequenceClassifier.Create(set)).Message);
        Assert.Contains("Set it to Word", Assert.Throws<ArgumentOutOfRangeException>(() => SequenceClassifier.Create(set, new() { PerStep = true })).Message);
        Assert.Contains("nothing is pooled", Assert.Throws<ArgumentOutOfRangeException>(() => SequenceClassifier.Create(set, new() { PerStep = true, Tokens = TokenKind.Word, Pooling = PoolingKind.Max })).Message);
        var model = SequenceClassifier.Create(set, new() { PerStep = true, Tokens = TokenKind.Word, HiddenSize = 3 });
        Assert.Contains("Use Tag", Assert.Throws<InvalidOperationException>(() => model.Predict("1 0")).Message);
        Assert.Contains("Use Tag", Assert.Throws<InvalidOperationException>(() => model.Attribute(set.Items[0])).Message);
        Assert.Contains("Use Predict", Assert.Throws<InvalidOperationException>(() => SequenceClassifier.Create(whole, new() { HiddenSize = 3 }).Tag("1 0")).Message);
        Assert.Contains("there is no token", Assert.Throws<InvalidDataException>(() => model.Tag(" ")).Message);
        var strange = LabelledSequence.OfTokens(["1", "0"], ["odd", "third"], "x.tsv line 7");
        Assert.Contains("x.tsv line 7, step 2: the label 'third' is none", Assert.Throws<InvalidDataException>(() => model.Evaluate(new("x.tsv", [strange]))).Message);
        Assert.Contains("there are 1 labels for 2 tokens", Assert.Throws<InvalidDataException>(() => LabelledSequence.OfTokens(["1", "0"], ["odd"])).Message);
        Assert.Contains("token 2 is blank", Assert.Throws<InvalidDataException>(() => LabelledSequence.OfTokens(["1", " "], ["odd", "odd"])).Message);
        Assert.Contains("there are 1 labels for 2 time steps", Assert.Throws<InvalidDataException>(() => LabelledSequence.OfSteps(new float[] { 1, 2 }, 1, ["odd"])).Message);
        Assert.Contains("has one label; that of", Assert.Throws<InvalidDataException>(() => new SequenceSet("x", [set.Items[0], whole.Items[0]])).Message);
    }

    private static SequenceClassifier Trained(SequenceSet set, SequenceClassifierOptions options, int epochs)
    {
        var model = SequenceClassifier.Create(set, options with { PerStep = true, Tokens = TokenKind.Word });
        new ExampleTrainer<ClassifierExample>(model, new() { Optimizer = new AdamW(1e-2f), ClipNorm = 1, BatchSize = 8 }).Fit(model.Encode(set), null, epochs);
        return model;
    }

    private static SequenceSet Parities(int count, ulong seed, bool isText) => Set(count, seed, isText, bits =>
    {
        var ones = 0;
        return [.. bits.Select(bit => (ones += bit) % 2 == 1 ? "odd" : "even")];
    });

    private static SequenceSet Set(int count, ulong seed, bool isText, Func<int[], string[]> answers)
    {
        var random = new CounterRandom(seed);
        var items = new List<LabelledSequence>();
        for (var index = 0; index < count; index++)
        {
            var bits = new int[1 + random.NextInt32(12)];
            foreach (ref var bit in bits.AsSpan())
                bit = random.NextInt32(2);
            items.Add(isText
                ? LabelledSequence.OfTokens([.. bits.Select(bit => bit == 1 ? "1" : "0")], answers(bits))
                : LabelledSequence.OfSteps(bits.Select(bit => (float)bit).ToArray(), 1, answers(bits)));
        }

        return new("bits", items);
    }
}
