namespace Unroll.Cli.Gates;

/// <summary>Something about a place in a text that a unit might track.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Values">Its value after each character.</param>
/// <param name="IsSwitch">Whether it is on or off.</param>
internal sealed record TextFeature(string Name, float[] Values, bool IsSwitch)
{
    private const int SpacesOfTab = 4;

    /// <summary>All features of a text, those that need memory first.</summary>
    /// <param name="text">One entry a character, in order; parts of a character that takes several are '\uFFFD'.</param>
    public static IReadOnlyList<TextFeature> Of(ReadOnlySpan<char> text)
    {
        var context = new (string Name, bool IsSwitch, Func<TextPlace, float> Value)[]
        {
            ("inside double quotes", true, place => place.InQuotes ? 1 : 0),
            ("inside parentheses", true, place => place.Parentheses > 0 ? 1 : 0),
            ("depth of parentheses", false, place => place.Parentheses),
            ("depth of square brackets", false, place => place.Brackets),
            ("depth of braces", false, place => place.Braces),
            ("position in the line", false, place => place.Column),
            ("length of the line before", false, place => place.LastLine),
            ("indentation of the line", false, place => place.Indentation),
            ("before the first letter of a line", true, place => place.IsBlankSoFar ? 1 : 0),
            ("position in the word", false, place => place.WordPosition),
            ("a capital began the word", true, place => place.CapitalWord ? 1 : 0),
            ("word of capitals", true, place => place.CapitalsOnly ? 1 : 0),
            ("characters since the last end of a sentence", false, place => place.SinceSentence),
            ("upper case", true, place => char.IsUpper(place.Character) ? 1 : 0),
            ("digit", true, place => char.IsDigit(place.Character) ? 1 : 0),
            ("vowel", true, place => "aeiouAEIOU".Contains(place.Character) ? 1 : 0),
            ("punctuation", true, place => char.IsPunctuation(place.Character) ? 1 : 0),
            ("space", true, place => place.Character == ' ' ? 1 : 0),
            ("end of line", true, place => place.Character == '\n' ? 1 : 0),
        };
        var features = new float[context.Length][];
        for (var feature = 0; feature < features.Length; feature++)
            features[feature] = new float[text.Length];
        var at = new TextPlace();
        for (var position = 0; position < text.Length; position++)
        {
            at.Read(text[position], SpacesOfTab);
            for (var feature = 0; feature < context.Length; feature++)
                features[feature][position] = context[feature].Value(at);
        }

        return [.. context.Select((feature, index) => new TextFeature(feature.Name, features[index], feature.IsSwitch))];
    }
}

/// <summary>Where a reader is in a text, after each character.</summary>
internal sealed class TextPlace
{
    /// <summary>Brackets that are never closed, as in a smiley, are forgotten beyond this depth.</summary>
    private const int DeepestBrackets = 12;

    private bool inWord;
    private bool isBlankLine = true;

    public char Character { get; private set; }

    /// <summary>Between double quotes; a quote that is never closed ends with its paragraph.</summary>
    public bool InQuotes { get; private set; }

    public int Parentheses { get; private set; }

    public int Brackets { get; private set; }

    public int Braces { get; private set; }

    /// <summary>Characters of this line so far.</summary>
    public int Column { get; private set; }

    public int LastLine { get; private set; }

    /// <summary>Of the white space that this line begins with, so far.</summary>
    public int Indentation { get; private set; }

    /// <summary>Whether the line had nothing but white space so far.</summary>
    public bool IsBlankSoFar => isBlankLine;

    /// <summary>From 1 at the first letter; 0 between words.</summary>
    public int WordPosition { get; private set; }

    public bool CapitalWord { get; private set; }

    /// <summary>In a word of two letters or more that are all capitals so far.</summary>
    public bool CapitalsOnly { get; private set; }

    public int SinceSentence { get; private set; }

    /// <summary>Reads the next character.</summary>
    public void Read(char next, int spacesOfTab)
    {
        var isEmptyLine = Character == '\n' && next == '\n';
        Character = next;
        ReadBrackets(next, isEmptyLine);
        ReadWord(next);
        SinceSentence = next is '.' or '!' or '?' ? 0 : SinceSentence + 1;
        if (next == '\n')
        {
            (LastLine, Column, Indentation, isBlankLine) = (Column, 0, 0, true);
            return;
        }

        Column++;
        if (!isBlankLine)
            return;
        if (next is ' ' or '\t')
            Indentation += next == ' ' ? 1 : spacesOfTab;
        else
            isBlankLine = false;
    }

    private void ReadBrackets(char next, bool isEmptyLine)
    {
        InQuotes = next switch
        {
            '"' => !InQuotes,
            '“' => true,
            '”' => false,
            _ => InQuotes && !isEmptyLine,
        };
        Parentheses = Depth(Parentheses, next, '(', ')');
        Brackets = Depth(Brackets, next, '[', ']');
        Braces = Depth(Braces, next, '{', '}');
    }

    private static int Depth(int depth, char next, char open, char close)
    {
        if (next == open)
            return depth == DeepestBrackets ? 1 : depth + 1;
        return next == close ? Math.Max(0, depth - 1) : depth;
    }

    private void ReadWord(char next)
    {
        if (!char.IsLetter(next))
        {
            (inWord, WordPosition, CapitalWord, CapitalsOnly) = (false, 0, false, false);
            return;
        }

        CapitalWord = inWord ? CapitalWord : char.IsUpper(next);
        CapitalsOnly = char.IsUpper(next) && (CapitalsOnly || WordPosition == 1) && CapitalWord;
        inWord = true;
        WordPosition++;
    }
}
