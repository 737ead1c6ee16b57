using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Optimizers;
using Unroll.Tests.Cells;
using Unroll.Tests.Layers;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>Resume equals no interruption, bit for bit: weights, best weights, and every number that was reported.</summary>
public sealed class ResumeTests : IDisposable
{
    // 360 tokens for training: 8 windows of 4 streams and 10 steps an epoch.
    private const int UpdatesPerEpoch = 8;
    private const int Epochs = 3;

    private static readonly TextCorpus Text = Texts.Words(400);

    private static readonly Dictionary<string, Func<Optimizer>> Optimizers = new()
    {
        ["sgd"] = () => new Sgd(0.5f, 0.9f, nesterov: true),
        ["adam"] = () => new Adam(5e-3f),
        ["adamw"] = () => new AdamW(5e-3f),
        ["rmsprop"] = () => new RmsProp(2e-3f, momentum: 0.5f, centered: true),
        ["adagrad"] = () => new Adagrad(0.05f),
    };

    private readonly string folder = Directory.CreateTempSubdirectory("unroll-resume-").FullName;

    public static MatrixTheoryData<Cell, string, bool> Matrix => new([.. Cell.BuiltIn, Cell.Of(new ExponentialGates(0.9f))], Optimizers.Keys, [false, true]);

    private string CheckpointPath => Path.Combine(folder, "run.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Matrix))]
    public void A_run_that_was_interrupted_ends_like_one_that_was_not(Cell cell, string optimizer, bool dropout)
    {
        CheckResumed(seed => new(Text.Vocabulary.Size, cell, dropout ? 0.3f : 0, hiddenSize: 12, seed: seed), Optimizers[optimizer]);
    }

    /// <summary>A start that is learned is used, and learns, again in every epoch, before a checkpoint or after it.</summary>
    [Theory]
    [MemberData(nameof(TestCells.All), MemberType = typeof(TestCells))]
    public void So_does_one_of_a_stack_with_parts_of_its_own(Cell cell)
    {
        foreach (var stack in new RecurrentOptions[]
        {
            new() { Layers = 2, Connection = LayerConnection.Residual, VariationalDropout = 0.2f, TrainableStart = true },
            new() { Layers = 3, Connection = LayerConnection.Highway, Dropout = 0.2f },
            new() { Layers = 3, LayerSizes = [20, 5, 12], VariationalDropout = 0.2f, Dropout = 0.1f, TrainableStart = true },
        })
        {
            CheckResumed(seed => new(Text.Vocabulary.Size, cell, hiddenSize: 12, seed: seed, stack: stack), Optimizers["adamw"]);
        }
    }

    [Theory]
    [MemberData(nameof(TestCells.All), MemberType = typeof(TestCells))]
    public void So_does_one_with_recurrent_dropout_and_zoneout(Cell cell)
    {
        if (cell.IsFixed)
            return;
        var stack = new RecurrentOptions
        {
            Layers = 2,
            RecurrentDropout = cell.HasRecurrentMatrix ? 0.3f : 0,
            ZoneoutOutput = 0.1f,
            ZoneoutState = cell.ZoneoutStateCount > 0 ? 0.4f : 0,
        };
        CheckResumed(seed => new(Text.Vocabulary.Size, cell, hiddenSize: 12, seed: seed, stack: stack), Optimizers["adamw"]);
    }

    [Fact]
    public void Resuming_after_every_single_update_changes_nothing()
    {
        var whole = new Recorded(new(Text.Vocabulary.Size, dropout: 0.2f), FineOptions(), Text);
        whole.Run(stopAt: null, Epochs);
        var log = new List<string>();
        Recorded? current = null;
        for (var update = 1; update <= (UpdatesPerEpoch * Epochs) + 1; update++)
        {
            current = new Recorded(new(Text.Vocabulary.Size, dropout: 0.2f), FineOptions(), Text);
            if (update > 1)
                current.Trainer.Resume(CheckpointPath);
            current.Run(update, Epochs);
            log.AddRange(current.Log);
        }

        Assert.Equal(whole.Log, log);
        Assert.Equal(whole.Model.Weights(), current!.Model.Weights());
    }

    [Fact]
    public void An_evaluation_that_was_interrupted_is_done_again()
    {
        var whole = new Recorded(new(Text.Vocabulary.Size), FineOptions(), Text);
        whole.Run(stopAt: null, Epochs);
        using var stop = new CancellationTokenSource();
        var first = new Recorded(new(Text.Vocabulary.Size), FineOptions(), Text);
        first.Model.Tamper = (_, step) =>
        {
            if (step is { IsTraining: false, Update: UpdatesPerEpoch })
                stop.Cancel();
        };
        Assert.Throws<OperationCanceledException>(() => first.Trainer.Fit(Text, Epochs, first, stop.Token));
        var second = new Recorded(new(Text.Vocabulary.Size), FineOptions(), Text);
        second.Trainer.Resume(CheckpointPath);
        second.Run(stopAt: null, Epochs);

        Assert.Equal(whole.Log, [.. first.Log, .. second.Log]);
        Assert.Equal(whole.Model.Weights(), second.Model.Weights());
    }

    [Fact]
    public void A_finished_run_goes_on_with_more_epochs_or_ends_at_once()
    {
        TrainerOptions Options() => FineOptions() with { Schedule = LearningRateSchedule.Constant() };
        var whole = new Recorded(new(Text.Vocabulary.Size), Options(), Text);
        whole.Run(stopAt: null, epochs: 4);
        var first = new Recorded(new(Text.Vocabulary.Size), Options(), Text);
        first.Run(stopAt: null, epochs: 2);
        var again = new Recorded(new(Text.Vocabulary.Size), Options(), Text);
        again.Trainer.Resume(CheckpointPath);
        var last = again.Trainer.Fit(Text, epochs: 2);
        Assert.Equal(2 * UpdatesPerEpoch, last.Update);
        Assert.Equal(first.Model.Weights(), again.Model.Weights());
        var second = new Recorded(new(Text.Vocabulary.Size), Options(), Text);
        second.Trainer.Resume(CheckpointPath);
        second.Run(stopAt: null, epochs: 4);

        Assert.Equal(whole.Log, [.. first.Log, .. second.Log]);
        Assert.Equal(whole.Model.Weights(), second.Model.Weights());
    }

    [Fact]
    public void Patience_counts_on_after_a_checkpoint()
    {
        TrainerOptions Options() => FineOptions() with { Optimizer = new Sgd(1e-20f), Patience = 3 };
        var whole = new Recorded(new(Text.Vocabulary.Size), Options(), Text);
        whole.Run(stopAt: null, epochs: 10);
        var first = new Recorded(new(Text.Vocabulary.Size), Options(), Text);
        first.Run(stopAt: 10, epochs: 10);
        var second = new Recorded(new(Text.Vocabulary.Size), Options(), Text);
        second.Trainer.Resume(CheckpointPath);
        second.Run(stopAt: null, epochs: 10);

        Assert.Equal(16, second.Trainer.UpdateCount);
        Assert.Equal(whole.Log, [.. first.Log, .. second.Log]);
    }

    private TrainerOptions FineOptions() => new()
    {
        Optimizer = new AdamW(5e-3f),
        BatchSize = 4,
        WindowLength = 10,
        ReportEvery = 1,
        EvaluateEvery = 4,
        CheckpointPath = CheckpointPath,
        CheckpointEvery = 1000,
    };

    /// <summary>Stops runs in the middle of a report, in the middle of an epoch, and between two epochs, and lets other models go on.</summary>
    private void CheckResumed(Func<ulong, TinyModel> model, Func<Optimizer> optimizer)
    {
        TrainerOptions Options() => new()
        {
            Optimizer = optimizer(),
            ClipNorm = 1,
            BatchSize = 4,
            WindowLength = 10,
            ReportEvery = 3,
            CheckpointPath = CheckpointPath,
            CheckpointEvery = 1000,
        };

        var whole = new Recorded(model(1), Options(), Text);
        whole.Run(stopAt: null, Epochs);
        foreach (var stop in (int[])[1, 12, UpdatesPerEpoch])
        {
            var first = new Recorded(model(1), Options(), Text);
            first.Run(stop, Epochs);
            var second = new Recorded(model(99), Options(), Text);
            second.Trainer.Resume(CheckpointPath);
            Assert.Equal(stop, second.Trainer.UpdateCount);
            second.Run(stopAt: null, Epochs);

            Assert.Equal(whole.Log, [.. first.Log, .. second.Log]);
            Assert.Equal(whole.Model.Weights(), second.Model.Weights());
            Assert.Equal(whole.Trainer.BestValidationLoss, second.Trainer.BestValidationLoss);
        }
    }
}
