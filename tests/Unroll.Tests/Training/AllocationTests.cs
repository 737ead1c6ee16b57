using Unroll.Cells;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Recurrence;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>Counts the bytes that all threads of the process take from the managed heap.</summary>
[Collection(AloneCollection.Name)]
public sealed class AllocationTests
{
    private const int UpdatesToWarmUp = 40;
    private const int UpdatesToMeasure = 10;

    /// <summary>The runner's own threads may allocate meanwhile; what an update allocates shows in every attempt.</summary>
    private const int Attempts = 10;

    public static MatrixTheoryData<Cell, int> Cases => new(Cell.BuiltIn, [1, 2]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_update_in_steady_state_allocates_nothing(Cell cell, int threads)
    {
        var before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = threads;
        try
        {
            var run = Begin(cell);
            for (var update = 0; update < UpdatesToWarmUp; update++)
                run.StepOnce();
            Assert.Equal(0, Enumerable.Range(0, Attempts).Min(_ => Measure(run)));
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    [Fact]
    public void Neither_does_one_on_examples_of_mixed_lengths()
    {
        var examples = SignExample.Many(200, seed: 1);
        var run = new ExampleTrainer<SignExample>(new SignModel(dropout: 0.2f), new() { ClipNorm = 1 }).Begin(examples, null, TrainingLimit.After(1000));
        for (var update = 0; update < UpdatesToWarmUp; update++)
            run.StepOnce();
        Assert.Equal(0, Enumerable.Range(0, Attempts).Min(_ => Measure(run)));
    }

    private static TrainingRun Begin(Cell cell)
    {
        var text = Texts.Words(2500);
        var model = new TinyModel(text.Vocabulary.Size, cell, dropout: 0.2f, hiddenSize: 64);
        var options = new TrainerOptions
        {
            Optimizer = new AdamW(1e-3f),
            ClipNorm = 1,
            ClipValue = 0.5f,
            BatchSize = 16,
            WindowLength = 12,
        };
        return new Trainer(model, options).Begin(text, TrainingLimit.After(1000));
    }

    private static long Measure(TrainingRun run)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var update = 0; update < UpdatesToMeasure; update++)
            run.StepOnce();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
