using Unroll.Layers;

namespace Unroll.Models;

/// <summary>
/// Steps many sessions of one model together, several times faster than one after the other: the weights are read once for all of them. Every step names
/// its sessions, and each session keeps its own state, so sessions join, leave, step alone, are saved, restored or forked between steps as they like.
/// </summary>
/// <remarks>
/// A session gets the bits that a step alone gives it, whatever else shares the batch, wherever it stands in it, and for any number of threads. Many
/// batches may run on one model; one batch belongs to one thread at a time. A step allocates nothing once the batch has had its size.
/// </remarks>
public sealed class SessionBatch
{
    private readonly LanguageModel model;
    private readonly RecurrentStreamBatch batch;
    private RecurrentStream[] streams = [];
    private float[] inputs = [];
    private float[] outputs = [];
    private int busy;

    internal SessionBatch(LanguageModel model)
    {
        this.model = model;
        batch = model.Network.Stack.OpenStreamBatch();
    }

    /// <summary>The model whose sessions it steps.</summary>
    public LanguageModel Model => model;

    /// <summary>Gives each session one token and takes the logits of the next.</summary>
    /// <param name="sessions">N sessions of the model, in any order, none twice; none at all does nothing.</param>
    /// <param name="tokens">The token of each session, [N], 0 to the size of the vocabulary − 1.</param>
    /// <param name="logits">
    /// Overwritten with the logits of each session, [N, V]; or empty where nobody needs them, which saves their product: while prompts are read.
    /// </param>
    /// <exception cref="ArgumentException">A session is null, of another model, or there twice, or a length does not fit. All sessions stay as they were.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is outside the vocabulary. All sessions stay as they were.</exception>
    /// <exception cref="InvalidOperationException">Another thread is inside this batch or one of the sessions. All sessions stay as they were.</exception>
    public void Step(ReadOnlySpan<LanguageModelSession> sessions, ReadOnlySpan<int> tokens, Span<float> logits)
    {
        if (Interlocked.Exchange(ref busy, 1) != 0)
            throw new InvalidOperationException("Another thread is inside this batch; a batch belongs to one thread at a time. Open one for each thread: model.OpenSessionBatch().");
        var entered = 0;
        try
        {
            CheckLengths(sessions.Length, tokens, logits);
            EnsureRoom(sessions.Length);
            for (; entered < sessions.Length; entered++)
                streams[entered] = Enter(sessions, entered);
            Step(tokens, logits);
        }
        finally
        {
            foreach (var session in sessions[..entered])
                session.Leave();
            Array.Clear(streams);
            Volatile.Write(ref busy, 0);
        }
    }

    private void Step(ReadOnlySpan<int> tokens, Span<float> logits)
    {
        var (rows, embeddingSize) = (tokens.Length, model.Options.EmbeddingSize);
        var input = inputs.AsSpan(0, rows * embeddingSize);
        for (var row = 0; row < rows; row++)
        {
            var target = input.Slice(row * embeddingSize, embeddingSize);
            model.EmbeddingOf(tokens[row], target).CopyTo(target);
        }

        LanguageModelSession.CheckFinite(input);
        var output = outputs.AsSpan(0, rows * model.Network.Stack.OutputSize);
        batch.Step(streams.AsSpan(0, rows), input, output);
        if (!logits.IsEmpty)
            model.Network.Predict(rows, output, logits);
    }

    private RecurrentStream Enter(ReadOnlySpan<LanguageModelSession> sessions, int index)
    {
        var session = sessions[index] ?? throw new ArgumentException($"Session {index} is null.", nameof(sessions));
        if (session.Model != model)
            throw new ArgumentException($"Session {index} is of another model; this batch steps sessions that its own model opened.", nameof(sessions));
        if (session.TryEnter())
            return session.Stream;
        for (var earlier = 0; earlier < index; earlier++)
        {
            if (sessions[earlier] == session)
                throw new ArgumentException($"Sessions {earlier} and {index} are the same; a session takes one token at a time.", nameof(sessions));
        }

        throw new InvalidOperationException($"Another thread is inside session {index}; a session belongs to one thread at a time.");
    }

    private void CheckLengths(int rows, ReadOnlySpan<int> tokens, ReadOnlySpan<float> logits)
    {
        if (tokens.Length != rows)
            throw new ArgumentException($"There are {tokens.Length} tokens for {rows} sessions; each takes one.", nameof(tokens));
        for (var row = 0; row < rows; row++)
            model.CheckToken(tokens[row], nameof(tokens));
        if (!logits.IsEmpty && logits.Length != (long)rows * model.Vocabulary.Size)
            throw new ArgumentException($"There is room for {logits.Length} logits; {rows} sessions of a vocabulary of {model.Vocabulary.Size} tokens give {(long)rows * model.Vocabulary.Size}.", nameof(logits));
    }

    private void EnsureRoom(int rows)
    {
        if (streams.Length >= rows)
            return;
        streams = new RecurrentStream[rows];
        inputs = new float[checked(rows * model.Options.EmbeddingSize)];
        outputs = new float[checked(rows * model.Network.Stack.OutputSize)];
    }
}
