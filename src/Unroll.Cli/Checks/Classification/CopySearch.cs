using Unroll.Cli.Views;

namespace Unroll.Cli.Checks.Classification;

/// <summary>What equal examples mean: copies, the same with different labels, and tests of what was learned.</summary>
internal sealed class CopySearch
{
    private readonly Places copies = new();
    private readonly Places contradictions = new();
    private readonly Places leaks = new();
    private readonly PartTally training;
    private readonly PartTally? test;
    private long unreachable;

    public CopySearch(FingerprintSet prints, PartTally training, PartTally? test)
    {
        this.training = training;
        this.test = test;
        prints.ForEachRepeated(Visit);
    }

    /// <summary>Examples of training that another one before them equals, label and all.</summary>
    public long Copies { get; private set; }

    /// <summary>Examples of training that equal others with another label.</summary>
    public long Contradictory { get; private set; }

    /// <summary>How many of training a model can get right at most: of equal ones those with the most frequent label.</summary>
    public long Reachable => training.Examples - unreachable;

    /// <summary>Examples of the test that stand in training as well.</summary>
    public long Leaked { get; private set; }

    /// <summary>Those among them that training has only with other labels.</summary>
    public long LeakedWithAnotherLabel { get; private set; }

    public void AddTo(Findings findings)
    {
        if (Copies > 0)
            findings.Warning("copies", $"{training.Name}: {Figures.Count(Copies)} of {Figures.Count(training.Examples)} examples {(Copies == 1 ? "is a copy" : "are copies")} of another one with the same label: {copies}. The part kept for validation may hold what was learned; leave copies out unless they belong to the data.");
        if (Contradictory > 0)
        {
            findings.Warning(
                "contradictions",
                $"{training.Name}: {Figures.Count(Contradictory)} of {Figures.Count(training.Examples)} examples are the same with different labels: {contradictions}. No model gets more than {ClassifierText.Percent(Reachable / (double)training.Examples)} of them all right.");
        }

        if (Leaked > 0)
        {
            findings.Warning(
                "leak",
                $"{test!.Name}: {Figures.Count(Leaked)} of {Figures.Count(test.Examples)} examples of the test {(Leaked == 1 ? "stands" : "stand")} in {training.Name} as well: {leaks}.{(LeakedWithAnotherLabel > 0 ? $" {Figures.Count(LeakedWithAnotherLabel)} of them {(LeakedWithAnotherLabel == 1 ? "has" : "have")} another label there." : "")} What is measured on them is memory; leave them out of one of the two.");
        }
    }

    /// <summary>Looks at equal ones: those of training first.</summary>
    private void Visit(ReadOnlySpan<FingerprintEntry> equal)
    {
        var own = 0;
        while (own < equal.Length && !equal[own].IsTest)
            own++;
        var inTraining = equal[..own];
        if (own > 1)
            VisitTraining(inTraining);
        if (own == 0)
            return;
        foreach (var entry in equal[own..])
        {
            Leaked++;
            LeakedWithAnotherLabel += CountOf(inTraining, entry.Label) == 0 ? 1 : 0;
            leaks.Add(entry.Place, Pair(test!, entry.Place, "repeats", inTraining[0].Place));
        }
    }

    private void VisitTraining(ReadOnlySpan<FingerprintEntry> equal)
    {
        var most = 0;
        for (var index = 0; index < equal.Length; index++)
        {
            var before = CountOf(equal[..index], equal[index].Label);
            most = Math.Max(most, before + 1);
            if (before == 0)
                continue;
            Copies++;
            copies.Add(equal[index].Place, Pair(training, equal[index].Place, "repeats", FirstOf(equal, equal[index].Label).Place));
        }

        if (CountOf(equal, equal[0].Label) == equal.Length)
            return;
        Contradictory += equal.Length;
        unreachable += equal.Length - most;
        var other = equal[1];
        foreach (var entry in equal)
        {
            if (entry.Label != equal[0].Label)
            {
                other = entry;
                break;
            }
        }

        contradictions.Add(equal[0].Place, Pair(training, equal[0].Place, "and", other.Place));
    }

    /// <summary>Two places in words; the second is one of training.</summary>
    private Func<string> Pair(PartTally part, int place, string word, int other) => () => $"{part.Where(place)} {word} {training.Where(other)}";

    private static int CountOf(ReadOnlySpan<FingerprintEntry> entries, int label)
    {
        var count = 0;
        foreach (var entry in entries)
            count += entry.Label == label ? 1 : 0;
        return count;
    }

    private static FingerprintEntry FirstOf(ReadOnlySpan<FingerprintEntry> entries, int label)
    {
        foreach (var entry in entries)
        {
            if (entry.Label == label)
                return entry;
        }

        return entries[0];
    }
}
