namespace Unroll.Kernels;

/// <summary>Some of the gates of a cell, side by side: block by block those gates alone, between rows that hold all of them.</summary>
/// <param name="Blocks">Blocks of 16 units.</param>
/// <param name="Gates">G.</param>
/// <param name="First">The first of the gates.</param>
/// <param name="Count">How many.</param>
internal readonly record struct GateColumns(int Blocks, int Gates, int First, int Count)
{
    private const int Units = CellSlots.BlockUnits;

    /// <summary>How many columns they have.</summary>
    public int Columns => Blocks * Count * Units;

    /// <summary>What a map of all columns says of these.</summary>
    /// <param name="map">[all columns].</param>
    public int[] Of(int[] map)
    {
        var result = new int[Columns];
        for (var block = 0; block < Blocks; block++)
            map.AsSpan(AllColumn(block), Count * Units).CopyTo(result.AsSpan(block * Count * Units));
        return result;
    }

    /// <summary>Copies them out of rows of all gates.</summary>
    /// <param name="all">[rows, all columns].</param>
    /// <param name="allStride">Floats between its rows.</param>
    /// <param name="some">Where they go, [rows, columns].</param>
    /// <param name="someStride">Floats between its rows.</param>
    /// <param name="rows">How many rows.</param>
    public void Gather(Floats all, nint allStride, Floats some, nint someStride, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var block = 0; block < Blocks; block++)
            {
                (all + (row * allStride) + AllColumn(block)).Span(Count * Units)
                    .CopyTo((some + (row * someStride) + (block * Count * Units)).Span(Count * Units));
            }
        }
    }

    /// <summary>Adds them to rows of all gates.</summary>
    /// <param name="some">[rows, columns].</param>
    /// <param name="someStride">Floats between its rows.</param>
    /// <param name="all">Where they are added, [rows, all columns].</param>
    /// <param name="allStride">Floats between its rows.</param>
    /// <param name="rows">How many rows.</param>
    public void AddTo(Floats some, nint someStride, Floats all, nint allStride, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            for (var block = 0; block < Blocks; block++)
                VectorKernels.Add(some + (row * someStride) + (block * Count * Units), all + (row * allStride) + AllColumn(block), Count * Units);
        }
    }

    private int AllColumn(int block) => ((block * Gates) + First) * Units;
}
