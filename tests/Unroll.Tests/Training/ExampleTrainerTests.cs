using Unroll.Optimizers;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>Training on independent examples: the same rules as on a text, with batches of their own.</summary>
public sealed class ExampleTrainerTests : IDisposable
{
    // 45 examples in batches of 8: 6 updates an epoch, the last of 5 examples.
    private const int UpdatesPerEpoch = 6;
    private const int Epochs = 3;

    private static readonly SignExample[] Training = SignExample.Many(45, seed: 1);
    private static readonly SignExample[] Validation = SignExample.Many(20, seed: 2);

    private readonly string folder = Directory.CreateTempSubdirectory("unroll-examples-").FullName;

    private string CheckpointPath => Path.Combine(folder, "run.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_pass_uses_each_example_once_in_an_order_of_its_own()
    {
        var seen = new List<SignExample>();
        var sizes = new List<int>();
        var model = new SignModel
        {
            Watch = (batch, step) =>
        {
            if (!step.IsTraining)
                return;
            seen.AddRange(batch);
            sizes.Add(batch.Length);
        }
        };
        var last = new ExampleTrainer<SignExample>(model, Options()).Fit(Training, null, epochs: 2);

        Assert.Equal(2 * UpdatesPerEpoch, last.Update);
        Assert.Equal(2, last.Epoch);
        Assert.NotNull(last.ExamplesPerSecond);
        Assert.Contains("examples/s", last.ToString());
        Assert.Equal([8, 8, 8, 8, 8, 5, 8, 8, 8, 8, 8, 5], sizes);
        Assert.Equal(Training.ToHashSet(), seen[..45].ToHashSet());
        Assert.Equal(Training.ToHashSet(), seen[45..].ToHashSet());
        Assert.NotEqual(seen[..45], seen[45..]);
        Assert.NotEqual(Training, seen[..45]);
    }

    [Fact]
    public void It_learns_and_ends_with_the_best_model()
    {
        var many = SignExample.Many(400, seed: 3);
        var model = new SignModel();
        var trainer = new ExampleTrainer<SignExample>(model, Options() with { Optimizer = new AdamW(1e-2f) });
        trainer.Fit(many, Validation, epochs: 30);

        var loss = MeanLoss(model, Validation);
        Assert.True(loss < 0.2, $"loss {loss}");
        Assert.Equal(trainer.BestValidationLoss!.Value, loss, 1e-5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(UpdatesPerEpoch)]
    [InlineData(10)]
    public void A_run_that_was_interrupted_ends_like_one_that_was_not(int stopAt)
    {
        var whole = Run(new SignModel(dropout: 0.3f), resume: false, stopAt: null);
        var first = Run(new SignModel(dropout: 0.3f), resume: false, stopAt);
        var second = Run(new SignModel(dropout: 0.3f, seed: 99), resume: true, stopAt: null);

        Assert.Equal(whole.Log, [.. first.Log, .. second.Log]);
        Assert.Equal(whole.Weights, second.Weights);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(UpdatesPerEpoch)]
    [InlineData(10)]
    public void An_interrupted_average_ends_like_one_that_was_not(int stopAt)
    {
        var options = Options() with { AverageDecay = 0.9f };
        var whole = Run(new SignModel(dropout: 0.3f), resume: false, stopAt: null, options);
        var first = Run(new SignModel(dropout: 0.3f), resume: false, stopAt, options with { Optimizer = new AdamW(5e-3f) });
        var second = Run(new SignModel(dropout: 0.3f, seed: 99), resume: true, stopAt: null, options with { Optimizer = new AdamW(5e-3f) });

        Assert.Equal(whole.Log, [.. first.Log, .. second.Log]);
        Assert.Equal(whole.Weights, second.Weights);
    }

    /// <summary>The mean is computed again, in double precision, from the parameters after each update.</summary>
    [Fact]
    public void A_model_ends_with_the_average_of_its_parameters_and_trains_on_without_it()
    {
        const float Decay = 0.8f;
        var (model, plain) = (new SignModel(), new SignModel());
        double[] mean = [.. model.Weights()];
        var watch = new Watch(progress =>
        {
            var decay = Math.Min(Decay, (1.0 + progress.Update) / (10.0 + progress.Update));
            mean = [.. mean.Zip(model.Weights(), (old, weight) => (decay * old) + ((1 - decay) * weight))];
        });
        new ExampleTrainer<SignExample>(model, Options() with { AverageDecay = Decay }).Fit(Training, null, Epochs, watch);
        var last = new Watch(_ => { });
        new ExampleTrainer<SignExample>(plain, Options()).Fit(Training, null, Epochs, last);

        // float32 rounds once at each of 18 updates.
        const double Tolerance = 1e-6;
        Assert.All(model.Weights().Zip(mean), pair => Assert.Equal(pair.Second, pair.First, Tolerance));
        Assert.NotEqual(plain.Weights(), model.Weights());
        Assert.Equal(last.Losses, watch.Losses);

        var validated = new SignModel();
        var best = new ExampleTrainer<SignExample>(validated, Options() with { AverageDecay = Decay });
        best.Fit(Training, Validation, Epochs);
        Assert.Equal(best.BestValidationLoss!.Value, MeanLoss(validated, Validation), 1e-6);
        Assert.Contains("AverageDecay is 1; it has to be over 0", Assert.Throws<ArgumentOutOfRangeException>(() => new ExampleTrainer<SignExample>(plain, Options() with { AverageDecay = 1 })).Message);
    }

    [Fact]
    public void The_validation_loss_is_the_mean_over_all_examples_whatever_the_batches_are()
    {
        double LossWith(int batchSize)
        {
            var model = new SignModel();
            var trainer = new ExampleTrainer<SignExample>(model, Options() with { BatchSize = batchSize, Optimizer = new Sgd(1e-20f) });
            return trainer.Fit(Training, Validation, epochs: 1).ValidationLoss!.Value;
        }

        var expected = MeanLoss(new SignModel(), Validation);
        Assert.Equal(expected, LossWith(7), 1e-6);
        Assert.Equal(LossWith(7), LossWith(45));
    }

    [Fact]
    public void Patience_stops_a_run_that_no_longer_learns()
    {
        var trainer = new ExampleTrainer<SignExample>(new SignModel(), Options() with { Optimizer = new Sgd(1e-20f), Patience = 2 });
        Assert.Equal(3 * UpdatesPerEpoch, trainer.Fit(Training, Validation, epochs: 10).Update);
    }

    [Fact]
    public async Task It_hands_its_progress_out_as_a_stream()
    {
        var updates = new List<long>();
        await foreach (var progress in new ExampleTrainer<SignExample>(new SignModel(), Options()).FitAsync(Training, Validation, epochs: 1))
            updates.Add(progress.Update);
        Assert.Equal([1, 2, 3, 4, 5, 6], updates);
    }

    [Fact]
    public void Bad_calls_are_refused()
    {
        ExampleTrainer<SignExample> Trainer(ExampleTrainerOptions? options = null) => new(new SignModel(), options ?? Options());
        Assert.Contains("no example to train on", Assert.Throws<InvalidDataException>(() => Trainer().Fit([], null, 1)).Message);
        Assert.Contains("no example to validate on", Assert.Throws<InvalidDataException>(() => Trainer().Fit(Training, [], 1)).Message);
        Assert.Contains("Patience needs a validation loss", Assert.Throws<ArgumentException>(() => Trainer(Options() with { Patience = 1 }).Fit(Training, null, 1)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Trainer(Options() with { BatchSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Trainer().Fit(Training, null, epochs: 0));
        Assert.Throws<ArgumentNullException>(() => Trainer().Fit(null!, null, 1));
    }

    [Fact]
    public void A_checkpoint_is_resumed_with_its_own_examples_model_and_kind_of_training()
    {
        Run(new SignModel(), resume: false, stopAt: 10);
        Refused("made with other examples", trainer => trainer.Fit([.. Training[1..], Training[0]], Validation, Epochs), new SignModel());
        Refused("made with other examples", trainer => trainer.Fit(Training, null, Epochs), new SignModel());
        Refused("the batch size of the checkpoint is 8; that of this trainer is 9", _ => { }, new SignModel(), Options() with { BatchSize = 9 });
        Refused("tensor 'parameter.weight_ih_l0'", _ => { }, new SignModel(hiddenSize: 9));

        Refused("the decay of the average of the checkpoint is none; that of this trainer is 0.9", _ => { }, new SignModel(), Options() with { AverageDecay = 0.9f });
        Run(new SignModel(), resume: false, stopAt: 10, Options() with { AverageDecay = 0.9f });
        Refused("the decay of the average of the checkpoint is 0.9; that of this trainer is none", _ => { }, new SignModel());
        Refused("the decay of the average of the checkpoint is 0.9; that of this trainer is 0.8", _ => { }, new SignModel(), Options() with { AverageDecay = 0.8f });

        var text = Texts.Words(400);
        var ofText = new Trainer(new TinyModel(text.Vocabulary.Size), new() { BatchSize = 4, WindowLength = 10 });
        var message = Assert.Throws<InvalidDataException>(() => ofText.Resume(CheckpointPath)).Message;
        Assert.Contains("of a training on independent examples; this trainer trains on a text", message);
        ofText.Begin(text, TrainingLimit.After(1));
        ofText.SaveCheckpoint(CheckpointPath);
        Refused("of a training on a text; this trainer trains on independent examples", _ => { }, new SignModel());
    }

    private static double MeanLoss(SignModel model, SignExample[] examples) =>
        examples.Average(example => model.Loss(new(recording: false), [example], default).Scalar);

    private void Refused(string words, Action<ExampleTrainer<SignExample>> fit, SignModel model, ExampleTrainerOptions? options = null)
    {
        var failure = Assert.Throws<InvalidDataException>(() =>
        {
            var trainer = new ExampleTrainer<SignExample>(model, options ?? Options());
            trainer.Resume(CheckpointPath);
            fit(trainer);
        });
        Assert.Contains(words, failure.Message);
    }

    private (List<string> Log, float[] Weights) Run(SignModel model, bool resume, int? stopAt, ExampleTrainerOptions? options = null)
    {
        using var stop = new CancellationTokenSource();
        model.Watch = (_, step) =>
        {
            if (step.IsTraining && step.Update == stopAt - 1)
                stop.Cancel();
        };
        var trainer = new ExampleTrainer<SignExample>(model, (options ?? Options()) with { CheckpointPath = CheckpointPath, CheckpointEvery = 1000 });
        if (resume)
            trainer.Resume(CheckpointPath);
        var log = new Lines();
        try
        {
            trainer.Fit(Training, Validation, Epochs, log, stop.Token);
        }
        catch (OperationCanceledException) when (stopAt is not null)
        {
            // The checkpoint is written.
        }

        return (log.Log, model.Weights());
    }

    private static ExampleTrainerOptions Options() => new()
    {
        Optimizer = new AdamW(5e-3f),
        ClipNorm = 1,
        BatchSize = 8,
        ReportEvery = 1,
    };

    private sealed class Watch(Action<TrainingProgress> look) : IProgress<TrainingProgress>
    {
        public List<double?> Losses { get; } = [];

        public void Report(TrainingProgress value)
        {
            Losses.Add(value.Loss);
            look(value);
        }
    }

    /// <summary>What a report says, to the bit, but for times.</summary>
    private sealed class Lines : IProgress<TrainingProgress>
    {
        public List<string> Log { get; } = [];

        public void Report(TrainingProgress value) => Log.Add(FormattableString.Invariant(
            $"{value.Update} {value.Epoch:R} {value.Loss:R} {value.ValidationLoss:R} {value.BestValidationLoss:R} {value.IsBest} {value.GradientNorm:R} {value.LearningRate:R}"));
    }
}
