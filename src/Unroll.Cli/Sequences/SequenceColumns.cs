namespace Unroll.Cli.Sequences;

/// <summary>Which columns of a table are what, as far as the user says so; what is null is guessed from the names of the columns.</summary>
internal sealed record SequenceColumns
{
    /// <summary>The column of the texts.</summary>
    public string? Text { get; init; }

    /// <summary>The column of the labels.</summary>
    public string? Label { get; init; }

    /// <summary>The column that says which sequence a row is a time step of; null where each row is a text.</summary>
    public string? Group { get; init; }

    /// <summary>The columns of numbers in a table of time steps; null for all but those of group and label.</summary>
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>Whether each token or time step has a label of its own.</summary>
    public bool PerStep { get; init; }

    /// <summary>Whether every sequence has to have a label; not so where one is to be predicted.</summary>
    public bool NeedsLabel { get; init; } = true;
}
