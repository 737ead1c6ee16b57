namespace Unroll.Kernels;

/// <summary>Where the state of one row lies, for rows that do not lie at a stride.</summary>
internal readonly struct StateRow
{
    /// <summary>A row.</summary>
    /// <param name="hidden">h [units].</param>
    /// <param name="state">The states [S, units], or null for cells without any.</param>
    public StateRow(Floats hidden, Floats state)
    {
        Hidden = hidden;
        State = state;
    }

    /// <summary>h [units].</summary>
    public Floats Hidden { get; }

    /// <summary>The states [S, units], or null for cells without any.</summary>
    public Floats State { get; }
}
