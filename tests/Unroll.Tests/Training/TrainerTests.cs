using Unroll.Data;
using Unroll.Optimizers;
using Unroll.Training;

namespace Unroll.Tests.Training;

public sealed class TrainerTests
{
    private static readonly TextCorpus Text = Texts.Words();

    [Fact]
    public void Training_learns_a_text_and_reports_what_it_does()
    {
        var model = new TinyModel(Text.Vocabulary.Size);
        var reports = new List<TrainingProgress>();
        var trainer = new Trainer(model, Options() with { Optimizer = new AdamW(0.02f), ReportEvery = 5 });

        var last = trainer.Fit(Text, epochs: 20, new Listener(reports.Add));

        Assert.InRange(last.Loss, 0, 1.2);
        Assert.True(last.ValidationLoss < Math.Log(Text.Vocabulary.Size) / 2);
        Assert.Equal(reports[^1], last);
        Assert.Equal(20, last.Epoch);
        Assert.Equal(TimeSpan.Zero, last.Remaining);
        Assert.Equal(reports.Select(report => report.Update).Order(), reports.Select(report => report.Update));
        Assert.Equal(20, reports.Count(report => report.ValidationLoss is not null));
        Assert.All(reports, report => Assert.True(report.TokensPerSecond > 0 && report.GradientNorm > 0 && report.LearningRate > 0));
        Assert.StartsWith($"update {last.Update}, epoch 20.00: loss ", last.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_batch_is_learned_by_heart()
    {
        var text = TextCorpus.FromText("to be, or not to be: that is the question");
        var model = new TinyModel(text.Vocabulary.Size, hiddenSize: 32);
        var trainer = new Trainer(model, new()
        {
            Optimizer = new Adam(0.01f),
            ClipNorm = 1,
            BatchSize = 1,
            WindowLength = text.Tokens.Length - 1,
            ValidationFraction = 0,
            Schedule = LearningRateSchedule.Constant(),
        });

        Assert.InRange(trainer.Fit(text, epochs: 400).Loss, 0, 0.01);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        var (first, second, other) = (new TinyModel(Text.Vocabulary.Size, dropout: 0.3f), new TinyModel(Text.Vocabulary.Size, dropout: 0.3f), new TinyModel(Text.Vocabulary.Size, dropout: 0.3f));
        new Trainer(first, Options()).Fit(Text, epochs: 3);
        new Trainer(second, Options()).Fit(Text, epochs: 3);
        new Trainer(other, Options() with { Seed = 2 }).Fit(Text, epochs: 3);

        Assert.Equal(first.Weights(), second.Weights());
        Assert.NotEqual(first.Weights(), other.Weights());
    }

    [Fact]
    public async Task The_asynchronous_form_reports_the_same_as_the_synchronous_one()
    {
        var (first, second) = (new TinyModel(Text.Vocabulary.Size), new TinyModel(Text.Vocabulary.Size));
        var reports = new List<TrainingProgress>();
        new Trainer(first, Options()).Fit(Text, epochs: 3, new Listener(reports.Add));
        var losses = new List<double>();
        await foreach (var progress in new Trainer(second, Options()).FitAsync(Text, epochs: 3))
            losses.Add(progress.Loss);

        Assert.Equal(reports.Select(report => report.Loss), losses);
        Assert.Equal(first.Weights(), second.Weights());
    }

    [Fact]
    public async Task The_model_is_at_rest_while_the_body_of_the_loop_runs()
    {
        var model = new TinyModel(Text.Vocabulary.Size);
        await foreach (var progress in new Trainer(model, Options() with { ReportEvery = 1 }).FitAsync(Text, epochs: 2))
        {
            var before = model.Weights();
            await Task.Delay(2);
            Assert.Equal(before, model.Weights());
        }
    }

    [Fact]
    public async Task Leaving_the_loop_stops_the_training()
    {
        var model = new TinyModel(Text.Vocabulary.Size);
        var trainer = new Trainer(model, Options() with { ReportEvery = 1 });
        await foreach (var progress in trainer.FitAsync(Text, epochs: 1000))
        {
            if (progress.Update == 3)
                break;
        }

        Assert.Equal(3, trainer.UpdateCount);
        Assert.Equal(1, trainer.Fit(Text, epochs: 1).Epoch);
    }

    [Fact]
    public async Task Cancelling_stops_between_two_updates()
    {
        using var stop = new CancellationTokenSource();
        var trainer = new Trainer(new TinyModel(Text.Vocabulary.Size), Options() with { ReportEvery = 1 });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var progress in trainer.FitAsync(Text, epochs: 1000, stop.Token))
            {
                if (progress.Update == 3)
                    await stop.CancelAsync();
            }
        });

