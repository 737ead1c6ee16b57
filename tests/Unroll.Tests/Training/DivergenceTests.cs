using Unroll.Data;
using Unroll.Optimizers;
using Unroll.Training;

namespace Unroll.Tests.Training;

public sealed class DivergenceTests : IDisposable
{
    private static readonly TextCorpus Text = Texts.Words();

    private readonly string folder = Directory.CreateTempSubdirectory("unroll-diverge-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_loss_that_is_no_number_stops_training_before_the_parameters_change(float bad)
    {
        var model = new TinyModel(Text.Vocabulary.Size);
        var trainer = new Trainer(model, Options());
        float[] before = [];
        model.Tamper = (loss, step) =>
        {
            if (step is not { IsTraining: true, Update: 16 })
                return;
            before = model.Weights();
            loss.Values[0] = bad;
        };

        var exception = Assert.Throws<TrainingDivergedException>(() => trainer.Fit(Text, epochs: 10));

        Assert.Equal(17, exception.Update);
        Assert.Equal(bad, exception.Loss);
        Assert.True(exception.GradientNorm > 0);
        Assert.Contains("Update 17 ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("gradient norm", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, model.Weights());
        Assert.Throws<InvalidOperationException>(() => trainer.SaveCheckpoint(Path.Combine(folder, "other")));
    }

    [Fact]
    public void The_last_good_checkpoint_stays_and_training_goes_on_from_it()
    {
        var path = Path.Combine(folder, "run.safetensors");
        var model = new TinyModel(Text.Vocabulary.Size);
        var trainer = new Trainer(model, Options() with { CheckpointPath = path, CheckpointEvery = 5 });
        model.Tamper = (loss, step) => loss.Values[0] = step is { IsTraining: true, Update: 16 } ? float.NaN : loss.Values[0];
        Assert.Throws<TrainingDivergedException>(() => trainer.Fit(Text, epochs: 10));

        model.Tamper = null;
        trainer.Resume(path);

        Assert.Equal(15, trainer.UpdateCount);
        Assert.Equal(10, trainer.Fit(Text, epochs: 10).Epoch);
        Assert.Single(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task A_gradient_that_is_no_number_stops_training_too()
    {
        var model = new TinyModel(Text.Vocabulary.Size);
        model.Tamper = (_, _) => model.Parameters[^2].Gradient[0] = float.NaN;
        var before = model.Weights();

        var exception = await Assert.ThrowsAsync<TrainingDivergedException>(async () =>
        {
            await foreach (var _ in new Trainer(model, Options()).FitAsync(Text, epochs: 1))
            {
            }
        });

        Assert.Equal(1, exception.Update);
        Assert.Equal(before, model.Weights());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_validation_loss_that_is_no_number_never_is_the_best(float bad)
    {
        var path = Path.Combine(folder, "run.safetensors");
        var model = new TinyModel(Text.Vocabulary.Size);
        var trainer = new Trainer(model, Options() with { CheckpointPath = path });
        model.Tamper = (loss, step) => loss.Values[0] = !step.IsTraining && step.Update > 30 ? bad : loss.Values[0];

        Assert.Throws<TrainingDivergedException>(() => trainer.Fit(Text, epochs: 10));

        Assert.NotNull(trainer.BestValidationLoss);
        var checkpoint = TrainingCheckpoint.Read(path);
        Assert.Equal(trainer.BestValidationLoss, checkpoint.BestValidationLoss);
        Assert.True(checkpoint.Update <= 30);
    }

    [Fact]
    public void What_is_not_a_number_never_is_offered_as_best()
    {
        var model = new TinyModel(3);
        var best = new BestModel(model.Parameters);

        Assert.False(best.Offer(double.NaN));
        Assert.False(best.Offer(double.PositiveInfinity));
        Assert.True(best.Offer(2));
        Assert.False(best.Offer(double.NaN));
        Assert.False(best.Offer(2));
        Assert.True(best.Offer(1));
        Assert.Equal(1, best.Loss);
    }

    [Fact]
    public void Parameters_that_ran_away_are_not_saved()
    {
        var path = Path.Combine(folder, "run.safetensors");
        var model = new TinyModel(Text.Vocabulary.Size);
        var trainer = new Trainer(model, Options());
        trainer.Begin(Text, TrainingLimit.After(1)).StepOnce();
        trainer.SaveCheckpoint(path);
        var before = File.ReadAllBytes(path);
        model.Parameters[0].Values[3] = float.NaN;

        var exception = Assert.Throws<InvalidOperationException>(() => trainer.SaveCheckpoint(path));

        Assert.Contains("'parameter.embedding.weight'", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    private static TrainerOptions Options() => new() { Optimizer = new AdamW(5e-3f), BatchSize = 4, WindowLength = 10 };
}
