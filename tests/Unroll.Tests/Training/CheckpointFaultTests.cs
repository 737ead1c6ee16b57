using Unroll.Data;
using Unroll.Optimizers;
using Unroll.Tests.Files;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>A disk that fails while a run saves its checkpoint: the last one stays whole, and so does what training has in hand.</summary>
public sealed class CheckpointFaultTests
{
    private static readonly TextCorpus Text = Texts.Words(400);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_full_disk_stops_training_with_the_last_checkpoint_whole_and_nothing_lost(bool asynchronous)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        var whole = new Recorded(new(Text.Vocabulary.Size), Options(null), Text);
        whole.Run(stopAt: null, epochs: 3);
        var broken = new Recorded(new(Text.Vocabulary.Size), Options(path), Text);
        // The first save, at update 5, makes 39 calls; the second meets the fault.
        using (new FaultyStorage(failingCall: 60, FaultyStorage.NoSpace))
        {
            await Assert.ThrowsAsync<IOException>(async () =>
            {
                if (!asynchronous)
                    broken.Run(stopAt: null, epochs: 3);
                await foreach (var progress in broken.Trainer.FitAsync(Text, epochs: 3))
                    broken.Report(progress);
            });
        }

        Assert.Equal(["run.safetensors"], folder.Names);
        var saved = TrainingCheckpoint.Read(path).Update;
        Assert.InRange(saved, 1, broken.Trainer.UpdateCount - 1);
        broken.Trainer.SaveCheckpoint(path);
        var resumed = new Recorded(new(Text.Vocabulary.Size, seed: 5), Options(path), Text);
        resumed.Trainer.Resume(path);
        Assert.Equal(broken.Trainer.UpdateCount, resumed.Trainer.UpdateCount);
        resumed.Run(stopAt: null, epochs: 3);

        Assert.Equal(whole.Log, [.. broken.Log, .. resumed.Log]);
        Assert.Equal(whole.Model.Weights(), resumed.Model.Weights());
    }

    private static TrainerOptions Options(string? path) => new()
    {
        Optimizer = new AdamW(5e-3f),
        BatchSize = 4,
        WindowLength = 10,
        ReportEvery = 1,
        CheckpointPath = path,
        CheckpointEvery = path is null ? 0 : 5,
    };
}
