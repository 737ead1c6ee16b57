using System.Globalization;
using System.Text;

namespace Tour;

/// <summary>A table of a page; cells are made in the invariant culture.</summary>
internal sealed class MarkdownTable
{
    private readonly StringBuilder text = new();

    /// <summary>Starts a table.</summary>
    /// <param name="header">The column names; one that begins with <c>&gt;</c> is set to the right, as numbers are.</param>
    public MarkdownTable(params ReadOnlySpan<string> header)
    {
        text.Append('|');
        foreach (var column in header)
            text.Append(CultureInfo.InvariantCulture, $" {column.TrimStart('>')} |");
        text.Append("\n|");
        foreach (var column in header)
            text.Append(column.StartsWith('>') ? "---:|" : "---|");
        text.Append('\n');
    }

    /// <summary>Adds a row.</summary>
    public void Add(params ReadOnlySpan<string> cells)
    {
        text.Append('|');
        foreach (var cell in cells)
            text.Append(CultureInfo.InvariantCulture, $" {cell} |");
        text.Append('\n');
    }

    /// <summary>The Markdown.</summary>
    public override string ToString() => text.ToString();
}
