using Unroll.Data;
using Unroll.Optimizers;
using Unroll.Tests.Recurrence;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>Test 12 of the reliability plan: memory stays flat, and a leak would be seen.</summary>
[Collection(AloneCollection.Name)]
public sealed class GrowthTests
{
    private const string UpdatesVariable = "UNROLL_GROWTH_UPDATES";
    private const int DefaultUpdates = 1000;
    private const double AllowedGrowth = 0.02;

    private static readonly TextCorpus Text = Texts.Words();

    [Fact]
    public void Memory_stays_flat_over_many_updates_with_reports_and_evaluations()
    {
        Assert.InRange(Growth(_ => { }), -1, AllowedGrowth);

        // One float for each value of a small gradient, kept by mistake: what a forgotten tape would do.
        var leak = new List<float[]>();
        Assert.True(Growth(_ => leak.Add(new float[500])) > AllowedGrowth, "a leak goes unseen: the test tests nothing");
        Assert.NotEmpty(leak);
    }

    /// <summary>How much the live heap grows from a tenth of the updates to the end, as a fraction.</summary>
    private static double Growth(Action<TrainingProgress> onReport)
    {
        var updates = int.Parse(Environment.GetEnvironmentVariable(UpdatesVariable) ?? $"{DefaultUpdates}", System.Globalization.CultureInfo.InvariantCulture);
        var trainer = new Trainer(new TinyModel(Text.Vocabulary.Size), new()
        {
            Optimizer = new AdamW(1e-3f),
            BatchSize = 4,
            WindowLength = 10,
            ReportEvery = 1,
        });
        var counter = new Counter(updates / 10, onReport);
        trainer.Fit(Text, epochs: updates / 13, counter);
        return (LiveBytes() / (double)counter.Before) - 1;
    }

    private static long LiveBytes() => GC.GetTotalMemory(forceFullCollection: true);

    private sealed class Counter(int from, Action<TrainingProgress> onReport) : IProgress<TrainingProgress>
    {
        public long Before { get; private set; }

        public void Report(TrainingProgress value)
        {
            onReport(value);
            if (value.Update == from)
                Before = LiveBytes();
        }
    }
}
