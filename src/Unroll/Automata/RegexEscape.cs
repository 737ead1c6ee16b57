using System.Globalization;

namespace Unroll.Automata;

/// <summary>Reads what stands behind a backslash.</summary>
internal static class RegexEscape
{
    private static readonly (char First, char Last)[] digits = [('0', '9')];
    private static readonly (char First, char Last)[] wordSymbols = [('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
    private static readonly (char First, char Last)[] whiteSpace = [('\t', '\r'), (' ', ' ')];

    /// <summary>Reads one escape.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="start">Where the backslash stands.</param>
    /// <param name="end">Where the pattern goes on.</param>
    public static SymbolSet Read(string pattern, int start, out int end)
    {
        if (start + 1 == pattern.Length)
            throw RegexFault.At(pattern, start, "the pattern ends with a backslash; write \\\\ for the character");
        var character = pattern[start + 1];
        end = start + 2;
        switch (character)
        {
            case 'd' or 'D':
                return Set(digits, character == 'D', start);
            case 'w' or 'W':
                return Set(wordSymbols, character == 'W', start);
            case 's' or 'S':
                return Set(whiteSpace, character == 'S', start);
            case 'u':
                end = start + 6;
                return Single(Code(pattern, start), start);
            case >= '1' and <= '9':
                throw RegexFault.At(pattern, start, "what refers to an earlier group is not regular: no finite automaton accepts it");
        }

        var meant = character switch
        {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\f',
            'v' => '\v',
            '0' => '\0',
            _ when !char.IsLetterOrDigit(character) => character,
            _ => throw RegexFault.At(pattern, start, $"the escape \\{character} is unknown; there are \\d \\w \\s \\D \\W \\S \\t \\n \\r \\f \\v \\0 \\uXXXX, and \\ before a punctuation mark"),
        };
        return Single(meant, start);
    }

    private static SymbolSet Single(char symbol, int start) => new([(symbol, symbol)], false, false, start);

    private static SymbolSet Set((char First, char Last)[] ranges, bool isComplement, int start) => new(ranges, isComplement, isComplement, start);

    private static char Code(string pattern, int start) =>
        start + 6 <= pattern.Length && ushort.TryParse(pattern.AsSpan(start + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? (char)code
            : throw RegexFault.At(pattern, start, "\\u is followed by four hexadecimal digits");
}
