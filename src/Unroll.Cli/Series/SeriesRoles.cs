using Unroll.Data;

namespace Unroll.Cli.Series;

/// <summary>The columns of a table of series by what they are.</summary>
internal sealed class SeriesRoles
{
    private static readonly string[] TimeNames = ["date", "time", "timestamp", "datetime", "ds", "day", "week", "month", "quarter", "year"];
    private static readonly string[] SeriesNames = ["unique_id", "series_id", "series", "item_id"];

    private readonly string source;
    private readonly string[] names;

    /// <summary>Finds them.</summary>
    /// <param name="source">The file and line of the names.</param>
    /// <param name="names">The names.</param>
    /// <param name="first">The cells of the first row, which tell numbers from texts.</param>
    /// <param name="columns">What the user says of them.</param>
    /// <param name="times">How times are read.</param>
    /// <param name="isNumber">Whether a cell is a number, or missing.</param>
    /// <exception cref="InvalidDataException">A name is missing, stands there twice, or cannot be guessed.</exception>
    public SeriesRoles(string source, string[] names, string[] first, SeriesColumns columns, SeriesTime times, Func<string, bool> isNumber)
    {
        (this.source, this.names) = (source, names);
        if (names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new InvalidDataException($"{source}: two columns are called '{twice.Key}'; columns need different names in the first line.");
        Series = columns.Series is { } series ? Named(series) : Guess(SeriesNames);
        Time = columns.Time is { } time ? Named(time) : GuessTime(first, times);
        int[] past = [.. columns.Past.Select(Named)], known = [.. columns.Known.Select(Named)];
        int[] numbers = [.. Enumerable.Range(0, names.Length).Where(index => index != Time && index != Series && isNumber(first[index]))];
        var targets = Targets(columns, [.. numbers.Except(past).Except(known)]);
        Numbers = [.. targets, .. past, .. known];
        if (Numbers.Distinct().Count() != Numbers.Length || Numbers.Contains(Time) || Numbers.Contains(Series))
            throw new InvalidDataException($"{source}: a column is used for two things; each is a target, read up to the present, known ahead, the time or the name of the series.");
        Channels = [.. targets.Select(index => new SeriesChannel(names[index])), .. past.Select(index => new SeriesChannel(names[index], ChannelRole.Past)), .. known.Select(index => new SeriesChannel(names[index], ChannelRole.Known))];
        LeftOut = [.. Enumerable.Range(0, names.Length).Except(Numbers).Where(index => index != Time && index != Series).Select(index => names[index])];
    }

    /// <summary>The column of the times, or −1.</summary>
    public int Time { get; }

    /// <summary>The column of the names of series, or −1.</summary>
    public int Series { get; }

    /// <summary>The columns of numbers that are read, in the order of <see cref="Channels"/>.</summary>
    public int[] Numbers { get; }

    /// <summary>What they are.</summary>
    public SeriesChannel[] Channels { get; }

    /// <summary>What looks like a time and is not read as one, in words, or null.</summary>
    public string? TimeNote { get; private set; }

    /// <summary>The names of columns that nobody reads.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    private int[] Targets(SeriesColumns columns, int[] numbers)
    {
        if (columns.Targets is ["all"])
            return numbers.Length > 0 ? numbers : throw new InvalidDataException($"{source}: no column holds numbers. There are {List()}.");
        if (columns.Targets is { } given)
            return [.. given.Select(Named)];
        return numbers.Length switch
        {
            1 => numbers,
            0 => throw new InvalidDataException($"{source}: no column holds numbers. There are {List()}.{(columns.DecimalComma ? "" : " Numbers with a decimal comma are read with --decimal comma.")}"),
            _ => throw new InvalidDataException($"{source}: more than one column holds numbers: {List(numbers)}. Say which to forecast with --target, for example --target {names[numbers[^1]]}, or --target all."),
        };
    }

    private int GuessTime(string[] first, SeriesTime times)
    {
        if (Guess(TimeNames) is var named and >= 0 && times.TryReadNamed(first[named].Trim(), out _))
            return named;
        var found = Array.FindIndex(first, cell => times.TryRead(cell.Trim(), out _));
        if (found < 0 && Guess(TimeNames) is var unread and >= 0)
            TimeNote = $"'{names[unread]}' is called like a time, and '{first[unread].Trim()}' is none that is read, so rows are numbered in their order; say how times are written with --date-format, for example --date-format dd/MM/yyyy";
        return found;
    }

    private int Guess(string[] usual) =>
        usual.Select(name => Array.FindIndex(names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(index => index >= 0, -1);

    private int Named(string name)
    {
        var index = Array.FindIndex(names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? index : throw new InvalidDataException($"{source}: there is no column '{name}'; there are {List()}.");
    }

    private string List() => List(Enumerable.Range(0, names.Length));

    private string List(IEnumerable<int> columns) => string.Join(", ", columns.Select(column => $"'{names[column]}'"));
}
