using Unroll.Cells;
using Unroll.Data;
using Unroll.Files;
using Unroll.Layers;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Files;
using Unroll.Training;

namespace Unroll.Tests.Models;

public sealed class SequenceClassifierTests
{
    public static TheoryData<PoolingKind> Poolings => [.. Enum.GetValues<PoolingKind>()];

    [Theory]
    [MemberData(nameof(Poolings))]
    public void It_learns_waves_of_mixed_lengths(PoolingKind pooling)
    {
        var model = Trained(Waves(60, 1), new() { Cell = Cell.Gru, HiddenSize = 12, Pooling = pooling, Bidirectional = pooling == PoolingKind.Last }, epochs: 25);
        var report = model.Evaluate(Waves(60, 2));
        Assert.True(report.Accuracy > 0.95, report.ToString());
        Assert.True(report.MajorityAccuracy < 0.6);
    }

    [Theory]
    [InlineData(TokenKind.Character)]
    [InlineData(TokenKind.Byte)]
    [InlineData(TokenKind.Word)]
    [InlineData(TokenKind.BytePair)]
    public void It_learns_texts_of_any_kind_of_token(TokenKind tokens)
    {
        var model = Trained(Greetings(80, 1), new() { Tokens = tokens, HiddenSize = 12, EmbeddingSize = 8, TokenDropout = 0.05f, Pooling = PoolingKind.Max }, epochs: 25);
        Assert.Equal(1, model.Evaluate(Greetings(40, 2)).Accuracy);
        Assert.Equal("parting", model.Predict("so bye now").Label);
        var unseen = model.Predict("ß☃ hello");
        Assert.Equal(1, unseen.Ranked.Sum(entry => entry.Probability), 1e-9);
        Assert.Single(unseen.Top(1));
        Assert.Equal(2, unseen.Top(5).Count);
    }

    [Fact]
    public void A_saved_model_is_the_same_model()
    {
        using var folder = new TemporaryFolder();
        var waves = Waves(30, 1);
        foreach (var options in new SequenceClassifierOptions[]
        {
            new() { Cell = Cell.Gru, HiddenSize = 6, Pooling = PoolingKind.Attention, Bidirectional = true, Layers = 2, Connection = LayerConnection.Highway },
            new() { Cell = Cell.ProjectedLstm, HiddenSize = 6, Layers = 2, Bidirectional = true, Dropout = 0.1f, InputNoise = 0.1f },
            new() { Cell = Cell.SLstm.WithHeads(2), HiddenSize = 6, BalanceLabels = true, ForgetBias = 1 },
        })
        {
            var model = Trained(waves, options, epochs: 1);
            model.Calibrate(Waves(20, 2));
            model.Training = new() { Data = "waves", TrainingExamples = 30, LabelCounts = [20, 10], ValidationAccuracy = 0.5 };
            var path = folder.File("model.safetensors");
            model.Save(path);
            var loaded = SequenceClassifier.Load(path);

            Assert.Equal(model.Labels, loaded.Labels);
            Assert.Equal(model.Options, loaded.Options);
            Assert.Equal(model.Temperature, loaded.Temperature);
            Assert.Equivalent(model.Training, loaded.Training, strict: true);
            foreach (var item in waves.Items)
                Assert.Equal(model.Predict(item).Ranked, loaded.Predict(item).Ranked);
            var before = File.ReadAllBytes(path);
            loaded.Save(path);
            Assert.Equal(before, File.ReadAllBytes(path));
        }

        foreach (var tokens in (ReadOnlySpan<TokenKind>)[TokenKind.Word, TokenKind.BytePair])
        {
            var texts = Trained(Greetings(20, 1), new() { HiddenSize = 5, Tokens = tokens, BytePairMerges = 40 }, epochs: 1);
            texts.Save(folder.File("texts.safetensors"));
            var loaded = SequenceClassifier.Load(folder.File("texts.safetensors"));
            Assert.Equal(texts.Options, loaded.Options);
            Assert.Equal(texts.Predict("hello there").Ranked, loaded.Predict("hello there").Ranked);
        }
    }

