using Unroll.Data;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Recurrence;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>
/// Training on words: a table of which an update touches few rows, a softmax over many classes. Alone, because it counts bytes and sets the number of
/// threads of the whole process.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class LargeVocabularyTrainingTests
{
    private const int VocabularySize = 800;
    private const int UpdatesToWarmUp = 40;
    private const int UpdatesToMeasure = 10;

    /// <summary>The runner's own threads may allocate meanwhile; what an update allocates shows in every attempt.</summary>
    private const int Attempts = 10;

    public static TheoryData<string> Optimizers => ["sgd", "adamw"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Any_number_of_threads_gives_the_same_bits(string optimizer)
    {
        var expected = Train(optimizer, threads: 1, showGradients: false);
        foreach (var threads in (int[])[1, 2, 3])
        {
            var actual = Train(optimizer, threads, showGradients: true);
            Assert.Equal(expected.Losses, actual.Losses);
            Assert.Equal(expected.Weights, actual.Weights);
        }

        Assert.True(expected.Losses[^1] < expected.Losses[0], "It does not learn.");
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void An_update_in_steady_state_allocates_nothing(string optimizer)
    {
        var before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = 2;
        try
        {
            var (run, _) = Begin(optimizer);
            for (var update = 0; update < UpdatesToWarmUp; update++)
                run.StepOnce();
            Assert.Equal(0, Enumerable.Range(0, Attempts).Min(_ => Measure(run)));
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_weight_that_is_no_number_stops_training_before_the_parameters_change(float bad)
    {
        var (run, model) = Begin("sgd");
        run.StepOnce();
        model.Parameters[^1].Values[5] = bad;
        var before = model.Weights();

        var exception = Assert.Throws<TrainingDivergedException>(() => run.StepOnce());

        Assert.Equal(2, exception.Update);
        Assert.False(double.IsFinite(exception.Loss));
        Assert.False(double.IsFinite(exception.GradientNorm));
        Assert.Equal(before, model.Weights());
    }

    /// <summary>A table of which each update touches few rows still gets the right gradient when an update before it touched others.</summary>
    [Fact]
    public void Only_the_rows_of_this_window_have_a_gradient()
    {
        var (run, model) = Begin("sgd");
        run.StepOnce();
        var after = model.Parameters[0].Values.ToArray();
        run.StepOnce();
        var table = model.Parameters[0];
        var changed = Enumerable.Range(0, VocabularySize).Where(row => !Row(table.Values, row).SequenceEqual(Row(after, row))).ToArray();

        Assert.InRange(changed.Length, 1, 12 * 16);
        Assert.Equal(changed, Enumerable.Range(0, VocabularySize).Where(row => Row(table.GradientValues, row).ContainsAnyExcept(0f)));

        static ReadOnlySpan<float> Row(ReadOnlySpan<float> values, int row) => values.Slice(row * 8, 8);
    }

    private static (double[] Losses, float[] Weights) Train(string optimizer, int threads, bool showGradients)
    {
        var before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = threads;
        try
        {
            var (run, model) = Begin(optimizer);
            var losses = new double[12];
            for (var update = 0; update < losses.Length; update++)
            {
                losses[update] = run.StepOnce();
                // Who has looked at a gradient holds a span of it, so from then on all of it is cleared and visited.
                if (showGradients && update == 5)
                    _ = model.Parameters[0].Gradient;
            }

            return (losses, model.Weights());
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    private static (TrainingRun Run, TinyModel Model) Begin(string optimizer)
    {
        var model = new TinyModel(VocabularySize, hiddenSize: 48);
        var options = new TrainerOptions
        {
            Optimizer = optimizer == "sgd" ? new Sgd(2) : new AdamW(1e-2f),
            ClipNorm = 1,
            BatchSize = 16,
            WindowLength = 12,
            ValidationFraction = 0,
        };
        return (new Trainer(model, options).Begin(Words(), TrainingLimit.After(1000)), model);
    }

    /// <summary>Few words often and many rarely.</summary>
    private static TextCorpus Words()
    {
        var vocabulary = new WordVocabulary(
            [WordVocabulary.Unknown, WordVocabulary.EndOfLine, .. Enumerable.Range(0, VocabularySize - 2).Select(index => $"w{index}")],
            WordSplitting.Whitespace);
        var random = new CounterRandom(3);
        var words = Enumerable.Range(0, 4000).Select(_ => $"w{(int)(Math.Pow(random.NextSingle(), 4) * (VocabularySize - 2))}");
        return TextCorpus.FromText(string.Join(' ', words), new() { Vocabulary = vocabulary, Tokens = TokenKind.Word });
    }

    private static long Measure(TrainingRun run)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var update = 0; update < UpdatesToMeasure; update++)
            run.StepOnce();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
