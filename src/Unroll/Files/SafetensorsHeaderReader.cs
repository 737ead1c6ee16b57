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

    private const int LongestTypeName = 64;

    private readonly ReadOnlySpan<byte> text;
    private readonly string file;
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);
    private readonly List<SafetensorsEntry> entries = [];
    private Utf8JsonReader json;

    /// <summary>The tensor or the metadata key that is being read, for messages; null between them.</summary>
    private string? subject;

    public SafetensorsHeaderReader(ReadOnlySpan<byte> text, string file)
    {
        this.text = text;
        this.file = file;
        json = new(text, new JsonReaderOptions { MaxDepth = MaximumDepth });
    }

    /// <summary>Reads it all.</summary>
    /// <exception cref="InvalidDataException">It is not JSON, or not that of a header, or beyond a limit.</exception>
    public (Dictionary<string, string> Metadata, List<SafetensorsEntry> Entries) ReadAll()
    {
        try
        {
            ReadMembers();
            return (metadata, entries);
        }
        catch (JsonException e)
        {
            // Not the words of the JSON reader: they quote the file without a limit.
            throw Invalid($"the header is not valid JSON, or nested too deeply, after byte {Number(json.BytesConsumed)}", e);
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
        while (NextMember())
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

        if (Read())
            throw Invalid("the header goes on after its closing brace");
    }

    private string ReadName()
    {
        subject = null;
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
        while (NextMember())
        {
            var key = json.GetString()!;
            subject = key;
            Expect(JsonTokenType.String, "the metadata");
            if (!metadata.TryAdd(key, json.GetString()!))
                throw Invalid($"the metadata names {SafetensorsFormat.Quote(key)} twice");
            if (metadata.Count > SafetensorsFormat.MaximumMetadataEntries)
                throw Invalid($"the metadata has more than {Number(SafetensorsFormat.MaximumMetadataEntries)} entries, the limit");
        }
    }

    private SafetensorsEntry ReadTensor(string name)
    {
        subject = name;
        SafetensorsType? type = null;
        ImmutableArray<long> shape = default;
        ImmutableArray<long> offsets = default;
        Expect(JsonTokenType.StartObject, "tensor");
        while (NextMember())
        {
            if (json.ValueTextEquals("dtype"u8) && type is null)
                type = ReadType();
            else if (json.ValueTextEquals("shape"u8) && shape.IsDefault)
                shape = ReadIntegers("'shape' of tensor", SafetensorsFormat.MaximumRank);
            else if (json.ValueTextEquals("data_offsets"u8) && offsets.IsDefault)
                offsets = ReadIntegers("'data_offsets' of tensor", 2);
            else
                throw InvalidTensor($"has an unknown or repeated key {SafetensorsFormat.Quote(json.GetString()!)}; expected dtype, shape and data_offsets once each");
        }

        if (type is null || shape.IsDefault || offsets.IsDefault)
            throw InvalidTensor($"lacks {(type is null ? "'dtype'" : shape.IsDefault ? "'shape'" : "'data_offsets'")}");
        if (offsets.Length != 2)
            throw InvalidTensor($"has {offsets.Length} data offsets; expected 2");
        return CheckOffsets(new(name, type.Value, shape, offsets[0], offsets[1]));
    }

    private readonly SafetensorsEntry CheckOffsets(SafetensorsEntry entry)
    {
        var shape = entry.Shape.AsSpan();
        if (!SafetensorsFormat.TryGetByteLength(shape, SafetensorsFormat.SizeOf(entry.Type), out var needed, out var problem))
            throw InvalidTensor(problem);
        if (entry.Begin < 0 || entry.End < entry.Begin)
            throw InvalidTensor($"has data offsets {Range(entry)}; expected 0 ≤ begin ≤ end");
        if (entry.End - entry.Begin != needed)
        {
            throw InvalidTensor(
                $"has {Number(entry.End - entry.Begin)} bytes of data ({Range(entry)}); "
                + $"{SafetensorsFormat.NameOf(entry.Type)} {SafetensorsFormat.Text(shape)} needs {Number(needed)}");
        }

        return entry;
    }

    private SafetensorsType ReadType()
    {
        Expect(JsonTokenType.String, "'dtype' of tensor");
        var text = json.ValueSpan.Length <= LongestTypeName ? json.GetString()! : "(a long text)";
        if (SafetensorsFormat.TypeOf(text) is { } type)
            return type;
        var known = string.Join(", ", Enum.GetValues<SafetensorsType>().Select(SafetensorsFormat.NameOf));
        throw InvalidTensor($"has dtype {SafetensorsFormat.Quote(text)}; expected one of {known}");
    }

    private ImmutableArray<long> ReadIntegers(string what, int maximumCount)
    {
        Expect(JsonTokenType.StartArray, what);
        Span<long> values = stackalloc long[SafetensorsFormat.MaximumRank];
        var count = 0;
        while (Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (count == maximumCount)
                throw Invalid($"{What(what)} has more than {maximumCount} numbers");
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out values[count++]))
                throw Invalid($"{What(what)} holds {Describe(json.TokenType)} where a whole number of 64 bits was expected");
        }

        return ImmutableArray.Create<long>(values[..count]);
    }

    /// <summary>Moves to the next token.</summary>
    private bool Read()
    {
        // No header has true, false or null. A misspelt one makes the JSON reader quote all the rest of the file, some times over.
        var rest = text[(int)json.BytesConsumed..].TrimStart(" \t\r\n,:"u8);
        if (!rest.IsEmpty && rest[0] is (byte)'t' or (byte)'f' or (byte)'n')
            throw Invalid($"the header has a bare word after byte {Number(json.BytesConsumed)}; expected texts and numbers");
        return json.Read();
    }

    /// <summary>Moves to the next member's name; false at the end of the object.</summary>
    private bool NextMember() => Read() && json.TokenType == JsonTokenType.PropertyName;

    private void Expect(JsonTokenType type, string what)
    {
        if (!Read() || json.TokenType != type)
            throw Invalid($"{What(what)} is {Describe(json.TokenType)}; expected {Describe(type)}");
    }

    private readonly string What(string what) => subject is null ? what : $"{what} {SafetensorsFormat.Quote(subject)}";

    private static string Describe(JsonTokenType type) => type switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        _ => "nothing",
    };

    private static string Range(SafetensorsEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{entry.Begin} to {entry.End}");

    private static string Number(long value) => SafetensorsFormat.Number(value);

    private readonly InvalidDataException InvalidTensor(string problem) => Invalid($"{What("tensor")} {problem}");

    private readonly InvalidDataException Invalid(string problem, Exception? inner = null) =>
        new($"{file}: {problem}. The file was damaged or badly written; get it again.", inner);
}
