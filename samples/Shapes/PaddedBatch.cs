namespace Shapes;

/// <summary>Token sequences of mixed length as the layers take them: time-major, with zeros after the end of the shorter ones, and the lengths.</summary>
internal sealed record PaddedBatch(int[] Tokens, int TimeSteps, int[] Lengths)
{
    /// <summary>B.</summary>
    public int BatchSize => Lengths.Length;

    /// <summary>Lays sequences side by side.</summary>
    public static PaddedBatch Of(IReadOnlyList<int[]> sequences)
    {
        var timeSteps = sequences.Max(sequence => sequence.Length);
        var tokens = new int[timeSteps * sequences.Count];
        for (var row = 0; row < sequences.Count; row++)
        {
            for (var step = 0; step < sequences[row].Length; step++)
                tokens[(step * sequences.Count) + row] = sequences[row][step];
        }

        return new(tokens, timeSteps, [.. sequences.Select(sequence => sequence.Length)]);
    }
}
