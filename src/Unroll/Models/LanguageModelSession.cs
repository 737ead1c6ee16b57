using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>
/// One stream through a shared language model: token in, logits out, with the state kept between calls. Any number of sessions may run on one model
/// at the same time; one session belongs to one thread at a time. A step allocates nothing.
/// </summary>
public sealed class LanguageModelSession
{
    private readonly LanguageModel model;
    private readonly RecurrentStream stream;
    private readonly float[] embedded;
    private int busy;

    internal LanguageModelSession(LanguageModel model)
    {
        this.model = model;
        stream = model.OpenStream();
        embedded = model.Weights == WeightFormat.Float32 ? [] : new float[model.Options.EmbeddingSize];
    }

    /// <summary>The model it runs on.</summary>
    public LanguageModel Model => model;

    /// <summary>What runs it.</summary>
    internal RecurrentStream Stream => stream;

    /// <summary>Takes one token and gives the logits of the next.</summary>
    /// <param name="token">0 to the size of the vocabulary − 1.</param>
    /// <param name="logits">[V], overwritten.</param>
    /// <exception cref="ArgumentOutOfRangeException">The token is outside the vocabulary.</exception>
    /// <exception cref="ArgumentException">The logits have another length than the vocabulary.</exception>
    /// <exception cref="InvalidOperationException">Another thread is inside this session.</exception>
    public void Step(int token, Span<float> logits)
    {
        model.CheckToken(token, nameof(token));
        CheckLogits(logits);
        Enter();
        try
        {
            var input = model.EmbeddingOf(token, embedded);
            CheckFinite(input);
            model.Step(input, stream, logits);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Takes a vector in the place of a token's embedding, such as a mixture of several, and gives the logits of the next token.</summary>
    /// <param name="input">[E], finite.</param>
    /// <param name="logits">[V], overwritten.</param>
    /// <exception cref="ArgumentException">A length is another, or a value of the input is NaN or infinite; the session stays as it was.</exception>
    /// <exception cref="InvalidOperationException">Another thread is inside this session.</exception>
    public void Step(ReadOnlySpan<float> input, Span<float> logits)
    {
        if (input.Length != model.Options.EmbeddingSize)
            throw new ArgumentException($"The input has {input.Length} values; this model takes {model.Options.EmbeddingSize}, the size of an embedding.", nameof(input));
        CheckFinite(input);
        CheckLogits(logits);
        Enter();
        try
        {
            model.Step(input, stream, logits);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Looks on from now on: what each step of this session, not in a batch, does to gates and states. Steps become slower.</summary>
    /// <returns>The same one at every call.</returns>
    public StepObservation Observe() => stream.Observe();

    /// <summary>Forgets everything: the state becomes zeros.</summary>
    /// <exception cref="InvalidOperationException">Another thread is inside this session.</exception>
    public void Reset()
    {
        Enter();
        stream.Reset();
        Leave();
    }

    /// <summary>The state as bytes that <see cref="Restore"/> takes, in this process or another one with the same model.</summary>
    /// <exception cref="InvalidOperationException">Another thread is inside this session.</exception>
    public byte[] Save()
    {
        Enter();
        try
        {
            return SessionSnapshot.Write(model.Fingerprint(), CopyState());
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Goes on from a saved state.</summary>
    /// <param name="snapshot">What <see cref="Save"/> gave.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged, of another version, or of another model; the session stays as it was.</exception>
    /// <exception cref="InvalidOperationException">Another thread is inside this session.</exception>
    public void Restore(ReadOnlySpan<byte> snapshot)
    {
        Enter();
        try
        {
            var state = model.CreateState(batchSize: 1);
            SessionSnapshot.Read(snapshot, model.Fingerprint(), state);
            stream.SetState(state);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>A second session that goes on from the same state, independent of this one.</summary>
    /// <exception cref="InvalidOperationException">Another thread is inside this session.</exception>
    public LanguageModelSession Fork()
    {
        Enter();
        try
        {
            var fork = new LanguageModelSession(model);
            fork.stream.SetState(CopyState());
            return fork;
        }
        finally
        {
            Leave();
        }
    }

    internal static void CheckFinite(ReadOnlySpan<float> input)
    {
        if (!input.AreFinite())
            throw new ArgumentException("The input holds NaN or an infinity; the state would never recover from it.", nameof(input));
    }

    private void CheckLogits(ReadOnlySpan<float> logits)
    {
        if (logits.Length != model.Vocabulary.Size)
            throw new ArgumentException($"There is room for {logits.Length} logits; the vocabulary has {model.Vocabulary.Size} tokens.", nameof(logits));
    }

    private RecurrentState CopyState()
    {
        var state = model.CreateState(batchSize: 1);
        stream.CopyStateTo(state);
        return state;
    }

    private void Enter()
    {
        if (!TryEnter())
            throw new InvalidOperationException("Another thread is inside this session; a session belongs to one thread at a time. Open one for each stream: model.OpenSession().");
    }

    /// <summary>Takes the session for one call; false where another thread is inside.</summary>
    internal bool TryEnter() => Interlocked.Exchange(ref busy, 1) == 0;

    /// <summary>Gives the session back.</summary>
    internal void Leave() => Volatile.Write(ref busy, 0);
}
