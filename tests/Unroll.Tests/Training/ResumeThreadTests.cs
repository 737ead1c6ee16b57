using Unroll.Cells;
using Unroll.Tensors;
using Unroll.Tests.Files;
using Unroll.Tests.Recurrence;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>Sets the number of threads of the whole process.</summary>
[Collection(AloneCollection.Name)]
public sealed class ResumeThreadTests
{
    [Fact]
    public void The_number_of_threads_may_change_on_the_way()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.safetensors");
        var text = Texts.Words(2500);
        TinyModel Model() => new(text.Vocabulary.Size, Cell.Lstm, 0.3f, hiddenSize: 64);
        TrainerOptions Options() => new() { ClipNorm = 1, BatchSize = 16, WindowLength = 24, ReportEvery = 1, CheckpointPath = path, CheckpointEvery = 1000 };
        var before = Parallelism.ThreadCount;
        try
        {
            Parallelism.ThreadCount = 1;
            var whole = new Recorded(Model(), Options(), text);
            whole.Run(stopAt: null, epochs: 3);
            Parallelism.ThreadCount = 2;
            var first = new Recorded(Model(), Options(), text);
            first.Run(stopAt: 5, epochs: 3);
            Parallelism.ThreadCount = 1;
            var second = new Recorded(Model(), Options(), text);
            second.Trainer.Resume(path);
            Parallelism.ThreadCount = 2;
            second.Run(stopAt: null, epochs: 3);

            Assert.Equal(whole.Log, [.. first.Log, .. second.Log]);
            Assert.Equal(whole.Model.Weights(), second.Model.Weights());
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }
}
