using System.Globalization;
using System.Text.Json;
using Unroll.Cells;
using Unroll.Cli.Verbs;

namespace Unroll.Cli.Views;

/// <summary>The sizes of a layer whose parameters are counted.</summary>
/// <param name="Input">I.</param>
/// <param name="Hidden">H.</param>
/// <param name="Projection">R, or null for the default of a cell that projects its output.</param>
internal sealed record CellSizes(int Input, int Hidden, int? Projection)
{
    /// <summary>The values of the output of a cell.</summary>
    public int Output(Cell cell) => cell.ProjectsOutput ? Projection ?? (Hidden + 1) / 2 : Hidden;
}

/// <summary>A cell in words.</summary>
internal static class CellText
{
    /// <summary>Its name, equations, source, parameters and states; in full also its gates, unit weights and where it differs from the source.</summary>
    public static IEnumerable<string> Lines(Cell cell, CellSizes sizes, bool inFull)
    {
        var description = cell.Description;
        yield return $"{CellNames.Shown(cell.Name)}: {description?.Title ?? cell.Name}";
        foreach (var equation in description?.Equations.Split('\n') ?? [])
            yield return "    " + equation;
        if (description is not null)
            yield return Field("source", description.Source);
        if (inFull && description?.Deviations is { } deviations)
            yield return Field("deviations", deviations);
        yield return Field("parameters", $"{Formula(cell)} = {Figures.Count(Parameters(cell, sizes))} with I = {sizes.Input}, H = {sizes.Hidden}{(cell.ProjectsOutput ? $", R = {sizes.Output(cell)}" : "")}");
        yield return Field("states", StatesOf(cell));
        if (!inFull)
            yield break;
        yield return Field("gates", string.Join(", ", cell.GateNames));
        foreach (var constant in cell.Constants)
            yield return Field("constant", constant.ToString());
        foreach (var weight in cell.UnitWeights)
            yield return Field("unit weight", string.Create(CultureInfo.InvariantCulture, $"{weight.Name}, at first between {weight.Low:G4} and {weight.High:G4}"));
        if (CellNames.Shown(cell.Name) != cell.Name)
            yield return Field("in files", cell.Name);
    }

    /// <summary>The same as fields of a JSON object.</summary>
    public static void Write(Utf8JsonWriter writer, Cell cell, CellSizes sizes)
    {
        writer.WriteString("name", CellNames.Shown(cell.Name));
        writer.WriteString("nameInFiles", cell.Name);
        writer.WriteString("title", cell.Description?.Title);
        writer.WriteString("equations", cell.Description?.Equations);
        writer.WriteString("source", cell.Description?.Source);
        writer.WriteString("deviations", cell.Description?.Deviations);
        writer.WriteString("formula", Formula(cell));
        writer.WriteNumber("parameters", Parameters(cell, sizes));
        writer.WriteNumber("inputSize", sizes.Input);
        writer.WriteNumber("hiddenSize", sizes.Hidden);
        writer.WriteNumber("outputSize", sizes.Output(cell));
        writer.WriteNumber("states", cell.StateCount);
        writer.WriteNumber("heads", cell.Heads);
        writer.WriteStartArray("gates");
        foreach (var gate in cell.GateNames)
            writer.WriteStringValue(gate);
        writer.WriteEndArray();
        writer.WriteStartArray("unitWeights");
        foreach (var weight in cell.UnitWeights)
        {
            writer.WriteStartObject();
            writer.WriteString("name", weight.Name);
            writer.WriteNumber("low", weight.Low);
            writer.WriteNumber("high", weight.High);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>The parameters of one layer in one direction as a formula of I, H and, of a cell that projects its output, R: matrices, then what each unit has.</summary>
    public static string Formula(Cell cell)
    {
        var gates = cell.GateCount;
        var each = (gates * (1 + (cell.HasRecurrentMatrix ? 1 : 0) + (cell.NormalizesSums ? 2 : 0))) + cell.UnitWeights.Count;
        var square = $"{(cell.ProjectsOutput ? "H·R" : "H²")}{(cell.Heads > 1 ? $"/{cell.Heads}" : "")}";
        var recurrent = cell.HasRecurrentMatrix ? $" + {Times(gates)}{square}" : "";
        var projection = cell.ProjectsOutput ? " + H·R" : "";
        return $"{Times(gates)}I·H{recurrent}{projection} + {Times(each)}H";
    }

    private static long Parameters(Cell cell, CellSizes sizes) => cell.ParameterCount(sizes.Input, sizes.Hidden, sizes.Output(cell));

    private static string Times(int number) => number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{number}·");

    private static string StatesOf(Cell cell) => cell.StateCount == 0
        ? "its output h"
        : string.Create(CultureInfo.InvariantCulture, $"its output h and {cell.StateCount} more, {(cell.ProjectsOutput ? $"R + {Times(cell.StateCount)}H" : $"{cell.StateCount + 1}·H")} values a stream and layer");

    private static string Field(string name, string value) => $"  {name,-12}{value}";
}
