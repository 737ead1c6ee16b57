using Unroll.Cli.Views;

namespace Unroll.Cli.Checks;

/// <summary>Counts where something occurs and keeps the first places, so that a file full of it costs nothing.</summary>
internal sealed class Places
{
    private const int Kept = 3;

    private readonly List<(long Order, string Place)> first = [];

    public long Count { get; private set; }

    /// <summary>One more place; they come in their order.</summary>
    public void Add(string place) => Add(Count, () => place);

    /// <summary>One more place where they come in any order: those that stand first are kept.</summary>
    public void Add(long order, Func<string> place)
    {
        Count++;
        if (first.Count == Kept && order >= first[^1].Order)
            return;
        var at = first.FindIndex(entry => entry.Order > order);
        first.Insert(at < 0 ? first.Count : at, (order, place()));
        if (first.Count > Kept)
            first.RemoveAt(Kept);
    }

    /// <summary>As <c>line 3, line 8, line 12 and 40 more</c>.</summary>
    public override string ToString()
    {
        var places = first.Select(entry => entry.Place);
        return Count > Kept ? $"{string.Join(", ", places)} and {Figures.Count(Count - Kept)} more"
            : Count == 1 ? places.Single()
            : $"{string.Join(", ", places.SkipLast(1))} and {places.Last()}";
    }

    /// <summary>A text short enough for a message.</summary>
    public static string Cut(string text)
    {
        const int Longest = 40;
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= Longest ? line : line[..Longest] + "…";
    }
}
