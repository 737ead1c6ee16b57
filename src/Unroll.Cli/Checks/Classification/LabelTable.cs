namespace Unroll.Cli.Checks.Classification;

/// <summary>The labels of training and test together, with how often each part has them.</summary>
internal sealed class LabelTable
{
    /// <summary>The most labels that a classifier has; a column with more is no column of labels, and is not kept.</summary>
    public const int Most = 65_536;

    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly List<(string Label, long Training, long Test)> labels = [];

    /// <summary>Whether there were more than <see cref="Most"/>.</summary>
    public bool Overflows { get; private set; }

    /// <summary>Counts a label.</summary>
    /// <returns>Its number, or −1 where there are too many.</returns>
    public int Add(string label, bool isTest)
    {
        if (!numbers.TryGetValue(label, out var number))
        {
            if (labels.Count == Most)
            {
                Overflows = true;
                return -1;
            }

            numbers[label] = number = labels.Count;
            labels.Add((label, 0, 0));
        }

        var (name, training, test) = labels[number];
        labels[number] = isTest ? (name, training, test + 1) : (name, training + 1, test);
        return number;
    }

    public string NameOf(int number) => number < 0 ? "?" : labels[number].Label;

    /// <summary>The labels of training, the most frequent first.</summary>
    public IReadOnlyList<(string Label, long Count)> Training => Counts(entry => entry.Training);

    /// <summary>The labels of the test, the most frequent first.</summary>
    public IReadOnlyList<(string Label, long Count)> Test => Counts(entry => entry.Test);

    /// <summary>What the test has and training does not.</summary>
    public IReadOnlyList<(string Label, long Count)> OnlyInTest => [.. labels.Where(entry => entry.Training == 0 && entry.Test > 0).Select(entry => (entry.Label, entry.Test))];

    private (string Label, long Count)[] Counts(Func<(string Label, long Training, long Test), long> count) =>
        [.. labels.Select(entry => (entry.Label, Count: count(entry))).Where(entry => entry.Count > 0).OrderByDescending(entry => entry.Count).ThenBy(entry => entry.Label, StringComparer.Ordinal)];
}
