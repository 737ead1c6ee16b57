using System.Numerics;
using System.Runtime.InteropServices;

namespace Unroll.Cli.Checks;

/// <summary>
/// Sixty-four bits of a text or series: equal ones have the same, and of N different ones two have the same by chance with a probability of about N² / 2⁶⁵,
/// 3·10⁻⁶ for ten million. Nobody is kept from making such a pair on purpose.
/// </summary>
internal struct Fingerprint()
{
    // Odd, with about half of the bits set and no pattern in them: the fractional parts of the golden ratio and of √2.
    private const ulong First = 0x9E3779B97F4A7C15;
    private const ulong Second = 0x6A09E667F3BCC909;

    private ulong state = First;

    /// <summary>The bits so far.</summary>
    public readonly ulong Value => Mixed(state);

    public static ulong Of(ReadOnlySpan<char> text)
    {
        var print = new Fingerprint();
        var words = MemoryMarshal.Cast<char, ulong>(text);
        foreach (var word in words)
            print.Add(word);
        foreach (var letter in text[(words.Length * (sizeof(ulong) / sizeof(char)))..])
            print.Add(letter);
        print.Add((ulong)text.Length);
        return print.Value;
    }

    public void Add(ulong word) => state = BitOperations.RotateLeft((state ^ Mixed(word)) * First, 29) + Second;

    /// <summary>A number; the two zeros are one.</summary>
    public void Add(float value) => Add(BitConverter.SingleToUInt32Bits(value == 0 ? 0 : value));

    private static ulong Mixed(ulong word)
    {
        word = (word ^ (word >> 32)) * Second;
        word = (word ^ (word >> 29)) * First;
        return word ^ (word >> 32);
    }
}
