using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unroll.Benchmarks.Measurement;

/// <summary>How results are written as JSON, and read again.</summary>
internal static class ResultsJson
{
    private static readonly JsonSerializerOptions options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        // A file is no HTML: × and µ stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Reads a list; one that is not there yet is empty.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static IReadOnlyList<T> ReadList<T>(string path)
    {
        if (!File.Exists(path))
            return [];
        try
        {
            return JsonSerializer.Deserialize<T[]>(File.ReadAllText(path), options) ?? [];
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message} Move the file away to begin a new one.", exception);
        }
    }

    /// <summary>Writes a list, with its folder if need be.</summary>
    public static void WriteList<T>(string path, IReadOnlyList<T> list)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, JsonSerializer.Serialize(list, options) + "\n");
    }
}
