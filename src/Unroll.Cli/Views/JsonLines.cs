using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Unroll.Cli.Views;

/// <summary>Writes JSON objects, one a line.</summary>
internal static class JsonLines
{
    // Standard output is no HTML: letters of all scripts stay readable. Everything JSON itself needs is still escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one object with its <c>event</c> first, and flushes.</summary>
    public static void Write(TextWriter output, string name, Action<Utf8JsonWriter> fields)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("event", name);
            fields(writer);
            writer.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length));
        output.Flush();
    }

    /// <summary>A figure; what is no finite number is null, which is all JSON has for it.</summary>
    public static void WriteFigure(this Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
            writer.WriteNumber(name, number);
        else
            writer.WriteNull(name);
    }
}
