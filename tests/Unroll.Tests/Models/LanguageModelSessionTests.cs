using Unroll.Cells;
using Unroll.Models;
using Unroll.Tensors;

namespace Unroll.Tests.Models;

public sealed class LanguageModelSessionTests
{
    [Theory]
    [MemberData(nameof(SmallModels.Cells), MemberType = typeof(SmallModels))]
    public void A_saved_state_goes_on_bit_for_bit(Cell cell)
    {
        var model = SmallModels.Create(cell);
        var session = model.OpenSession();
        Feed(session, "the quick ");
        var snapshot = session.Save();
        var expected = Feed(session, "brown");

        var other = model.OpenSession();
        Feed(other, "jugs");
        other.Restore(snapshot);

        Assert.Equal(snapshot, other.Save());
        Assert.Equal(expected, Feed(other, "brown"));
    }

    [Fact]
    public void A_fork_goes_its_own_way()
    {
        var session = SmallModels.Create().OpenSession();
        Feed(session, "the ");
        var fork = session.Fork();
        var expected = Feed(session, "dog");
        Feed(fork.Fork(), "fox");
        Assert.Equal(expected, Feed(fork, "dog"));
    }

    [Fact]
    public void Reset_forgets_everything()
    {
        var session = SmallModels.Create().OpenSession();
        var expected = Feed(session, "lazy");
        session.Reset();
        Assert.Equal(expected, Feed(session, "lazy"));
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var model = SmallModels.Create();
        var session = model.OpenSession();
        var logits = new float[model.Vocabulary.Size];
        for (var step = 0; step < 100; step++)
            session.Step(step % logits.Length, logits);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 1000; step++)
            session.Step(step % logits.Length, logits);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Sixty_four_streams_at_once_equal_one_after_another()
    {
        var model = SmallModels.Create();
        var expected = Enumerable.Range(0, 64).Select(seed => Write(model, seed)).ToArray();
        var actual = new string[64];
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, seed => actual[seed] = Write(model, seed));
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Two_threads_on_one_session_are_refused_with_a_typed_error_and_do_no_harm()
    {
        var model = LanguageModel.Create(SmallModels.Create().Vocabulary, SmallModels.Options() with { HiddenSize = 128 });
        var session = model.OpenSession();
        var refusals = 0;
        var others = new List<Exception>();
        void Hammer()
        {
            var logits = new float[model.Vocabulary.Size];
            for (var step = 0; step < 200_000 && Volatile.Read(ref refusals) == 0; step++)
            {
                try
                {
                    session.Step(step % logits.Length, logits);
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refusals);
                }
                catch (Exception failure)
                {
                    lock (others)
                        others.Add(failure);
                    return;
                }
            }
        }

        var threads = Enumerable.Range(0, 2).Select(_ => new Thread(Hammer)).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();

        Assert.Empty(others);
        Assert.True(refusals > 0, "Two threads never met inside the session.");
        session.Reset();
        Assert.Equal(SmallLogits(model), Feed(session, "fox"));
    }

    [Fact]
    public void A_vector_in_the_place_of_a_tokens_embedding_gives_the_same_logits()
    {
        var model = SmallModels.Create();
        var session = model.OpenSession();
        var logits = new float[model.Vocabulary.Size];
        var size = model.Options.EmbeddingSize;
        foreach (var token in model.Vocabulary.Encode("fox"))
            session.Step(model.Parameters[0].Values.Slice(token * size, size), logits);
        Assert.Equal(SmallLogits(model), logits);

        var before = session.Save();
        Assert.Throws<ArgumentException>(() => session.Step(new float[size + 1], logits));
        Assert.Throws<ArgumentException>(() => session.Step([.. new float[size - 1], float.NaN], logits));
        Assert.Equal(before, session.Save());
    }

    [Fact]
    public void Tokens_and_buffers_out_of_range_are_refused_with_numbers()
    {
        var model = SmallModels.Create();
        var session = model.OpenSession();
        var logits = new float[model.Vocabulary.Size];
        Assert.Throws<ArgumentOutOfRangeException>(() => session.Step(-1, logits));
        var failure = Assert.Throws<ArgumentOutOfRangeException>(() => session.Step(logits.Length, logits));
        Assert.Contains($"Token {logits.Length} is outside the vocabulary (size {logits.Length})", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => session.Step(0, new float[3]));
    }

    [Fact]
    public void A_snapshot_of_another_model_or_of_other_weights_is_refused()
    {
        var model = SmallModels.Create();
        var snapshot = model.OpenSession().Save();
        var other = LanguageModel.Create(model.Vocabulary, model.Options with { Seed = 99 });
        Assert.Throws<InvalidDataException>(() => other.OpenSession().Restore(snapshot));

        model.Parameters[0].Values[0] += 1;
        model.Parameters[0].MarkChanged();
        var failure = Assert.Throws<InvalidDataException>(() => model.OpenSession().Restore(snapshot));
        Assert.Contains("another model", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_snapshots_are_refused_and_leave_the_session_as_it_was()
    {
        var model = SmallModels.Create();
        var session = model.OpenSession();
        Feed(session, "quick");
        var snapshot = session.Save();
        for (var length = 0; length < snapshot.Length; length++)
            AssertRefused(session, snapshot[..length], snapshot);
        for (var more = 1; more <= 64; more++)
            AssertRefused(session, [.. snapshot, .. new byte[more]], snapshot);
        for (var position = 0; position < snapshot.Length; position++)
        {
            var changed = (byte[])snapshot.Clone();
            changed[position] ^= 0x40;
            AssertRefused(session, changed, snapshot);
        }
    }

    [Fact]
    public void Random_bytes_are_no_snapshot()
    {
        var session = SmallModels.Create().OpenSession();
        var before = session.Save();
        var random = new CounterRandom(20);
        for (var round = 0; round < 5000; round++)
        {
            var bytes = (byte[])before.Clone();
            for (var change = random.NextInt32(20); change >= 0; change--)
                bytes[random.NextInt32(bytes.Length)] = (byte)random.NextUInt32();
            if (!bytes.AsSpan().SequenceEqual(before))
                AssertRefused(session, bytes[..random.NextInt32(bytes.Length + 1)], before);
        }
    }

    private static void AssertRefused(LanguageModelSession session, byte[] bytes, byte[] before)
    {
        Assert.Throws<InvalidDataException>(() => session.Restore(bytes));
        Assert.Equal(before, session.Save());
    }

    private static string Write(LanguageModel model, int seed) =>
        string.Concat(model.Generate("the ", new() { Length = 100, Seed = (ulong)seed }));

    private static float[] SmallLogits(LanguageModel model) => SmallModels.Logits(model, "fox");

    private static float[] Feed(LanguageModelSession session, string text)
    {
        var logits = new float[session.Model.Vocabulary.Size];
        foreach (var token in session.Model.Vocabulary.Encode(text))
            session.Step(token, logits);
        return logits;
    }
}
