namespace Unroll.Recurrence;

/// <summary>
/// Where the time steps of a batch lie in the engine's buffers. Rows are sorted by length, longest first; step s holds only the rows that
/// still run, one after the other, so that padding costs nothing. A reversed layout starts each row at its own last step.
/// </summary>
internal sealed class SequenceLayout
{
    private int[] order = [];
    private int[] lengths = [];
    private int[] active = [];
    private int[] offsets = [];

    /// <summary>T: the longest length.</summary>
    public int TimeSteps { get; private set; }

    /// <summary>B.</summary>
    public int BatchSize { get; private set; }

    /// <summary>The sum of all lengths: rows of the packed buffers.</summary>
    public int TotalRows { get; private set; }

    /// <summary>Whether packed row s · B + b is simply step s of row b, so that nothing has to be gathered.</summary>
    public bool IsIdentity { get; private set; }

    /// <summary>Whether all rows are of the same length.</summary>
    public bool IsFull { get; private set; }

    private bool Reversed { get; set; }

    /// <summary>Describes a batch.</summary>
    /// <param name="timeSteps">T.</param>
    /// <param name="batchSize">B.</param>
    /// <param name="rowLengths">The length of each row, 1…T, or empty when all are T.</param>
    /// <param name="reversed">Whether time runs backwards.</param>
    public void Set(int timeSteps, int batchSize, ReadOnlySpan<int> rowLengths, bool reversed)
    {
        EnsureRoom(timeSteps, batchSize);
        TimeSteps = timeSteps;
        BatchSize = batchSize;
        Reversed = reversed;
        for (var row = 0; row < batchSize; row++)
            order[row] = row;
        if (rowLengths.IsEmpty)
            lengths.AsSpan(0, batchSize).Fill(timeSteps);
        else
            rowLengths.CopyTo(lengths);
        SortByLength();

        TotalRows = 0;
        var running = batchSize;
        for (var step = 0; step < timeSteps; step++)
        {
            while (running > 0 && lengths[order[running - 1]] <= step)
                running--;
            active[step] = running;
            offsets[step] = TotalRows;
            TotalRows += running;
        }

        IsFull = TotalRows == (long)timeSteps * batchSize;
        IsIdentity = IsFull && !reversed;
    }

    /// <summary>How many rows run at a step.</summary>
    public int Active(int step) => active[step];

    /// <summary>The first packed row of a step.</summary>
    public int Offset(int step) => offsets[step];

    /// <summary>The batch row that a sorted row holds.</summary>
    public int BatchRow(int sortedRow) => order[sortedRow];

    /// <summary>The length of a sorted row.</summary>
    public int Length(int sortedRow) => lengths[order[sortedRow]];

    /// <summary>The row of a time-major tensor [T, B, …] that step s of a sorted row reads and writes.</summary>
    public int TensorRow(int step, int sortedRow)
    {
        var row = order[sortedRow];
        var time = Reversed ? lengths[row] - 1 - step : step;
        return (time * BatchSize) + row;
    }

    /// <summary>Where the rows of one part of the work begin: parts of about the same number of time steps.</summary>
    /// <param name="part">0…<paramref name="parts"/>.</param>
    /// <param name="parts">The number of parts.</param>
    public int PartStart(int part, int parts)
    {
        if (IsFull)
            return (int)((long)BatchSize * part / parts);
        var wanted = (long)TotalRows * part / parts;
        long steps = 0;
        for (var row = 0; row < BatchSize; row++)
        {
            if (steps >= wanted)
                return row;
            steps += Length(row);
        }

        return BatchSize;
    }

    private void EnsureRoom(int timeSteps, int batchSize)
    {
        if (order.Length < batchSize)
        {
            order = new int[batchSize];
            lengths = new int[batchSize];
        }

        if (active.Length < timeSteps)
        {
            active = new int[timeSteps];
            offsets = new int[timeSteps];
        }
    }

    /// <summary>Stable insertion: equal lengths keep the order of the batch.</summary>
    private void SortByLength()
    {
        for (var index = 1; index < BatchSize; index++)
        {
            var row = order[index];
            var place = index;
            while (place > 0 && lengths[order[place - 1]] < lengths[row])
            {
                order[place] = order[place - 1];
                place--;
            }

            order[place] = row;
        }
    }
}
