namespace Unroll.Automata;

/// <summary>What is wrong with a pattern, and where.</summary>
internal static class RegexFault
{
    public static ArgumentException At(string pattern, int position, string what) =>
        new($"The pattern \"{pattern}\" is wrong at position {position}: {what}.", nameof(pattern));
}
