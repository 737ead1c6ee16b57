using Unroll.Tensors;

namespace Unroll.Data;

/// <summary>
/// Cuts a text into B contiguous streams of equal length and walks over them together, T steps a window, so that the recurrent state after one
/// window is the state before the next: truncated back-propagation through time.
/// </summary>
/// <remarks>
/// For training every window is full, and each pass begins at another offset, drawn from the seed and the number of the pass, so that the
/// tokens that do not fill a window are other ones each time. For evaluation every token but the first is predicted exactly once: the
/// last window may be shorter, and one of a single step for the streams that are longer by one may follow it.
/// </remarks>
public sealed class TokenWindows
{
    // Keeps the offsets apart from whatever else draws from the seed of a run.
    private const ulong OffsetStream = 0x57494E444F57;

    private readonly ReadOnlyMemory<int> tokens;
    private readonly ulong seed;
    private readonly bool isTraining;
    private readonly int streamLength;
    private readonly int longer;
    private WindowPosition position;
    private int offset;

    private TokenWindows(ReadOnlyMemory<int> tokens, int batchSize, int windowLength, int streamLength, int longer)
    {
        this.tokens = tokens;
        this.streamLength = streamLength;
        this.longer = longer;
        BatchSize = batchSize;
        WindowLength = windowLength;
        var full = (streamLength + windowLength - 1) / windowLength;
        WindowsPerEpoch = full + (longer > 0 ? 1 : 0);
    }

    private TokenWindows(ReadOnlyMemory<int> tokens, int batchSize, int windowLength, int streamLength, ulong seed)
        : this(tokens, batchSize, windowLength, streamLength, 0)
    {
        isTraining = true;
        this.seed = seed;
        Position = default;
    }

    /// <summary>B: how many streams walk together.</summary>
    public int BatchSize { get; }

    /// <summary>T: how many steps a full window has.</summary>
    public int WindowLength { get; }

    /// <summary>How many windows one pass over the text has.</summary>
    public int WindowsPerEpoch { get; }

    /// <summary>How many tokens one pass predicts.</summary>
    public long TokensPerEpoch => ((long)streamLength * BatchSize) + longer;

    /// <summary>Where it stands; assigning goes there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such window.</exception>
    public WindowPosition Position
    {
        get => position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value.Epoch, nameof(value));
            if (value.Window < 0 || value.Window > WindowsPerEpoch)
                throw new ArgumentOutOfRangeException(nameof(value), value.Window, $"A pass has {WindowsPerEpoch} windows.");
            position = value;
            offset = isTraining ? OffsetOf(value.Epoch) : 0;
        }
    }

    /// <summary>Windows for training: all full.</summary>
    /// <param name="tokens">The text; at least B·T + 1 tokens.</param>
    /// <param name="batchSize">B, at least 1.</param>
    /// <param name="windowLength">T, at least 1.</param>
    /// <param name="seed">Where the offset of each pass comes from.</param>
    /// <param name="name">What to call the text in an error.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is 0 or negative.</exception>
    /// <exception cref="InvalidDataException">The text is too short.</exception>
    public static TokenWindows ForTraining(ReadOnlyMemory<int> tokens, int batchSize, int windowLength, ulong seed = 0, string name = "text")
    {
        CheckSizes(batchSize, windowLength);
        var perWindow = (long)batchSize * windowLength;
        if (tokens.Length < perWindow + 1)
        {
            throw new InvalidDataException(
                $"{name}: {tokens.Length} tokens are fewer than the {perWindow + 1} that one window of {windowLength} steps and {batchSize} streams needs. "
                + "Use a longer text, a shorter window or a smaller batch.");
        }

        return new(tokens, batchSize, windowLength, (int)((tokens.Length - 1) / perWindow) * windowLength, seed);
    }

    /// <summary>Windows for evaluation: together they predict every token but the first, once.</summary>
    /// <param name="tokens">The text; at least two tokens.</param>
    /// <param name="streams">B; fewer are used where there are fewer tokens to predict.</param>
    /// <param name="windowLength">T, at least 1.</param>
    /// <param name="name">What to call the text in an error.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is 0 or negative.</exception>
    /// <exception cref="InvalidDataException">There are fewer than two tokens.</exception>
    public static TokenWindows ForEvaluation(ReadOnlyMemory<int> tokens, int streams, int windowLength, string name = "text")
    {
        CheckSizes(streams, windowLength);
        if (tokens.Length < 2)
            throw new InvalidDataException($"{name}: {tokens.Length} tokens leave nothing to predict; at least 2 are needed.");
        var predictions = tokens.Length - 1;
        streams = Math.Min(streams, predictions);
        return new(tokens, streams, windowLength, predictions / streams, predictions % streams);
    }

    /// <summary>Fills a window with the next tokens and moves on.</summary>
    /// <param name="window">Overwritten; unchanged at the end of the pass.</param>
    /// <returns>False at the end of the pass; <see cref="NextEpoch"/> begins the next one.</returns>
    public bool TryNext(TokenWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        if (position.Window == WindowsPerEpoch)
            return false;
        var start = position.Window * WindowLength;
        if (start < streamLength)
            window.Fill(tokens.Span, Math.Min(WindowLength, streamLength - start), BatchSize, offset + start, streamLength, longer);
        else
            window.Fill(tokens.Span, 1, longer, offset + streamLength, streamLength, longer);
        position = position with { Window = position.Window + 1 };
        return true;
    }

    /// <summary>Begins the next pass over the text; the recurrent state starts from zero again.</summary>
    public void NextEpoch() => Position = new(position.Epoch + 1, 0);

    private static void CheckSizes(int batchSize, int windowLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(windowLength);
    }

    private int OffsetOf(long epoch)
    {
        var spare = tokens.Length - 1 - (streamLength * BatchSize);
        var random = new CounterRandom(seed, OffsetStream) { Position = 2 * (ulong)epoch };
        return random.NextInt32(spare + 1);
    }
}
