namespace Unroll.Data;

/// <summary>What ends a word.</summary>
public enum WordSplitting
{
    /// <summary>White space and punctuation; each punctuation mark is a word of its own, an apostrophe inside a word is part of it.</summary>
    Punctuation,

    /// <summary>White space alone: for texts that were split before, such as the Penn Treebank files.</summary>
    Whitespace,
}
