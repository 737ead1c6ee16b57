using Unroll.Cli.Views;

namespace Unroll.Cli.Checks.Classification;

/// <summary>What stands out in the labels.</summary>
internal static class LabelFindings
{
    /// <summary>From here on a run is better with --balance, and accuracy says little: the most frequent label has so many times the examples of the rarest.</summary>
    public const double Imbalance = 10;

    /// <summary>So many labels or more, with fewer examples each than <see cref="FewExamples"/>, are more likely names or numbers than labels.</summary>
    private const int ManyLabels = 10;

    /// <summary>See <see cref="ManyLabels"/>.</summary>
    private const int FewExamples = 2;

    public static bool AreImbalanced(LabelTable labels) => labels.Training is { Count: > 1 } counts && counts[0].Count >= Imbalance * counts[^1].Count;

    /// <summary>Whether no label has an example to spare for validation.</summary>
    public static bool AreSingle(LabelTable labels) => labels.Training.All(entry => entry.Count == 1);

    public static void AddTo(Findings findings, LabelTable labels, string training, string? test)
    {
        var counts = labels.Training;
        if (labels.Overflows)
            findings.Problem("too-many-labels", $"{training}: there are more than {Figures.Count(LabelTable.Most)} different labels; is it the column of the labels? Name it with --label.");
        else if (counts.Count == 1)
            findings.Problem("one-label", $"{training}: all {Figures.Count(counts[0].Count)} examples have the label '{counts[0].Label}'; there is nothing to tell apart. At least two labels are needed.");
        if (test is not null && labels.OnlyInTest is { Count: > 0 } unseen)
            findings.Problem("unseen-labels", $"{test}: labels that training never sees: {List(unseen)}. Train with examples of them, or leave them out.");
        if (labels.Overflows || counts.Count < 2)
            return;
        var examples = counts.Sum(entry => entry.Count);
        var areMany = counts.Count >= ManyLabels && examples < (long)FewExamples * counts.Count;
        if (areMany)
            findings.Warning("many-labels", $"{training}: there are {Figures.Count(counts.Count)} labels for {Figures.Count(examples)} examples; is it the column of the labels? Name it with --label.");
        else if (AreImbalanced(labels))
            findings.Warning("imbalance", $"{training}: '{counts[0].Label}' has {Figures.Small((double)counts[0].Count / counts[^1].Count)} times the examples of '{counts[^1].Label}'; always saying '{counts[0].Label}' is right in {ClassifierText.Percent(counts[0].Count / (double)examples)}. Look at macro F1, not at accuracy, and try --balance.");
        if (AreSingle(labels))
            findings.Warning("single-examples", $"{training}: every label has a single example, so that none can be kept for validation. Use more examples, or --validation 0.");
        else if (!areMany && counts.Where(entry => entry.Count == 1).ToArray() is { Length: > 0 } single)
            findings.Warning("single-examples", $"{training}: labels with a single example, which validation will not see: {string.Join(", ", Shown(single, entry => $"'{entry.Label}'"))}.");
        AddAlike(findings, counts, training);
    }

    private static void AddAlike(Findings findings, IReadOnlyList<(string Label, long Count)> counts, string training)
    {
        var alike = counts.Select(entry => entry.Label)
            .GroupBy(label => string.Join(' ', label.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToUpperInvariant(), StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => string.Join(" and ", group.Select(label => $"'{label}'")))
            .ToArray();
        if (alike.Length > 0)
            findings.Warning("alike-labels", $"{training}: labels that differ in case or white space alone: {string.Join("; ", Shown(alike, pair => pair))}. They are learned as different ones; write them the same.");
    }

    private static string List(IReadOnlyList<(string Label, long Count)> labels) =>
        string.Join(", ", Shown(labels, entry => $"'{entry.Label}' ({Figures.Count(entry.Count)} {(entry.Count == 1 ? "example" : "examples")})"));

    private static IEnumerable<string> Shown<T>(IReadOnlyList<T> list, Func<T, string> word)
    {
        const int Most = 8;
        return list.Count <= Most ? list.Select(word) : list.Take(Most).Select(word).Append($"and {Figures.Count(list.Count - Most)} more");
    }
}
