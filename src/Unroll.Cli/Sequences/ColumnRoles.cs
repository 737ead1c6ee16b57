namespace Unroll.Cli.Sequences;

/// <summary>The columns of a table by what they are, found by the names that the user gave or that people usually give.</summary>
internal sealed class ColumnRoles
{
    private static readonly string[] LabelNames = ["label", "class", "target", "category", "y"];

    /// <summary>Beside x, y is a number.</summary>
    private static readonly string[] LabelNamesOfSteps = LabelNames[..^1];
    private static readonly string[] TextNames = ["text", "sentence", "review", "content", "message", "name", "document", "phrase"];

    private readonly string source;
    private readonly string[] names;

    /// <summary>Finds them.</summary>
    /// <param name="source">The file and line of the names.</param>
    /// <param name="names">The names.</param>
    /// <param name="columns">What the user says of them.</param>
    /// <exception cref="InvalidDataException">A name is missing, stands there twice, or cannot be guessed.</exception>
    public ColumnRoles(string source, string[] names, SequenceColumns columns)
    {
        this.source = source;
        this.names = names;
        if (names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidDataException($"{source}: two columns are called '{twice.Key}'; columns need different names in the first line.");
        Label = columns.Label is { } label ? Named(label) : Guess(columns.Group is null ? LabelNames : LabelNamesOfSteps);
        if (columns.Group is { } group)
        {
            Group = Named(group);
            Channels = columns.Channels is { } channels ? [.. channels.Select(Named)] : [.. Enumerable.Range(0, names.Length).Where(index => index != Group && index != Label)];
            if (Channels.Length == 0)
                throw new InvalidDataException($"{source}: there is no column of numbers besides those of group and label.");
        }
        else
        {
            Text = columns.Text is { } text ? Named(text) : GuessText();
            if (Label < 0 && columns.Label is null && columns.NeedsLabel && names.Length == 2)
                Label = 1 - Text;
        }

        if (Label < 0 && columns.NeedsLabel)
            throw new InvalidDataException($"{source}: no column is called {string.Join(", ", LabelNames)}; say which has the labels with --label. There are {List()}.");
        if (Label >= 0 && Label == Text)
            throw new InvalidDataException($"{source}: the column '{names[Label]}' cannot be both text and label; say which is which with --text and --label.");
    }

    /// <summary>The column of the labels, or −1.</summary>
    public int Label { get; }

    /// <summary>The column of the texts; −1 where rows are time steps.</summary>
    public int Text { get; } = -1;

    /// <summary>The column that says which sequence a row belongs to, or −1.</summary>
    public int Group { get; } = -1;

    /// <summary>The columns of numbers.</summary>
    public int[] Channels { get; } = [];

    private int Named(string name)
    {
        var index = Array.FindIndex(names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw new InvalidDataException($"{source}: there is no column '{name}'; there are {List()}.");
    }

    private int Guess(string[] usual) =>
        usual.Select(name => Array.FindIndex(names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(index => index >= 0, -1);

    private int GuessText()
    {
        if (Guess(TextNames) is var known and >= 0)
            return known;
        if (names.Length == 1)
            return 0;
        if (names.Length == 2 && Label >= 0)
            return 1 - Label;
        throw new InvalidDataException(
            $"{source}: no column is called {string.Join(", ", TextNames)}; say which has the texts with --text, or, where rows are time steps of numbers, which names the sequence with --group. There are {List()}.");
    }

    private string List() => string.Join(", ", names.Select(name => $"'{name}'"));
}
