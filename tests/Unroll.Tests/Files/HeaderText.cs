using System.Globalization;
using System.Text;
using System.Text.Json;
using Unroll.Tensors;

namespace Unroll.Tests.Files;

/// <summary>The header of a good file cut into tokens and members, and the ways to spoil it.</summary>
internal sealed class HeaderText
{
    private readonly List<Range> numbers = [];
    private readonly List<Range> texts = [];
    private readonly List<Range> marks = [];

    /// <summary>Name, colon and value of everything inside an object.</summary>
    private readonly List<Range> members = [];

    public HeaderText(byte[] bytes)
    {
        Bytes = bytes;
        var json = new Utf8JsonReader(bytes);
        var starts = new Stack<int>();
        while (json.Read())
        {
            var start = (int)json.TokenStartIndex;
            var token = start..(int)json.BytesConsumed;
            switch (json.TokenType)
            {
                case JsonTokenType.PropertyName:
                    texts.Add(start..(start + json.ValueSpan.Length + 2));
                    starts.Push(start);
                    continue;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    marks.Add(token);
                    starts.Push(-1);
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    marks.Add(token);
                    starts.Pop();
                    break;
                case JsonTokenType.Number:
                    numbers.Add(token);
                    break;
                default:
                    texts.Add(token);
                    break;
            }

            if (starts.TryPeek(out var memberStart) && memberStart >= 0)
                members.Add(starts.Pop()..token.End);
        }
    }

    public byte[] Bytes { get; }

    /// <summary>One to three changes, in places that do not overlap.</summary>
    public byte[] Mutate(ref CounterRandom random)
    {
        var result = Bytes;
        var before = Bytes.Length;
        for (var count = random.NextInt32(3); count >= 0; count--)
        {
            var (range, replacement) = Change(ref random);
            var (start, length) = range.GetOffsetAndLength(Bytes.Length);

            // Positions are those of the original, so only what stands before the last change is still where it was.
            if (start + length > before)
                continue;
            result = [.. result[..start], .. replacement, .. result[(start + length)..]];
            before = start;
        }

        return result;
    }

    private (Range Range, byte[] Replacement) Change(ref CounterRandom random)
    {
        switch (random.NextInt32(12))
        {
            case 0 or 1 or 2 when numbers.Count > 0:
                var number = Pick(numbers, ref random);
                return (number, HostileTokens.Number(Bytes[number], ref random));
            case 3 or 4:
                var text = Pick(texts, ref random);
                return (text, random.NextInt32(2) == 0 ? Bytes[Pick(texts, ref random)] : HostileTokens.Text(ref random));
            case 5 or 6:
                var inside = Pick(texts, ref random);
                return (inside, HostileTokens.Inside(Bytes[inside], ref random));
            case 7:
                var member = Pick(members, ref random);
                return (member, [.. Bytes[member], (byte)',', .. Bytes[member]]);
            case 8:
                return (Pick(members, ref random), Bytes[Pick(members, ref random)]);
            case 9:
                return (WithComma(Pick(members, ref random)), []);
            case 10:
                return (Pick(marks, ref random), HostileTokens.Mark(ref random));
            default:
                var place = random.NextInt32(Bytes.Length);
                return (place..place, HostileTokens.Space(ref random));
        }
    }

    private Range WithComma(Range member)
    {
        var (start, length) = member.GetOffsetAndLength(Bytes.Length);
        var end = start + length;
        return end < Bytes.Length && Bytes[end] == (byte)',' ? start..(end + 1) : Bytes[start - 1] == (byte)',' ? (start - 1)..end : member;
    }

    private static Range Pick(List<Range> ranges, ref CounterRandom random) => ranges[random.NextInt32(ranges.Count)];
}

