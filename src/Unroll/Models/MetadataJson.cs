using System.Text;
using System.Text.Json;
using Unroll.Files;

namespace Unroll.Models;

/// <summary>
/// Small JSON objects in the metadata of a file that may come from anywhere: every fault is an <see cref="InvalidDataException"/> that names the
/// file and the field.
/// </summary>
internal static class MetadataJson
{
    private const int MaximumDepth = 4;

    /// <summary>Writes one JSON value as text.</summary>
    public static string Write(Action<Utf8JsonWriter> write)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
            write(writer);
        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }

    /// <summary>Reads one JSON value that must be used up inside <paramref name="read"/>.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">The file and the metadata key, for messages.</param>
    /// <param name="read">Takes the value apart.</param>
    public static T Read<T>(string json, string source, Func<JsonElement, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new() { AllowDuplicateProperties = false, MaxDepth = MaximumDepth });
            return read(document.RootElement);
        }
        catch (Exception failure) when (failure
            is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException(SafetensorsFormat.OneLine($"{source} is damaged: {failure.Message}", LanguageModelFile.MaximumMessage), failure);
        }
    }

    /// <summary>The items of an array.</summary>
    public static T[] Items<T>(this JsonElement array, Func<JsonElement, T> read)
    {
        var items = new T[array.GetArrayLength()];
        var index = 0;
        foreach (var item in array.EnumerateArray())
            items[index++] = read(item);
        return items;
    }

    /// <summary>A number that must be finite: JSON readers take 1e999 for infinity.</summary>
    public static double Finite(this JsonElement element)
    {
        var value = element.GetDouble();
        return double.IsFinite(value) ? value : throw new FormatException("a number is too large");
    }

    /// <summary>A field that may be null.</summary>
    public static double? FiniteOrNull(this JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element.Finite();

    /// <summary>Writes a field that may be null.</summary>
    public static void WriteNumberOrNull(this Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number)
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }
}
