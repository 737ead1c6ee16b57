using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Unroll.Files;

/// <summary>
/// Scans the JSON of a header once, front to back, without building a document: what it allocates is bounded by the limits of
/// <see cref="SafetensorsFormat"/>, whatever the text says.
/// </summary>
internal ref struct SafetensorsHeaderReader
{
    /// <summary>The header, a tensor, its array.</summary>
    private const int MaximumDepth = 3;

    /// <summary>One byte of a name takes at most six in JSON: <c>\u0041</c>.</summary>
    private const int MaximumEscapedNameLength = 6 * SafetensorsFormat.MaximumNameLength;

    private readonly string file;
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private readonly List<SafetensorsEntry> entries = [];
    private Utf8JsonReader json;

    public SafetensorsHeaderReader(ReadOnlySpan<byte> text, string file)
    {
        this.file = file;
        json = new(text, new JsonReaderOptions { MaxDepth = MaximumDepth });
    }

    /// <summary>Reads it all.</summary>
    /// <exception cref="InvalidDataException">It is not JSON, or not that of a header, or beyond a limit.</exception>
    public (Dictionary<string, string> Metadata, List<SafetensorsEntry> Entries) Read()
    {
        try
        {
            ReadMembers();
            return (metadata, entries);
        }
        catch (JsonException e)
        {
            throw Invalid($"the header is not valid JSON: {SafetensorsFormat.OneLine(e.Message)}", e);
        }
        catch (InvalidOperationException e)
        {
            // What the reader throws for bytes that are no UTF-8 and for half of a surrogate pair.
            throw Invalid($"the header holds text that is not valid Unicode, near byte {Number(json.TokenStartIndex)}", e);
        }
    }

    private void ReadMembers()
    {
        Expect(JsonTokenType.StartObject, "the header");
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (NextMember("the header"))
        {
            var name = ReadName();
            if (!names.Add(name))
                throw Invalid($"the header names {SafetensorsFormat.Quote(name)} twice");
            if (name == SafetensorsFormat.MetadataKey)
                ReadMetadata();
            else
                entries.Add(ReadTensor(name));
            if (entries.Count > SafetensorsFormat.MaximumTensors)
                throw Invalid($"the header names more than {Number(SafetensorsFormat.MaximumTensors)} tensors, the limit");
        }

        if (json.Read())
            throw Invalid("the header goes on after its closing brace");
    }

    private string ReadName()
    {
        if (json.ValueSpan.Length > MaximumEscapedNameLength)
            throw Invalid($"a tensor's name takes {Number(json.ValueSpan.Length)} bytes; the limit is {Number(SafetensorsFormat.MaximumNameLength)}");
        var name = json.GetString()!;
        var length = Encoding.UTF8.GetByteCount(name);
        if (length > SafetensorsFormat.MaximumNameLength)
        {
            throw Invalid(
                $"the tensor {SafetensorsFormat.Quote(name)} has a name of {Number(length)} bytes; the limit is {Number(SafetensorsFormat.MaximumNameLength)}");
        }

        return name.Length > 0 ? name : throw Invalid("a tensor has no name");
    }

    private void ReadMetadata()
    {
        Expect(JsonTokenType.StartObject, SafetensorsFormat.MetadataKey);
        while (NextMember(SafetensorsFormat.MetadataKey))
        {
            var key = json.GetString()!;
            Expect(JsonTokenType.String, $"the metadata {SafetensorsFormat.Quote(key)}");
            if (!metadata.TryAdd(key, json.GetString()!))
                throw Invalid($"the metadata names {SafetensorsFormat.Quote(key)} twice");
            if (metadata.Count > SafetensorsFormat.MaximumMetadataEntries)
                throw Invalid($"the metadata has more than {Number(SafetensorsFormat.MaximumMetadataEntries)} entries, the limit");
        }
    }

    private SafetensorsEntry ReadTensor(string name)
    {
        var what = $"tensor {SafetensorsFormat.Quote(name)}";
        SafetensorsType? type = null;
        ImmutableArray<long>? shape = null;
        ImmutableArray<long>? offsets = null;
        Expect(JsonTokenType.StartObject, what);
        while (NextMember(what))
        {
            if (json.ValueTextEquals("dtype"u8) && type is null)
                type = ReadType(what);
            else if (json.ValueTextEquals("shape"u8) && shape is null)
                shape = ReadIntegers($"{what}: 'shape'", SafetensorsFormat.MaximumRank);
            else if (json.ValueTextEquals("data_offsets"u8) && offsets is null)
                offsets = ReadIntegers($"{what}: 'data_offsets'", 2);
            else
                throw Invalid($"{what} has an unknown or repeated key {SafetensorsFormat.Quote(json.GetString()!)}; expected dtype, shape and data_offsets once each");
        }

        if (type is null || shape is null || offsets is null)
            throw Invalid($"{what} lacks {(type is null ? "'dtype'" : shape is null ? "'shape'" : "'data_offsets'")}");
        return CheckOffsets(what, new(name, type.Value, shape.Value, Offset(what, offsets.Value, 0), Offset(what, offsets.Value, 1)));
    }

    private readonly long Offset(string what, ImmutableArray<long> offsets, int index) =>
        offsets.Length == 2 ? offsets[index] : throw Invalid($"{what} has {offsets.Length} data offsets; expected 2");

    private readonly SafetensorsEntry CheckOffsets(string what, SafetensorsEntry entry)
    {
        var shape = entry.Shape.AsSpan();
        if (!SafetensorsFormat.TryGetByteLength(shape, SafetensorsFormat.SizeOf(entry.Type), out var needed, out var problem))
            throw Invalid($"{what} {problem}");
        if (entry.Begin < 0 || entry.End < entry.Begin)
            throw Invalid($"{what} has data offsets {Range(entry)}; expected 0 ≤ begin ≤ end");
        if (entry.End - entry.Begin != needed)
        {
            throw Invalid(
                $"{what} has {Number(entry.End - entry.Begin)} bytes of data ({Range(entry)}); "
                + $"{SafetensorsFormat.NameOf(entry.Type)} {SafetensorsFormat.Text(shape)} needs {Number(needed)}");
        }

        return entry;
    }

    private SafetensorsType ReadType(string what)
    {
        Expect(JsonTokenType.String, $"{what}: 'dtype'");
        var text = json.ValueSpan.Length <= 64 ? json.GetString()! : "(a long text)";
        if (SafetensorsFormat.TryParseType(text, out var type))
            return type;
        var known = string.Join(", ", Enum.GetValues<SafetensorsType>().Select(SafetensorsFormat.NameOf));
        throw Invalid($"{what} has dtype {SafetensorsFormat.Quote(text)}; expected one of {known}");
    }

    private ImmutableArray<long> ReadIntegers(string what, int maximumCount)
    {
        Expect(JsonTokenType.StartArray, what);
        Span<long> values = stackalloc long[SafetensorsFormat.MaximumRank];
        var count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (count == maximumCount)
                throw Invalid($"{what} has more than {maximumCount} numbers");
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out values[count++]))
                throw Invalid($"{what} holds something that is not a whole number of 64 bits, at byte {Number(json.TokenStartIndex)} of the header");
        }

        return [.. values[..count]];
    }

    /// <summary>Moves to the next member's name; false at the end of the object.</summary>
    private bool NextMember(string what)
    {
        if (!json.Read())
            throw Invalid($"{what} ends too early");
        return json.TokenType == JsonTokenType.PropertyName;
    }

    private void Expect(JsonTokenType type, string what)
    {
        if (!json.Read() || json.TokenType != type)
            throw Invalid($"{what} is {Describe(json.TokenType)}; expected {Describe(type)}");
    }

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.Null => "null",
        _ => "nothing",
    };

    private static string Range(SafetensorsEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Begin} to {entry.End}");

    private static string Number(long value) => SafetensorsFormat.Number(value);

    private readonly InvalidDataException Invalid(string problem, Exception? inner = null) =>
        new($"{file}: {problem}. The file was damaged or badly written; get it again.", inner);
}
