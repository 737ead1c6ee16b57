namespace Unroll.Data;

/// <summary>Labelled sequences of one kind: texts, or series of the same channels and mixed lengths. Immutable.</summary>
public sealed class SequenceSet
{
    /// <summary>Puts sequences together.</summary>
    /// <param name="name">What to call them in messages: the name of their file.</param>
    /// <param name="items">At least one; all texts, or all of the same number of channels.</param>
    /// <exception cref="InvalidDataException">There is none, or two of them are of different kinds; the message names both.</exception>
    public SequenceSet(string name, IReadOnlyList<LabelledSequence> items)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(items);
        if (items.Count == 0)
            throw new InvalidDataException($"{name}: there is no example in it; at least one is needed.");
        Channels = items[0].Channels;
        foreach (var item in items)
        {
            if ((item.StepLabels is null) != (items[0].StepLabels is null))
                throw new InvalidDataException($"{item.Source}: the sequence has {LabelsOf(item)}; that of {items[0].Source} has {LabelsOf(items[0])}. All have to be of one kind.");
            if (item.Channels != Channels)
                throw new InvalidDataException($"{item.Source}: the sequence has {KindOf(item)}; that of {items[0].Source} has {KindOf(items[0])}. All have to be of one kind.");
        }

        Name = name;
        Items = items;
        Labels = [.. items.SelectMany(LabelsIn).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>What to call them: the name of their file.</summary>
    public string Name { get; }

    /// <summary>The sequences in the order of their file.</summary>
    public IReadOnlyList<LabelledSequence> Items { get; }

    /// <summary>The labels that occur, in ordinal order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>C: how many numbers a time step has; 0 where the sequences are texts.</summary>
    public int Channels { get; }

    /// <summary>Whether each token or time step has a label, instead of each sequence.</summary>
    public bool IsPerStep => Items[0].StepLabels is not null;

    /// <summary>How many labels there are in all: one for each sequence, or for each token or time step.</summary>
    public int LabelCount => Items.Sum(item => item.StepLabels?.Count ?? 1);

    /// <summary>Whether the sequences are texts.</summary>
    public bool IsText => Channels == 0;

    /// <summary>How many sequences have a label.</summary>
    /// <param name="label">The label.</param>
    public int CountOf(string label) => Items.Sum(item => LabelsIn(item).Count(own => own == label));

    /// <summary>
    /// Keeps a part of each label's sequences apart, drawn from a seed: the first part has the same shares of labels as the second, as far as they divide. A label
    /// of two sequences or more stands in both; one of a single sequence only in the first. Sequences with a label for each step are drawn whatever their labels are.
    /// </summary>
    /// <param name="fraction">How much the second part gets, over 0 and under 1.</param>
    /// <param name="seed">Which sequences are drawn.</param>
    /// <returns>Both parts, each in the order of the whole.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    /// <exception cref="InvalidDataException">No label has two sequences, so that there is nothing to keep apart.</exception>
    public (SequenceSet Training, SequenceSet Part) Split(double fraction, ulong seed = 0)
    {
        if (!(fraction is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "The part to keep apart is over 0 and under 1, such as 0.1.");
        var chosen = StratifiedSplit.Choose(Items, fraction, seed);
        var part = Items.Where((_, index) => chosen[index]).ToArray();
        if (part.Length == 0)
            throw new InvalidDataException($"{Name}: every label has a single example, so that none can be kept apart. Use more examples, or a file of its own for it.");
        return (new(Name, [.. Items.Where((_, index) => !chosen[index])]), new(Name, part));
    }

    private static IReadOnlyList<string> LabelsIn(LabelledSequence item) => item.StepLabels ?? [item.Label];

    private static string LabelsOf(LabelledSequence item) => item.StepLabels is null ? "one label" : "a label for each step";

    private static string KindOf(LabelledSequence item) => item.Text is null ? $"{item.Channels} channels" : "a text";
}
