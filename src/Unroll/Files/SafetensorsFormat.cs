using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Unroll.Files;

/// <summary>
/// The limits of a model file, the same for reading and for writing, and the pieces both need. Eight bytes hold the length N of the header,
/// N bytes the header (JSON, padded with spaces), the rest is the tensors' data without a gap.
/// </summary>
internal static class SafetensorsFormat
{
    public const int LengthFieldSize = sizeof(ulong);
    public const int MaximumHeaderLength = 16 << 20;
    public const int MaximumTensors = 65_536;
    public const int MaximumRank = 8;
    public const int MaximumNameLength = 1024;

    /// <summary>An entry takes seven bytes of a header at least but hundreds in memory, so the header's own limit is not enough.</summary>
    public const int MaximumMetadataEntries = 65_536;

    /// <summary>The key that holds the metadata where a tensor's name would stand.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>The key of the metadata that holds the SHA-256 of the data, in lower-case hexadecimal.</summary>
    public const string HashKey = "sha256";

    /// <summary>Values are stored little endian and copied as they are.</summary>
    public static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Safetensors files hold little-endian values; this processor is big-endian, which Unroll does not support.");
    }

    public static int SizeOf(SafetensorsType type) => type switch
    {
        SafetensorsType.Bool or SafetensorsType.U8 or SafetensorsType.I8 => 1,
        SafetensorsType.F16 or SafetensorsType.BF16 => 2,
        SafetensorsType.I32 or SafetensorsType.F32 => 4,
        SafetensorsType.I64 or SafetensorsType.F64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of a safetensors file."),
    };

    public static string NameOf(SafetensorsType type) => type switch
    {
        SafetensorsType.Bool => "BOOL",
        SafetensorsType.U8 => "U8",
        SafetensorsType.I8 => "I8",
        SafetensorsType.I32 => "I32",
        SafetensorsType.I64 => "I64",
        SafetensorsType.F16 => "F16",
        SafetensorsType.BF16 => "BF16",
        SafetensorsType.F32 => "F32",
        SafetensorsType.F64 => "F64",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of a safetensors file."),
    };

    /// <summary>The type of a name in a file; null when there is none.</summary>
    public static SafetensorsType? TypeOf(string name) => name switch
    {
        "BOOL" => SafetensorsType.Bool,
        "U8" => SafetensorsType.U8,
        "I8" => SafetensorsType.I8,
        "I32" => SafetensorsType.I32,
        "I64" => SafetensorsType.I64,
        "F16" => SafetensorsType.F16,
        "BF16" => SafetensorsType.BF16,
        "F32" => SafetensorsType.F32,
        "F64" => SafetensorsType.F64,
        _ => null,
    };

    /// <summary>The bytes a tensor takes; false when its shape is none or the number has no place in memory.</summary>
    /// <param name="shape">The sizes; a zero anywhere makes the tensor empty, but its other sizes still have to multiply without overflow.</param>
    /// <param name="elementSize">Bytes of one element.</param>
    /// <param name="byteLength">The bytes.</param>
    /// <param name="problem">What is wrong, to follow the tensor's name.</param>
    public static bool TryGetByteLength(ReadOnlySpan<long> shape, int elementSize, out long byteLength, [NotNullWhen(false)] out string? problem)
    {
        byteLength = 0;
        problem = null;
        if (shape.Length > MaximumRank)
            problem = $"has {Number(shape.Length)} dimensions; the limit is {MaximumRank}";
        var bytes = (Int128)elementSize;
        var isEmpty = false;
        foreach (var size in problem is null ? shape : [])
        {
            if (size < 0)
                problem ??= $"has shape {Text(shape)}; sizes are at least 0";
            isEmpty |= size == 0;
            bytes *= Math.Max(size, 1);
            if (bytes > long.MaxValue)
            {
                problem ??= $"has shape {Text(shape)}; that is more than any file holds";
                break;
            }
        }

        if (problem is not null)
            return false;
        byteLength = isEmpty ? 0 : (long)bytes;
        if (byteLength <= Array.MaxLength)
            return true;
        problem = $"takes {Number(byteLength)} bytes; the limit for one tensor is {Number(Array.MaxLength)}";
        return false;
    }

    /// <summary>The bytes of a text in UTF-8; false when it holds half of a surrogate pair.</summary>
    public static bool TryGetUtf8Length(string text, out int length)
    {
        length = Encoding.UTF8.GetByteCount(text);
        var remaining = text.AsSpan();
        while (remaining.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var index)
        {
            if (Rune.DecodeFromUtf16(remaining[index..], out _, out var consumed) != OperationStatus.Done)
                return false;
            remaining = remaining[(index + consumed)..];
        }

        return true;
    }

    /// <summary>A shape as messages show it: <c>[128, 32]</c>.</summary>
    public static string Text(ReadOnlySpan<long> shape)
    {
        var text = new StringBuilder("[");
        for (var dimension = 0; dimension < shape.Length; dimension++)
            text.Append(dimension == 0 ? "" : ", ").Append(CultureInfo.InvariantCulture, $"{shape[dimension]}");
        return text.Append(']').ToString();
    }

    /// <summary>A number with thousands separated.</summary>
    public static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Text from a file as messages show it: quoted, on one line, at most 80 characters of it.</summary>
    public static string Quote(string text) => $"'{OneLine(text, 80)}'";

    /// <summary>Text without control characters, so that a message stays one line, and cut where it is long.</summary>
    public static string OneLine(string text, int maximumLength = int.MaxValue)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= maximumLength)
                return line.Append('…').ToString();
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                line.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}");
            else
                line.Append(rune);
        }

        return line.ToString();
    }
}
