using System.Text.Json;
using Unroll.Cli.Sequences;

namespace Unroll.Cli.Checks.Classification;

/// <summary>Reads JSON lines as <see cref="JsonLinesFile"/> does, line by line, and goes on where that stops.</summary>
internal sealed class JsonLineExamples(string path, SequenceColumns columns, PartTally part, Findings findings)
{
    private readonly Places noJson = new();
    private readonly Places noObject = new();
    private readonly Places missing = new();
    private readonly Places wrongKind = new();
    private string[] names = [];
    private ColumnRoles? roles;

    public DataForm Read(FileBytes bytes)
    {
        var form = new DataForm("JSON lines") { Bytes = bytes };
        if (columns.Group is not null)
        {
            findings.Problem("columns", $"{part.Name}: JSON lines hold texts; groups of time steps are read from tables.");
            return form;
        }

        var line = 0;
        using var reader = DelimitedText.Open(path);
        try
        {
            while (reader.ReadLine() is { } text)
            {
                line++;
                if (!string.IsNullOrWhiteSpace(text))
                    ReadLine(text, line);
            }
        }
        catch (InvalidDataException failure)
        {
            findings.Problem("columns", failure.Message);
        }

        Add("no-json", noJson, "lines are no valid JSON", "Write one object a line.");
        Add("no-object", noObject, "lines are no JSON objects", "Write one such as {\"text\": \"…\", \"label\": \"…\"} a line.");
        Add("missing-fields", missing, "lines lack a field that the first line has", "Every object needs text and label.");
        Add("wrong-fields", wrongKind, "fields are no texts or numbers", "Name others with --text and --label, or correct them.");
        return form with { Columns = DataForm.RolesOf(names, roles) };
    }

    private void Add(string code, Places places, string what, string remedy)
    {
        if (places.Count > 0)
            findings.Problem(code, $"{part.Name}: {what}: {places}. {remedy}");
    }

    private void ReadLine(string text, int line)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new() { AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                noObject.Add(part.Where(line));
                return;
            }

            if (roles is null)
            {
                names = [.. root.EnumerateObject().Select(property => property.Name)];
                roles = new($"{part.Name} line {line}", names, columns);
            }

            if (Field(root, roles.Text, line) is { } own && (roles.Label < 0 ? "" : Field(root, roles.Label, line)) is { } label)
                part.AddText(own, label, line);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // The latter is half of a surrogate pair in an escape.
            noJson.Add(part.Where(line));
        }
    }

    private string? Field(JsonElement root, int index, int line)
    {
        if (!root.TryGetProperty(names[index], out var value))
        {
            missing.Add($"{part.Where(line)} ('{names[index]}')");
            return null;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return value.GetString()!;
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False:
                return value.GetRawText();
            default:
                wrongKind.Add($"{part.Where(line)} ('{names[index]}' is {value.ValueKind.ToString().ToLowerInvariant()})");
                return null;
        }
    }
}
