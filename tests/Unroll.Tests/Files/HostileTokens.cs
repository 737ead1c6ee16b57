using System.Globalization;
using System.Text;
using Unroll.Tensors;

namespace Unroll.Tests.Files;

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
        "\"F16\"", "\"BF16\"", "\"I64\"", "\"I32\"", "\"U8\"", "\"I8\"", "\"BOOL\"", "\"f32\"", "\"F8_E4M3\"", "\"dtype\"", "\"shape\"", "\"data_offsets\"",
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