    [Fact]
    public void Files_of_another_kind_or_with_changes_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var model = Trained(Waves(20, 1), new() { HiddenSize = 4 }, epochs: 1);
        model.Save(path);
        Assert.Contains("a model of kind 'classifier'; expected 'language-model'", Assert.Throws<InvalidDataException>(() => LanguageModel.Load(path)).Message);
        SmallModels.Create().Save(folder.File("language.safetensors"));
        Assert.Contains("expected 'classifier'", Assert.Throws<InvalidDataException>(() => SequenceClassifier.Load(folder.File("language.safetensors"))).Message);

        Refused(writer => writer.Metadata["labels"] = "[\"one\"]", "there are 1 labels");
        Refused(writer => writer.Metadata["labels"] = "[\"one\",\"one\"]", "a label stands there twice");
        Refused(writer => writer.Metadata["labels"] = "[\"a\",\"b\",\"c\"]", "tensor 'head.weight' has shape [2, 4]");
        Refused(writer => writer.Metadata["scaler"] = "{\"means\":[0],\"deviations\":[0]}", "expected finite numbers, the deviation over 0");
        Refused(writer => writer.Metadata["configuration"] = writer.Metadata["configuration"].Replace("\"temperature\":1", "\"temperature\":0"), "the temperature is 0");
        Refused(writer => writer.Metadata["configuration"] = writer.Metadata["configuration"].Replace("\"last\"", "\"first\""), "'first' is not one of last, mean, max, attention");
        Refused(writer => writer.Metadata["probes"] = writer.Metadata["probes"].Replace("\"logits\":[", "\"logits\":[9,"), "logits; expected 2");

