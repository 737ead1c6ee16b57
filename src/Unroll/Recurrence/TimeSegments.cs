namespace Unroll.Recurrence;

/// <summary>
/// Time cut into segments, and which of them the buffer of gates holds at once. A segment's gates are computed just before its loop over time,
/// while there is room for them in the cache. When the buffer has room for some segments only, they take turns: forward leaves the last ones in it,
/// and backward, which goes from the last to the first, computes each earlier one again when it gets there.
/// </summary>
internal sealed class TimeSegments
{
    private SequenceLayout layout = null!;
    private int slots;
    private int rowsOfSlot;

    /// <summary>How many segments there are.</summary>
    public int Count { get; private set; }

    /// <summary>Steps of a segment; the last one may have fewer.</summary>
    public int Steps { get; private set; }

    /// <summary>Whether the buffer holds all of them, so that its rows are those of the layout.</summary>
    public bool AllResident => slots >= Count;

    /// <summary>Rows of the buffer.</summary>
    public int BufferRows => AllResident ? layout.TotalRows : slots * rowsOfSlot;

    /// <summary>Cuts time.</summary>
    /// <param name="sequences">The steps of the batch.</param>
    /// <param name="rowsWanted">About how many rows a segment should have.</param>
    /// <param name="keptRows">How many rows the buffer may hold; it holds at least one segment's.</param>
    public void Set(SequenceLayout sequences, int rowsWanted, long keptRows)
    {
        layout = sequences;
        Steps = Math.Clamp(rowsWanted / sequences.BatchSize, 1, sequences.TimeSteps);
        Count = (sequences.TimeSteps + Steps - 1) / Steps;
        // Later segments have no more rows than the first: rows only end.
        rowsOfSlot = FirstRow(1);
        slots = keptRows >= sequences.TotalRows ? Count : (int)Math.Clamp(keptRows / rowsOfSlot, 1, Count);
    }

    /// <summary>The first step of a segment; that of <see cref="Count"/> is T.</summary>
    public int Start(int segment) => Math.Min(segment * Steps, layout.TimeSteps);

    /// <summary>The first row of a segment in the layout; that of <see cref="Count"/> is N.</summary>
    public int FirstRow(int segment) => Start(segment) < layout.TimeSteps ? layout.Offset(Start(segment)) : layout.TotalRows;

    /// <summary>Whether forward leaves a segment's gates in the buffer.</summary>
    public bool IsKept(int segment) => segment >= Count - slots;

    /// <summary>The row of the buffer where a step begins.</summary>
    public int BufferRow(int step)
    {
        if (AllResident)
            return layout.Offset(step);
        var segment = step / Steps;
        return (segment % slots * rowsOfSlot) + layout.Offset(step) - FirstRow(segment);
    }
}
