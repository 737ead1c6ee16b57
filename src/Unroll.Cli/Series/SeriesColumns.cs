using Unroll.Data;

namespace Unroll.Cli.Series;

/// <summary>Which columns of a table are what, as far as the user says so, and how their cells are read; what is null is guessed from names and first values.</summary>
internal sealed record SeriesColumns
{
    /// <summary>The columns to forecast; null for the only one that holds numbers; <c>all</c> alone for all of them.</summary>
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>The column of the times.</summary>
    public string? Time { get; init; }

    /// <summary>The column that names the series a row belongs to.</summary>
    public string? Series { get; init; }

    /// <summary>Columns that are read up to the present.</summary>
    public IReadOnlyList<string> Past { get; init; } = [];

    /// <summary>Columns that are known ahead.</summary>
    public IReadOnlyList<string> Known { get; init; } = [];

    /// <summary>Whether each target column is a series of its own.</summary>
    public bool Each { get; init; }

    /// <summary>How times are written, as .NET writes formats; null for ISO 8601 and its parts.</summary>
    public string? DateFormat { get; init; }

    /// <summary>Whether numbers have a decimal comma.</summary>
    public bool DecimalComma { get; init; }

    /// <summary>How far apart steps are; null to find it.</summary>
    public Frequency? Frequency { get; init; }

    /// <summary>What becomes of several rows of one step.</summary>
    public DuplicatePolicy Duplicates { get; init; }
}