/// <summary>Pieces of JSON that have broken readers.</summary>
internal static class HostileTokens
{
    private static readonly byte[][] Numbers = Latin(
        "0", "-0", "-1", "1", "2", "3", "7", "8", "255", "256", "65535", "65536", "65537", "2147483647", "2147483648", "4294967295", "4294967296",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615", "99999999999999999999999999", "1e3", "1.0",
        "0.5", "1E400", "00", "01", "+1", "NaN", "Infinity", "0x10", "null", "true", "\"1\"", "[]", "{}", "", ",", "1,1", "[1]", "1 1");

    private static readonly byte[][] Texts = Latin(
        "\"\"", "\"__metadata__\"", "\"sha256\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\u0000\"", "\"\\n\"", "\"../../etc/passwd\"",
        "\"\xFF\xFE\"", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF0\x9F\x98\x80\"", "\"\\x41\"", "\"\\", "\"", "null", "1", "{}", "[]", "\"F32\"", "\"F64\"",
        "\"F16\"", "\"BF16\"", "\"I64\"", "\"I32\"", "\"U8\"", "\"BOOL\"", "\"f32\"", "\"F8_E4M3\"", "\"dtype\"", "\"shape\"", "\"data_offsets\"",
        "\"" + new string('a', 1024) + "\"", "\"" + new string('a', 1025) + "\"", "\"" + new string('a', 7000) + "\"");

    private static readonly byte[][] Marks = Latin(
        "{", "}", "[", "]", "", ",", ":", "[]", "{}", "]]", "}}", "{\"a\":{", new string('[', 100), string.Concat(Enumerable.Repeat("{\"a\":", 100)));

    private static readonly byte[][] Spaces = Latin(" ", "\t", "\n", "\r\n", "        ", "\0", "//", "/* */", "\xEF\xBB\xBF", "\xA0", "\x0B", new string(' ', 3000));

    public static byte[] Number(byte[] original, ref CounterRandom random)
    {
        var isWhole = long.TryParse(Encoding.ASCII.GetString(original), CultureInfo.InvariantCulture, out var value);
        if (!isWhole || random.NextInt32(2) == 0)
            return Numbers[random.NextInt32(Numbers.Length)];
        var changed = random.NextInt32(6) switch
        {
            0 => unchecked(value + 1),
            1 => unchecked(value - 1),
            2 => unchecked(value * 2),
            3 => value / 2,
            4 => unchecked(value + 8),
            _ => unchecked(-value),
        };
        return Encoding.ASCII.GetBytes(changed.ToString(CultureInfo.InvariantCulture));
    }

    public static byte[] Text(ref CounterRandom random) => Texts[random.NextInt32(Texts.Length)];

    public static byte[] Mark(ref CounterRandom random) => Marks[random.NextInt32(Marks.Length)];

    public static byte[] Space(ref CounterRandom random) => Spaces[random.NextInt32(Spaces.Length)];

    /// <summary>
    /// Changes something inside a quoted text, such as one number of a configuration that a model keeps in its metadata.
    /// </summary>
    public static byte[] Inside(byte[] text, ref CounterRandom random)
    {
        if (text.Length <= 2)
            return Text(ref random);
        var position = 1 + random.NextInt32(text.Length - 2);
        if (text.AsSpan(position).IndexOfAnyInRange((byte)'0', (byte)'9') is >= 0 and var digits && random.NextInt32(3) != 0)
        {
            var start = position + digits;
            var length = text.AsSpan(start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            var end = length < 0 ? text.Length : start + length;
            return [.. text[..start], .. Number(text[start..end], ref random), .. text[end..]];
        }

        return random.NextInt32(4) switch
        {
            0 => [.. text[..position], .. text[(position + 1)..]],
            1 => [.. text[..position], text[1 + random.NextInt32(text.Length - 2)], .. text[(position + 1)..]],
            2 => [.. text[..position], (byte)random.NextUInt32(), .. text[(position + 1)..]],
            _ => [.. text[..position], .. text[1..position], .. text[position..]],
        };
    }

    private static byte[][] Latin(params string[] texts) => [.. texts.Select(Encoding.Latin1.GetBytes)];
}
