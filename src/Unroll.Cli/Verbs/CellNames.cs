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

    /// <summary>The names of the cells whose units can be split into heads.</summary>
    public static string WithHeads => string.Join(", ", Cell.BuiltIn.Where(TakesHeads).Select(cell => Shown(cell.Name)));

    /// <summary>Whether the units of a cell can be split into heads.</summary>
    public static bool TakesHeads(Cell cell) => cell.Constants.Any(constant => constant.Name == "heads");

    /// <summary>The cell of a run with all that was chosen for it, or null where there is none of that name.</summary>
    /// <exception cref="InvalidOperationException">The cell does not work with the choices.</exception>
    public static Cell? Find(TrainTextSettings settings)
    {
        var cell = Find(settings.Cell);
        if (settings.Heads is { } heads)
            cell = cell?.WithHeads(heads);
        if (settings.HardActivations)
            cell = cell?.WithHardActivations();
        return settings.CellClip is { } limit ? cell?.WithClip((float)limit) : cell;
    }

    /// <summary>The cell of a name, or null; the library's own name of the vanilla cell is understood as well.</summary>
    public static Cell? Find(string name) => Cell.Find(name == Vanilla ? VanillaInLibrary : name);
}
