using Unroll.Cells;

namespace Unroll.Cli.Verbs;

/// <summary>The cells of the library as the command line calls them: by their names, and the vanilla cell with tanh as <c>rnn</c>.</summary>
internal static class CellNames
{
    private const string Vanilla = "rnn";
    private const string VanillaInLibrary = "rnn-tanh";

    /// <summary>What <c>--cell</c> takes.</summary>
    public static string[] All { get; } = [.. Cell.BuiltInNames.Select(Shown)];

    /// <summary>The name that the command line shows for a cell.</summary>
    public static string Shown(string name) => name == VanillaInLibrary ? Vanilla : name;

    /// <summary>The cell of a name, or null; the library's own name of the vanilla cell is understood as well.</summary>
    public static Cell? Find(string name) => Cell.Find(name == Vanilla ? VanillaInLibrary : name);
}
