using Unroll.Cells;
using Unroll.Models;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Models;

/// <summary>A session gets in a batch exactly what it gets alone. Alone, because the number of threads is the process's.</summary>
[Collection(AloneCollection.Name)]
[Trait(LaneRunsTests.Mark, "every")]
public sealed class SessionBatchTests
{
    public static TheoryData<Cell, WeightFormat, int> Models
    {
        get
        {
            var cases = new TheoryData<Cell, WeightFormat, int>();
            foreach (var cell in Cell.BuiltIn)
            {
                foreach (var format in Enum.GetValues<WeightFormat>())
                {
                    cases.Add(cell, format, 1);
                    cases.Add(cell, format, 2);
                }
            }

            return cases;
        }
    }

    /// <summary>Sessions join, leave, step alone, are saved, restored and forked between steps, beside twins that never see a batch.</summary>
    [Theory]
    [MemberData(nameof(Models))]
    public void Random_company_joins_and_leaves_show_in_no_bit(Cell cell, WeightFormat format, int threads)
    {
        const int sessionCount = 70, rounds = 10;
        var before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = threads;
        try
        {
            var model = Create(cell, format);
            var random = new Random(5);
            var batch = model.OpenSessionBatch();
            var sessions = Open(model, sessionCount);
            var twins = Open(model, sessionCount);
            for (var round = 0; round < rounds; round++)
            {
                var chosen = Enumerable.Range(0, sessionCount).OrderBy(_ => random.Next()).Take(1 + random.Next(sessionCount)).ToArray();
                var tokens = chosen.Select(_ => random.Next(model.Vocabulary.Size)).ToArray();
                var logits = new float[chosen.Length * model.Vocabulary.Size];
                batch.Step([.. chosen.Select(index => sessions[index])], tokens, logits);
                Check($"round {round}", chosen, tokens, logits, sessions, twins);
                sessions[random.Next(sessionCount)].Restore(sessions[0].Save());
                sessions[1] = sessions[random.Next(sessionCount)].Fork();
                for (var index = 0; index < sessionCount; index++)
                    twins[index].Restore(sessions[index].Save());
            }
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    [Fact]
    public void Prompts_are_read_without_logits()
    {
        var model = SmallModels.Create();
        var (sessions, batch) = (Open(model, 3), model.OpenSessionBatch());
        var tokens = model.Vocabulary.Encode("fox");
        var logits = new float[3 * model.Vocabulary.Size];
        batch.Step(sessions, [tokens[0], tokens[0], tokens[0]], []);
        batch.Step(sessions, [tokens[1], tokens[1], tokens[1]], []);
        batch.Step(sessions, [tokens[2], tokens[2], tokens[2]], logits);
        Assert.Equal(SmallModels.Logits(model, "fox"), logits[^model.Vocabulary.Size..]);
        batch.Step([], [], []);
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var model = SmallModels.Create();
        var (sessions, batch) = (Open(model, 20), model.OpenSessionBatch());
        var (tokens, logits) = (new int[20], new float[20 * model.Vocabulary.Size]);
        for (var step = 0; step < 100; step++)
            batch.Step(sessions, tokens, logits);
        // Weights are packed once for batches and once for one session.
        batch.Step(sessions.AsSpan(0, 1), tokens.AsSpan(0, 1), []);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 1000; step++)
            batch.Step(sessions.AsSpan(0, 1 + (step % 20)), tokens.AsSpan(0, 1 + (step % 20)), []);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Wrong_use_is_refused_at_once_and_leaves_all_sessions_as_they_were()
    {
        var model = SmallModels.Create();
        var size = model.Vocabulary.Size;
        var (sessions, batch) = (Open(model, 3), model.OpenSessionBatch());
        var logits = new float[3 * size];
        batch.Step(sessions, [1, 2, 3], logits);
        var before = sessions.Select(session => session.Save()).ToArray();
        void Refused<TException>(string message, Action step)
            where TException : Exception
        {
            Assert.Contains(message, Assert.Throws<TException>(step).Message, StringComparison.Ordinal);
            Assert.Equal(before, sessions.Select(session => session.Save()));
        }

        Refused<ArgumentException>("Session 1 is of another model", () => batch.Step([sessions[0], SmallModels.Create().OpenSession(), sessions[2]], [1, 2, 3], logits));
        Refused<ArgumentException>("Sessions 0 and 2 are the same", () => batch.Step([sessions[0], sessions[1], sessions[0]], [1, 2, 3], logits));
        Refused<ArgumentException>("Session 2 is null", () => batch.Step([sessions[0], sessions[1], null!], [1, 2, 3], logits));
        Refused<ArgumentException>("There are 2 tokens for 3 sessions", () => batch.Step(sessions, [1, 2], logits));
        Refused<ArgumentOutOfRangeException>($"Token {size} is outside the vocabulary (size {size})", () => batch.Step(sessions, [1, 2, size], logits));
        Refused<ArgumentOutOfRangeException>("Token -1", () => batch.Step(sessions, [-1, 2, 3], logits));
        Refused<ArgumentException>($"There is room for {size} logits", () => batch.Step(sessions, [1, 2, 3], logits.AsSpan(0, size)));

        batch.Step(sessions, [1, 2, 3], logits);
        Assert.Equal(size, batch.Model.Vocabulary.Size);
    }

    [Fact]
    public void Another_thread_in_a_session_or_in_the_batch_is_refused_and_does_no_harm()
    {
        var model = LanguageModel.Create(SmallModels.Create().Vocabulary, SmallModels.Options() with { HiddenSize = 128 });
        var (sessions, batch) = (Open(model, 32), model.OpenSessionBatch());
        var (refusals, unexpected) = (0, new List<Exception>());
        void Hammer(Action<float[]> step)
        {
            var logits = new float[32 * model.Vocabulary.Size];
            for (var count = 0; count < 200_000 && Volatile.Read(ref refusals) == 0; count++)
            {
                try
                {
                    step(logits);
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refusals);
                }
                catch (Exception failure)
                {
                    lock (unexpected)
                        unexpected.Add(failure);
                    return;
                }
            }
        }

        Thread[] threads =
        [
            new(() => Hammer(logits => batch.Step(sessions, new int[32], logits))),
            new(() => Hammer(logits => sessions[17].Step(0, logits.AsSpan(0, model.Vocabulary.Size)))),
        ];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();

        Assert.Empty(unexpected);
        Assert.True(refusals > 0, "The threads never met.");
        foreach (var session in sessions)
            session.Reset();
        var together = new float[32 * model.Vocabulary.Size];
        batch.Step(sessions, new int[32], together);
        var alone = new float[model.Vocabulary.Size];
        model.OpenSession().Step(0, alone);
        Assert.Equal(alone, together[..alone.Length]);
    }

    private static void Check(string name, int[] chosen, int[] tokens, float[] logits, LanguageModelSession[] sessions, LanguageModelSession[] twins)
    {
        var size = logits.Length / chosen.Length;
        var expected = new float[size];
        for (var row = 0; row < chosen.Length; row++)
        {
            twins[chosen[row]].Step(tokens[row], expected);
            Close.Bits($"{name}, row {row} of {chosen.Length}", expected, logits.AsSpan(row * size, size));
            Assert.Equal(twins[chosen[row]].Save(), sessions[chosen[row]].Save());
        }
    }

    private static LanguageModel Create(Cell cell, WeightFormat format)
    {
        var options = SmallModels.Options(cell) with { HiddenSize = 50, EmbeddingSize = 19 };
        var model = LanguageModel.Create(SmallModels.Create().Vocabulary, options);
        return format == WeightFormat.Float32 ? model : model.Quantize(format);
    }

    private static LanguageModelSession[] Open(LanguageModel model, int count) => [.. Enumerable.Range(0, count).Select(_ => model.OpenSession())];
}
