using System.Text.Json;
using Unroll.Cells;
using Unroll.Files;
using Unroll.Kernels;

namespace Unroll.Models;

/// <summary>The cell of a model in the JSON of its configuration: its name, and its constants and choices where it has any.</summary>
internal static class CellJson
{
    private const string NameField = "cell";
    private const string ConstantsField = "cellConstants";
    private const string ClipField = "cellClip";
    private const string HardActivationsField = "hardActivations";

    /// <summary>The most heads that a file may ask for.</summary>
    private const int MostHeads = LanguageModelOptions.MaximumSize;

    /// <summary>Constants and choices are not mentioned where there are none, as in files from before there were any.</summary>
    public static void Write(Utf8JsonWriter writer, Cell cell)
    {
        writer.WriteString(NameField, cell.Name);
        if (cell.Constants.Count > 0)
        {
            writer.WriteStartObject(ConstantsField);
            foreach (var constant in cell.Constants)
                writer.WriteNumber(constant.Name, constant.Value);
            writer.WriteEndObject();
        }

        if (cell.Clip is { } limit)
            writer.WriteNumber(ClipField, limit);
        if (cell.HasHardActivations)
            writer.WriteBoolean(HardActivationsField, true);
    }

    /// <summary>A cell of the library, made with the constants of the file, or one of those that the caller knows, if it has them.</summary>
    /// <exception cref="InvalidDataException">There is no such cell, or it has other constants.</exception>
    public static Cell Read(JsonElement root, IReadOnlyList<Cell> cells, string source)
    {
        var name = root.GetProperty(NameField).GetString() ?? "";
        var constants = root.TryGetProperty(ConstantsField, out var list) ? ReadConstants(list) : null;
        var choices = ReadChoices(root, source);
        if (Cell.Find(name) is { } known)
            return (constants is null ? known : BuiltIn(known, constants, source)).With(choices);
        var given = cells.FirstOrDefault(cell => cell.Name == name);
        if (given is null)
            throw Unknown(name, cells, source);
        // A file from before there were constants, or of a cell that had none yet, says nothing that could be compared.
        if (constants is not null)
            Compare(given, constants, source);
        return given.Choices.IsPlain || given.Choices == choices
            ? given.With(choices)
            : throw Wrong(source, $"the cell '{name}' has {InWords(choices)} in the file and {InWords(given.Choices)} in the cell that was given; give the cell without, and it gets what is in the file");
    }

    private static CellChoices ReadChoices(JsonElement root, string source)
    {
        float? clip = root.TryGetProperty(ClipField, out var limit) ? (float)limit.Finite() : null;
        if (clip is not null and not (> 0 and < float.PositiveInfinity))
            throw Wrong(source, FormattableString.Invariant($"'{ClipField}' is {clip}; expected a positive finite number"));
        return new(clip, root.TryGetProperty(HardActivationsField, out var hard) && hard.GetBoolean());
    }

    private static string InWords(CellChoices choices)
    {
        var clip = choices.Clip is { } limit ? FormattableString.Invariant($"a clip of {limit}") : "no clip";
        return $"{clip} and {(choices.HardActivations ? "hard" : "smooth")} activations";
    }

    private static CellConstant[] ReadConstants(JsonElement list)
    {
        var constants = new List<CellConstant>();
        foreach (var entry in list.EnumerateObject())
            constants.Add(new(entry.Name, entry.Value.Finite()));
        return [.. constants];
    }

    private static Cell BuiltIn(Cell known, CellConstant[] constants, string source)
    {
        if (CellCatalog.HeadsOf(constants) is not { } heads || CellCatalog.WithHeads(known.Name, 1) is null)
        {
            Compare(known, constants, source);
            return known;
        }

        return heads is >= 1 and <= MostHeads && heads == Math.Floor(heads)
            ? known.WithHeads((int)heads)
            : throw Wrong(source, $"the cell '{known.Name}' has {new CellConstant(CellCatalog.HeadsName, heads).ValueText} heads; expected a whole number from 1 to {MostHeads}");
    }

    /// <summary>Fails unless a cell has the constants of the file.</summary>
    private static void Compare(Cell cell, CellConstant[] constants, string source)
    {
        foreach (var constant in constants)
        {
            var name = SafetensorsFormat.Quote(constant.Name);
            if (cell.Constants.FirstOrDefault(own => own.Name == constant.Name) is not { } given)
                throw Wrong(source, $"the constant {name} of the cell '{cell.Name}' is {constant.ValueText} in the file; this program's cell has no such constant. Give the cell that the file was made with");
            if (given.Value != constant.Value)
                throw Wrong(source, $"the constant {name} of the cell '{cell.Name}' is {constant.ValueText} in the file and {given.ValueText} in the cell that was given; make the cell with {constant.ValueText}, as in Cell.Of(new YourCell({constant.ValueText}))");
        }

        if (cell.Constants.FirstOrDefault(own => constants.All(constant => constant.Name != own.Name)) is { } missing)
            throw Wrong(source, $"the constant '{missing.Name}' of the cell '{cell.Name}' is not in the file; in this program it is {missing.ValueText}. Give the cell that the file was made with");
    }

    private static InvalidDataException Unknown(string name, IReadOnlyList<Cell> cells, string source)
    {
        var names = cells.Select(cell => cell.Name).Concat(Cell.BuiltInNames);
        return Wrong(source, $"the cell {SafetensorsFormat.Quote(name)} is not known; a cell of your own is given as in LanguageModel.Load(path, Cell.Of<YourCell>()). Known are {string.Join(", ", names)}");
    }

    private static InvalidDataException Wrong(string source, string what) =>
        new(SafetensorsFormat.OneLine($"{source}: {what}.", LanguageModelFile.MaximumMessage));
}
