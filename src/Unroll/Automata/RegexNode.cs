namespace Unroll.Automata;

/// <summary>A part of a regular expression.</summary>
internal abstract record RegexNode;

/// <summary>One symbol of a set.</summary>
/// <param name="Ranges">Characters from … to.</param>
/// <param name="IsComplement">Whether it is all symbols of the alphabet but these.</param>
/// <param name="NeedsAlphabet">Whether only the alphabet says which symbols these are.</param>
/// <param name="Position">Where it stands in the pattern.</param>
internal sealed record SymbolSet(IReadOnlyList<(char First, char Last)> Ranges, bool IsComplement, bool NeedsAlphabet, int Position) : RegexNode
{
    /// <summary>Whether a symbol of the alphabet is in the set.</summary>
    public bool Contains(char symbol) => Ranges.Any(range => symbol >= range.First && symbol <= range.Last) != IsComplement;
}

/// <summary>One after the other; none is the empty text.</summary>
internal sealed record RegexSequence(IReadOnlyList<RegexNode> Parts) : RegexNode;

/// <summary>One of two or more.</summary>
internal sealed record RegexChoice(IReadOnlyList<RegexNode> Parts) : RegexNode;

/// <summary>Minimum to Maximum times; null for any number.</summary>
internal sealed record RegexRepeat(RegexNode Part, int Minimum, int? Maximum) : RegexNode;
