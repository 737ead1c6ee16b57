namespace Unroll.Data;

/// <summary>
/// A piece of B parallel streams, T steps long: what a model reads and what it shall predict. <see cref="TokenWindows"/> fills the same object
/// again and again.
/// </summary>
public sealed class TokenWindow
{
    private int[] inputs = [];
    private int[] targets = [];

    /// <summary>An empty window for <see cref="TokenWindows.TryNext"/> to fill.</summary>
    public TokenWindow()
    {
    }

    /// <summary>A window of given tokens.</summary>
    /// <param name="timeSteps">T, at least 1.</param>
    /// <param name="batchSize">B, at least 1.</param>
    /// <param name="inputs">[T, B] time-major: token of step t and stream b at t·B + b.</param>
    /// <param name="targets">[T, B] time-major: the token that follows each input.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is 0 or negative.</exception>
    /// <exception cref="ArgumentException">A length is not T·B.</exception>
    public TokenWindow(int timeSteps, int batchSize, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(timeSteps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        if (inputs.Length != timeSteps * batchSize || targets.Length != inputs.Length)
        {
            throw new ArgumentException(
                $"A window of {timeSteps} steps and {batchSize} streams has {timeSteps * batchSize} inputs and targets; got {inputs.Length} and {targets.Length}.",
                nameof(inputs));
        }

        Resize(timeSteps, batchSize);
        inputs.CopyTo(this.inputs);
        targets.CopyTo(this.targets);
    }

    /// <summary>T: how many steps each stream goes.</summary>
    public int TimeSteps { get; private set; }

    /// <summary>B: how many streams there are.</summary>
    public int BatchSize { get; private set; }

    /// <summary>What the model reads, [T, B] time-major.</summary>
    public ReadOnlySpan<int> Inputs => inputs.AsSpan(0, TimeSteps * BatchSize);

    /// <summary>What it shall predict, [T, B] time-major.</summary>
    public ReadOnlySpan<int> Targets => targets.AsSpan(0, TimeSteps * BatchSize);

    /// <summary>The first streams of the window, as a window of their own.</summary>
    /// <param name="count">How many, 1 to B.</param>
    internal TokenWindow FirstRows(int count)
    {
        var rows = new TokenWindow();
        rows.Resize(TimeSteps, count);
        for (var step = 0; step < TimeSteps; step++)
        {
            Inputs.Slice(step * BatchSize, count).CopyTo(rows.inputs.AsSpan(step * count));
            Targets.Slice(step * BatchSize, count).CopyTo(rows.targets.AsSpan(step * count));
        }

        return rows;
    }

    /// <summary>Takes step t of stream b from <c>tokens[position + t + b·stride + min(b, longer)]</c>.</summary>
    /// <param name="tokens">The text.</param>
    /// <param name="timeSteps">T.</param>
    /// <param name="batchSize">B.</param>
    /// <param name="position">Where stream 0 stands.</param>
    /// <param name="stride">The length of a stream.</param>
    /// <param name="longer">How many of the first streams are longer by one.</param>
    internal void Fill(ReadOnlySpan<int> tokens, int timeSteps, int batchSize, int position, int stride, int longer)
    {
        Resize(timeSteps, batchSize);
        for (var stream = 0; stream < batchSize; stream++)
        {
            var source = tokens.Slice(position + (stream * stride) + Math.Min(stream, longer), timeSteps + 1);
            for (var step = 0; step < timeSteps; step++)
            {
                inputs[(step * batchSize) + stream] = source[step];
                targets[(step * batchSize) + stream] = source[step + 1];
            }
        }
    }

    private void Resize(int timeSteps, int batchSize)
    {
        TimeSteps = timeSteps;
        BatchSize = batchSize;
        if (inputs.Length < timeSteps * batchSize)
        {
            inputs = new int[timeSteps * batchSize];
            targets = new int[timeSteps * batchSize];
        }
    }
}
