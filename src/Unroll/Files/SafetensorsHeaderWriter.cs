using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Unroll.Files;

/// <summary>Writes the start of a safetensors file: the length field and the header.</summary>
internal static class SafetensorsHeaderWriter
{
    private const int Alignment = 8;

    /// <param name="metadata">The texts, in the order in which they are to stand.</param>
    /// <param name="hash">The SHA-256 of the data.</param>
    /// <param name="tensors">The tensors in the order of their data.</param>
    /// <exception cref="InvalidDataException">A text is no valid Unicode, or the header is too long.</exception>
    public static byte[] Write(SortedDictionary<string, string> metadata, string hash, ReadOnlySpan<SafetensorsTensor> tensors)
    {
        CheckMetadata(metadata);
        var buffer = new ArrayBufferWriter<byte>(1024);
        buffer.Advance(Clear(buffer.GetSpan(SafetensorsFormat.LengthFieldSize), SafetensorsFormat.LengthFieldSize, 0));
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            WriteMetadata(json, metadata, hash);
            WriteTensors(json, tensors);
            json.WriteEndObject();
        }

        var padding = -buffer.WrittenCount & (Alignment - 1);
        buffer.Advance(Clear(buffer.GetSpan(Alignment), padding, (byte)' '));
        var header = buffer.WrittenSpan.ToArray();
        var length = header.Length - SafetensorsFormat.LengthFieldSize;
        if (length > SafetensorsFormat.MaximumHeaderLength)
            throw TooLong(length);
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, SortedDictionary<string, string> metadata, string hash)
    {
        json.WriteStartObject(SafetensorsFormat.MetadataKey);
        var hashIsWritten = false;
        foreach (var (key, text) in metadata)
        {
            if (!hashIsWritten && string.CompareOrdinal(key, SafetensorsFormat.HashKey) > 0)
            {
                json.WriteString(SafetensorsFormat.HashKey, hash);
                hashIsWritten = true;
            }

            json.WriteString(key, text);
        }

        if (!hashIsWritten)
            json.WriteString(SafetensorsFormat.HashKey, hash);
        json.WriteEndObject();
    }

    private static void WriteTensors(Utf8JsonWriter json, ReadOnlySpan<SafetensorsTensor> tensors)
    {
        var position = 0L;
        foreach (var tensor in tensors)
        {
            json.WriteStartObject(tensor.Name);
            json.WriteString("dtype"u8, SafetensorsFormat.NameOf(tensor.Type));
            json.WriteStartArray("shape"u8);
            foreach (var size in tensor.Shape)
                json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets"u8);
            json.WriteNumberValue(position);
            position = checked(position + tensor.Bytes.Length);
            json.WriteNumberValue(position);
            json.WriteEndArray();
            json.WriteEndObject();
        }
    }

    /// <summary>Refuses what the reader would refuse, and what the JSON writer would silently replace.</summary>
    private static void CheckMetadata(SortedDictionary<string, string> metadata)
    {
        if (metadata.ContainsKey(SafetensorsFormat.HashKey))
            throw new InvalidDataException($"The metadata key '{SafetensorsFormat.HashKey}' is the writer's own; remove it.");
        if (metadata.Count >= SafetensorsFormat.MaximumMetadataEntries)
        {
            throw new InvalidDataException(
                $"The metadata has {SafetensorsFormat.Number(metadata.Count)} entries; the limit is {SafetensorsFormat.Number(SafetensorsFormat.MaximumMetadataEntries - 1)}.");
        }

        var total = 0L;
        foreach (var (key, text) in metadata)
        {
            if (text is null || !SafetensorsFormat.TryGetUtf8Length(key, out var keyLength) || !SafetensorsFormat.TryGetUtf8Length(text, out var textLength))
                throw new InvalidDataException($"The metadata {SafetensorsFormat.Quote(key)} is null or holds half of a surrogate pair; expected valid Unicode.");
            total += keyLength + textLength;
            if (total > SafetensorsFormat.MaximumHeaderLength)
                throw TooLong(total);
        }
    }

    private static int Clear(Span<byte> destination, int count, byte value)
    {
        destination[..count].Fill(value);
        return count;
    }

    private static InvalidDataException TooLong(long length) =>
        new($"The names, shapes and metadata take {SafetensorsFormat.Number(length)} bytes; a header holds at most "
            + $"{SafetensorsFormat.Number(SafetensorsFormat.MaximumHeaderLength)}. Shorten the metadata, or name fewer tensors.");
}