        Assert.Equal(3, trainer.UpdateCount);
    }

    [Fact]
    public void A_second_training_at_the_same_time_is_refused()
    {
        var trainer = new Trainer(new TinyModel(Text.Vocabulary.Size), Options());
        Exception? seen = null;
        trainer.Fit(Text, epochs: 1, new Listener(_ => seen ??= Record.Exception(() => trainer.Fit(Text, epochs: 1))));

        Assert.IsType<InvalidOperationException>(seen);
    }

    [Fact]
    public void Training_for_a_time_ends_with_an_evaluation()
    {
        var last = new Trainer(new TinyModel(Text.Vocabulary.Size), Options()).Fit(Text, TimeSpan.FromMilliseconds(200));

        Assert.True(last.Elapsed >= TimeSpan.FromMilliseconds(200));
        Assert.NotNull(last.ValidationLoss);
        Assert.Equal(TimeSpan.Zero, last.Remaining);
    }

    [Fact]
    public void The_best_parameters_are_in_the_model_at_the_end()
    {
        // A learning rate that is too high ruins what the first epochs learned.
        var model = new TinyModel(Text.Vocabulary.Size);
        var options = Options() with { Optimizer = new Sgd(8, 0.9f), ClipNorm = 5, Schedule = LearningRateSchedule.Constant() };
        var trainer = new Trainer(model, options);
        var last = trainer.Fit(Text, epochs: 30);
        var (_, validation) = Text.Split(options.ValidationFraction);

        Assert.True(trainer.BestValidationLoss < last.ValidationLoss, "the last epoch was the best: the test does not test anything");
        Assert.Equal(trainer.BestValidationLoss, new ValidationPass(model, validation, null).MeanLoss(new(IsTraining: false, Seed: 1, Update: 0), CancellationToken.None));
    }

    [Fact]
    public void Training_stops_early_when_nothing_gets_better()
    {
        var options = Options() with { Optimizer = new Sgd(1e-20f), Patience = 3 };
        var last = new Trainer(new TinyModel(Text.Vocabulary.Size), options).Fit(Text, epochs: 100);

        Assert.Equal(4, last.Epoch);
    }

    [Fact]
    public void A_text_of_its_own_may_be_used_for_validation()
    {
        var other = TextCorpus.FromText("red green blue\n", new() { Vocabulary = Text.Vocabulary });
        var last = new Trainer(new TinyModel(Text.Vocabulary.Size), Options() with { Validation = other }).Fit(Text, epochs: 1);

        Assert.NotNull(last.ValidationLoss);
        Assert.Equal((Text.Tokens.Length - 1) / (4 * 10), last.Update);
    }

    [Fact]
    public void Clipping_by_value_and_norm_follow_each_other()
    {
        var model = new TinyModel(Text.Vocabulary.Size);
        var before = model.Weights();
        var run = new Trainer(model, Options() with { Optimizer = new Sgd(1), ClipValue = 1e-3f, ClipNorm = 2e-3f, Schedule = LearningRateSchedule.Constant() })
            .Begin(Text, TrainingLimit.After(1));
        run.StepOnce();

        var moved = Math.Sqrt(before.Zip(model.Weights(), (x, y) => Math.Pow(x - y, 2)).Sum());
        Assert.InRange(moved, 1.99e-3, 2.01e-3);
        Assert.True(run.Counters.GradientNorm > 0.01);
    }

    [Fact]
    public void Options_outside_their_range_or_in_contradiction_are_refused_with_the_value()
    {
        var model = new TinyModel(3);
        TrainerOptions[] wrong =
        [
            new() { BatchSize = 0 }, new() { WindowLength = -1 }, new() { ClipNorm = 0 }, new() { ClipValue = float.NaN }, new() { ValidationFraction = 1 },
            new() { ValidationStreams = 0 }, new() { EvaluateEvery = -1 }, new() { Patience = 0 }, new() { ReportEvery = 0 }, new() { CheckpointEvery = -1 },
        ];
        foreach (var options in wrong)
            Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(model, options));
        Assert.Contains("BatchSize is 0", Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(model, wrong[0])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Trainer(model, new() { CheckpointEvery = 5 }));
        Assert.Throws<ArgumentException>(() => new Trainer(model, new() { Patience = 5, ValidationFraction = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(model).Fit(Text, epochs: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Trainer(model).Fit(Text, TimeSpan.Zero));
        Assert.Throws<InvalidOperationException>(() => new Trainer(model).SaveCheckpoint("x"));
    }

    [Fact]
    public void A_text_shorter_than_a_window_is_refused_with_the_numbers()
    {
        var trainer = new Trainer(new TinyModel(Text.Vocabulary.Size), new());

        Assert.Contains("540 tokens are fewer than the 8193", Assert.Throws<InvalidDataException>(() => trainer.Fit(Text, epochs: 1)).Message, StringComparison.Ordinal);
    }

    private static TrainerOptions Options() => new() { Optimizer = new AdamW(5e-3f), ClipNorm = 1, BatchSize = 4, WindowLength = 10 };

    private sealed class Listener(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
