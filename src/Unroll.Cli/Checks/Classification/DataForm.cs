using Unroll.Cli.Sequences;

namespace Unroll.Cli.Checks.Classification;

/// <summary>The form of a file or folder.</summary>
/// <param name="Kind">What it is in words.</param>
internal sealed record DataForm(string Kind)
{
    /// <summary>What stands between the columns of a table.</summary>
    public char? Delimiter { get; init; }

    /// <summary>What a file is made of; null for a folder.</summary>
    public FileBytes? Bytes { get; init; }

    /// <summary>The columns, or fields, and what each is taken for.</summary>
    public IReadOnlyList<(string Name, string Role)> Columns { get; init; } = [];

    /// <summary>The roles of named columns.</summary>
    public static IReadOnlyList<(string Name, string Role)> RolesOf(string[] names, ColumnRoles? roles) =>
        [.. names.Select((name, index) => (name, roles is null ? "unknown"
            : index == roles.Text ? "text"
            : index == roles.Label ? "label"
            : index == roles.Group ? "group"
            : roles.Channels.Contains(index) ? "channel"
            : "not read"))];
}