        void Refused(Action<SafetensorsWriter> change, string words)
        {
            var writer = ClassifierFile.Write(model, "model");
            change(writer);
            writer.Save(path);
            Assert.Contains(words, Assert.Throws<InvalidDataException>(() => SequenceClassifier.Load(path)).Message);
        }
    }

    [Theory]
    [MemberData(nameof(Poolings))]
    public void A_session_says_after_each_step_what_the_steps_so_far_together_say(PoolingKind pooling)
    {
        var waves = Waves(20, 1);
        var model = Trained(waves, new() { HiddenSize = 7, Layers = 2, Pooling = pooling }, epochs: 2);
        var session = model.OpenSession();
        Assert.Throws<InvalidOperationException>(() => session.Label);
        foreach (var item in waves.Items.Take(3))
        {
            session.Reset();
            for (var step = 1; step <= item.TimeSteps; step++)
            {
                session.Step(item.Values.Span.Slice(step - 1, 1));
                var expected = model.Predict(item.Values[..step]);
                var actual = session.Classify();
                Assert.Equal(expected.Label, session.Label);
                foreach (var (label, probability) in expected.Ranked)
                    Assert.Equal(probability, actual.Ranked.Single(entry => entry.Label == label).Probability, 1e-5);
            }
        }

        Assert.Throws<ArgumentException>(() => session.Step([1, 2]));
        Assert.Throws<ArgumentException>(() => session.Step([float.NaN]));
    }

    [Fact]
    public void Sessions_are_for_one_direction_and_series()
    {
        var bidirectional = SequenceClassifier.Create(Waves(10, 1), new() { HiddenSize = 3, Bidirectional = true });
        Assert.Contains("bidirectional", Assert.Throws<InvalidOperationException>(() => bidirectional.OpenSession()).Message);
        var texts = SequenceClassifier.Create(Greetings(10, 1), new() { HiddenSize = 3 });
        Assert.Contains("classifies texts", Assert.Throws<InvalidOperationException>(() => texts.OpenSession()).Message);
    }

    [Theory]
    [MemberData(nameof(Poolings))]
    public void Attribution_is_the_derivative_of_the_logit_times_the_input(PoolingKind pooling)
    {
        var waves = Waves(20, 1);
        var model = Trained(waves, new() { HiddenSize = 6, Pooling = pooling, Bidirectional = true }, epochs: 3);
        var item = waves.Items[0];
        var contributions = model.Attribute(item, model.Labels[1]);
        Assert.Equal(item.Values.Length, contributions.Count);
        var scaled = new float[item.Values.Length];
        model.Scaler!.Apply(item.Values.Span, scaled);
        const float Step = 1e-2f;
        for (var index = 0; index < scaled.Length; index++)
        {
            float LogitAt(float change)
            {
                float[] moved = [.. scaled];
                moved[index] += change;
                return model.LogitsOf(new([], moved, moved.Length, -1))[1];
            }

            var slope = (LogitAt(Step) - LogitAt(-Step)) / (2 * Step);
            Assert.Equal(slope * scaled[index], contributions[index], 2e-3);
        }

        Assert.All(model.Parameters, parameter => Assert.False(parameter.Gradient.ContainsAnyExcept(0)));
        Assert.Throws<ArgumentException>(() => model.Attribute(item, "nonsense"));
        var text = SequenceClassifier.Create(Greetings(10, 1), new() { HiddenSize = 3 });
        Assert.Equal(5, text.Attribute(LabelledSequence.OfText("hello")).Count);
    }

    [Fact]
    public void A_calibrated_model_gives_the_same_labels_with_a_lower_loss()
    {
        var model = Trained(Waves(40, 1, noise: 1.5f), new() { HiddenSize = 24 }, epochs: 60);
        var validation = Waves(60, 3, noise: 1.5f);
        var before = model.Evaluate(validation);
        model.Calibrate(validation);
        var after = model.Evaluate(validation);
        Assert.Equal(before.Predicted, after.Predicted);
        Assert.True(model.Temperature > 1, $"temperature {model.Temperature}");
        Assert.True(after.LogLoss < before.LogLoss);
        Assert.True(after.CalibrationError < before.CalibrationError);
    }

    [Fact]
    public void A_few_examples_that_are_all_right_do_not_make_a_model_certain()
    {
        float[] logits = [3, 0, 0, 2];
        Assert.InRange(TemperatureSoftmax.Fit(logits, [0, 1]), 0.8, 1);
        // Logits that are three times too large for how often they are right: 300 of 400.
        float[] many = [.. Enumerable.Range(0, 400).SelectMany(index => index % 4 == 0 ? new[] { 0f, 3.2958f } : [3.2958f, 0])];
        Assert.Equal(3, TemperatureSoftmax.Fit(many, new int[400]), 0.2);
    }

    [Fact]
    public void Predictions_from_many_threads_are_those_of_one()
    {
        var waves = Waves(40, 1);
        var model = Trained(waves, new() { HiddenSize = 16, Bidirectional = true }, epochs: 1);
        var expected = waves.Items.Select(item => model.Predict(item).Probability).ToArray();
        Parallel.For(0, 200, turn =>
        {
            var index = turn % expected.Length;
            if (turn % 5 == 0)
                model.Attribute(waves.Items[index]);
            Assert.Equal(expected[index], model.Predict(waves.Items[index]).Probability);
        });
    }

    [Fact]
    public void Balanced_labels_make_a_rare_label_count_as_much_as_a_frequent_one()
    {
        var set = new SequenceSet("waves", [.. Waves(40, 1).Items.Where((item, index) => item.Label == "fast" || index % 10 == 1)]);
        var model = SequenceClassifier.Create(set, new() { HiddenSize = 4, BalanceLabels = true }) as IExampleModel<ClassifierExample>;
        var weights = ((SequenceClassifier)model).Encode(set).GroupBy(example => example.Label).Select(group => group.Sum(model.WeightOf)).ToArray();
        Assert.Equal(weights[0], weights[1], 1e-4);
        Assert.Equal(set.Items.Count, weights.Sum(), 1e-3);
    }

    [Fact]
    public void A_training_that_was_interrupted_ends_like_one_that_was_not()
    {
        using var folder = new TemporaryFolder();
        var greetings = Greetings(30, 1);
        var path = folder.File("run.safetensors");
        float[] Run(int? stopAt, bool resume)
        {
            var model = SequenceClassifier.Create(greetings, new() { HiddenSize = 5, Dropout = 0.2f, VariationalDropout = 0.2f, TokenDropout = 0.2f, Pooling = PoolingKind.Attention });
            var trainer = new ExampleTrainer<ClassifierExample>(model, new() { BatchSize = 8, CheckpointPath = path, ReportEvery = 1 });
            if (resume)
                trainer.Resume(path);
            using var stop = new CancellationTokenSource();
            try
            {
                trainer.Fit(model.Encode(greetings), null, 4, new Stop(stop, stopAt), stop.Token);
            }
            catch (OperationCanceledException) when (stopAt is not null)
            {
                // The checkpoint is written.
            }

            return [.. model.Parameters.SelectMany(parameter => parameter.Values.ToArray())];
        }

        var whole = Run(null, resume: false);
        Run(stopAt: 6, resume: false);
        Assert.Equal(whole, Run(null, resume: true));
    }

    [Fact]
    public void Noise_is_added_while_training_and_nowhere_else()
    {
        var waves = Waves(20, 1);
        var (plain, noisy) = (Create(0), Create(0.5f));
        Assert.Equal(Loss(plain, isTraining: true, 1), Loss(plain, isTraining: true, 2));
        Assert.NotEqual(Loss(noisy, isTraining: true, 1), Loss(noisy, isTraining: true, 2));
        Assert.Equal(Loss(noisy, isTraining: true, 1), Loss(noisy, isTraining: true, 1));
        Assert.Equal(Loss(plain, isTraining: true, 1), Loss(noisy, isTraining: false, 1));
        Assert.Equal(plain.Predict(waves.Items[0]).Probability, noisy.Predict(waves.Items[0]).Probability);

        var values = new float[100_000];
        ClassifierPass.AddNoise(values, 0.5f, new(Seed: 1, Update: 3));
        // Four standard errors of a mean and of a deviation over so many draws.
        Assert.InRange(values.Average(value => (double)value), -4 * 0.5 / Math.Sqrt(values.Length), 4 * 0.5 / Math.Sqrt(values.Length));
        Assert.InRange(Math.Sqrt(values.Average(value => (double)value * value)) / 0.5, 1 - (4 / Math.Sqrt(2 * values.Length)), 1 + (4 / Math.Sqrt(2 * values.Length)));

        SequenceClassifier Create(float noise) => SequenceClassifier.Create(waves, new() { HiddenSize = 4, InputNoise = noise });
        float Loss(SequenceClassifier model, bool isTraining, long update) => model.Loss(new(), [.. model.Encode(waves)], new(isTraining, 7, update)).Scalar;
    }

    [Fact]
    public void Bad_data_are_refused_by_name()
    {
        var waves = Waves(10, 1);
        LabelledSequence Wave(string label) => LabelledSequence.OfValues(new float[] { 1, 2 }, 1, label, "x.csv line 7");
        Fails("all 1 examples have the label 'fast'", () => SequenceClassifier.Create(new("x", [Wave("fast")])));
        Fails("x.csv line 7: the example has no label", () => SequenceClassifier.Create(new("x", [Wave("a"), Wave("")])));
        var model = SequenceClassifier.Create(waves, new() { HiddenSize = 3 });
        Fails("x.csv line 7: the label 'wavy' is none of those the model was trained on (fast, slow)", () => model.Evaluate(new("x", [Wave("wavy")])));
        Fails("the sequence is a text; this model classifies series of 1 channels", () => model.Predict("hello"));
        Fails("the sequence has 2 channels; this model", () => model.Predict(LabelledSequence.OfValues(new float[2], 2)));
        Fails("no time step", () => model.Predict(ReadOnlyMemory<float>.Empty));
        var texts = SequenceClassifier.Create(Greetings(10, 1), new() { HiddenSize = 3 });
        Fails("the text is empty", () => texts.Predict(" "));
        Fails("this model classifies texts", () => texts.Predict(new float[] { 1 }));
        Fails("half of a surrogate pair", () => texts.Predict("a\uD800"));
        Assert.Throws<ArgumentOutOfRangeException>(() => SequenceClassifier.Create(waves, new() { TokenDropout = 1 }));
        Assert.Contains("of -1 merges", Assert.Throws<ArgumentOutOfRangeException>(() => SequenceClassifier.Create(waves, new() { BytePairMerges = -1 })).Message);
        Assert.Contains("deviation -1; expected", Assert.Throws<ArgumentOutOfRangeException>(() => SequenceClassifier.Create(waves, new() { InputNoise = -1 })).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => SequenceClassifier.Create(waves, new() { Pooling = (PoolingKind)7 }));

        static void Fails(string words, Action action) => Assert.Contains(words, Assert.Throws<InvalidDataException>(action).Message);
    }

    [Fact]
    public void The_figures_of_a_report_are_those_one_gets_by_hand()
    {
        // Three examples of a, one of b; b is given twice, once rightly; c does not occur.
        double[] probabilities = [0.9, 0.1, 0, 0.6, 0.3, 0.1, 0.2, 0.7, 0.1, 0.1, 0.8, 0.1];
        double[] nats = [.. new[] { 0.9, 0.6, 0.2, 0.8 }.Select(p => -Math.Log(p))];
        var report = ClassificationReport.Of(["a", "b", "c"], [0, 0, 0, 1], probabilities, nats, majority: 0, "on:hand");
        Assert.Equal(0.75, report.Accuracy);
        Assert.Equal([[2, 1, 0], [0, 1, 0], [0, 0, 0]], report.Confusion);
        Assert.Equal(((4 / 5.0) + (2 / 3.0)) / 2, report.MacroF1, 1e-12);
        Assert.Equal((1, 2 / 3.0), (report.Classes[0].Precision, report.Classes[0].Recall));
        Assert.Equal(nats.Average(), report.LogLoss, 1e-12);
        Assert.Equal((0.1 + 0.4 + 0.7 + 0.2) / 4, report.CalibrationError, 1e-12);
        Assert.Equal(("a", 0.75), (report.MajorityLabel, report.MajorityAccuracy));
        Assert.True(report.AccuracyInterval.Low < 0.75 && report.AccuracyInterval.High > 0.75);
        Assert.Contains("f1:macro-of-2", report.Signature);
    }

    private static SequenceClassifier Trained(SequenceSet set, SequenceClassifierOptions options, int epochs)
    {
        var model = SequenceClassifier.Create(set, options);
        new ExampleTrainer<ClassifierExample>(model, new() { Optimizer = new AdamW(1e-2f), BatchSize = 8, ClipNorm = 1 }).Fit(model.Encode(set), null, epochs);
        return model;
    }

    /// <summary>Slow and fast waves of 8 to 20 steps.</summary>
    private static SequenceSet Waves(int count, ulong seed, float noise = 0.1f)
    {
        var random = new CounterRandom(seed);
        return new("waves", [.. Enumerable.Range(0, count).Select(index =>
        {
            var isFast = index % 2 == 0;
            var values = new float[8 + random.NextInt32(13)];
            var phase = random.NextSingle() * 6;
            for (var step = 0; step < values.Length; step++)
                values[step] = 50 + (10 * (MathF.Sin((step * (isFast ? 1.9f : 0.7f)) + phase) + (noise * random.NextNormal())));
            return LabelledSequence.OfValues(values, 1, isFast ? "fast" : "slow");
        })]);
    }

    private static SequenceSet Greetings(int count, ulong seed)
    {
        var random = new CounterRandom(seed);
        string[] filler = ["now", "then", "so", "well", "my dear"];
        return new("greetings", [.. Enumerable.Range(0, count).Select(index =>
            LabelledSequence.OfText($"{filler[random.NextInt32(5)]} {(index % 2 == 0 ? "hello" : "bye")} {filler[random.NextInt32(5)]}", index % 2 == 0 ? "greeting" : "parting"))]);
    }

    private sealed class Stop(CancellationTokenSource source, int? at) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Update == at)
                source.Cancel();
        }
    }
}
