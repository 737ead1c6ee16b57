using System.Text;
using System.Text.Json;
using Unroll.Data;

namespace Unroll.Cli.Sequences;

/// <summary>One JSON object a line, with a text and its label; read line by line.</summary>
internal sealed class JsonLinesFile(string path, SequenceColumns columns)
{
    private readonly string name = Path.GetFileName(path);
    private string[] names = [];
    private ColumnRoles? roles;

    public SequenceSet Read()
    {
        var items = new List<LabelledSequence>();
        var number = 0;
        using var reader = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            while (reader.ReadLine() is { } line)
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line))
                    items.Add(ReadObject(line, $"{name} line {number}"));
            }
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException($"{path}: the file is not in UTF-8. Convert it to UTF-8.", failure);
        }

        return new(name, items);
    }

    private LabelledSequence ReadObject(string line, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new() { AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new InvalidDataException($"{source}: the line is no JSON object; expected one such as {{\"text\": \"…\", \"label\": \"…\"}}.");
            if (columns.Group is not null)
                throw new InvalidDataException($"{source}: JSON lines hold texts; groups of time steps are read from tables.");
            if (roles is null)
            {
                names = [.. root.EnumerateObject().Select(property => property.Name)];
                roles = new(source, names, columns);
            }

            return LabelledSequence.OfText(Field(root, roles.Text, source), roles.Label < 0 ? "" : Field(root, roles.Label, source), source);
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{source}, column {failure.BytePositionInLine + 1}: no valid JSON.", failure);
        }
        catch (InvalidOperationException failure)
        {
            throw new InvalidDataException($"{source}: an escape holds half of a surrogate pair, which is no text. Correct it, or leave the line out.", failure);
        }
    }

    private string Field(JsonElement root, int index, string source)
    {
        if (!root.TryGetProperty(names[index], out var value))
            throw new InvalidDataException($"{source}: there is no '{names[index]}', which the first line has.");
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => throw new InvalidDataException($"{source}: '{names[index]}' is {value.ValueKind.ToString().ToLowerInvariant()}; expected a text or a number."),
        };
    }
}
