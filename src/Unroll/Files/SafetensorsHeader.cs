using System.Collections.Immutable;

namespace Unroll.Files;

/// <summary>One tensor as the header describes it; offsets count from the start of the data.</summary>
internal sealed record SafetensorsEntry(string Name, SafetensorsType Type, ImmutableArray<long> Shape, long Begin, long End);

/// <summary>A header whose every claim about itself has been checked: its tensors follow each other from offset 0 without hole or overlap.</summary>
internal sealed class SafetensorsHeader
{
    private SafetensorsHeader(Dictionary<string, string> metadata, List<SafetensorsEntry> entries, long dataLength)
    {
        Metadata = metadata;
        Entries = entries;
        DataLength = dataLength;
    }

    public Dictionary<string, string> Metadata { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public List<SafetensorsEntry> Entries { get; }

    /// <summary>Bytes of data that the tensors take together.</summary>
    public long DataLength { get; }

    /// <summary>Reads the JSON text of a header.</summary>
    /// <param name="json">The header without the length field.</param>
    /// <param name="file">The name of the file, for messages.</param>
    /// <exception cref="InvalidDataException">Anything is wrong.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, string file)
    {
        var reader = new SafetensorsHeaderReader(json, file);
        var (metadata, entries) = reader.ReadAll();
        return new(metadata, entries, Arrange(entries, file));
    }

    /// <summary>Sorts the tensors by offset and checks that they fill the data.</summary>
    private static long Arrange(List<SafetensorsEntry> entries, string file)
    {
        entries.Sort(static (left, right) =>
            left.Begin != right.Begin ? left.Begin.CompareTo(right.Begin)
            : left.End != right.End ? left.End.CompareTo(right.End)
            : string.CompareOrdinal(left.Name, right.Name));
        var position = 0L;
        foreach (var entry in entries)
        {
            if (entry.Begin != position)
            {
                var kind = entry.Begin < position ? "overlaps the tensor before it" : "leaves a hole before it";
                throw new InvalidDataException(
                    $"{file}: tensor {SafetensorsFormat.Quote(entry.Name)} {kind}: its data starts at {SafetensorsFormat.Number(entry.Begin)}; "
                    + $"expected {SafetensorsFormat.Number(position)}. The file was damaged or badly written; get it again.");
            }

            position = entry.End;
        }

        return position;
    }
}
