using System.Globalization;

namespace Unroll.Data;

/// <summary>What becomes of several rows for one time of one series.</summary>
public enum DuplicatePolicy
{
    /// <summary>They are refused.</summary>
    Refuse,

    /// <summary>The mean of their values.</summary>
    Mean,

    /// <summary>The sum of their values.</summary>
    Sum,

    /// <summary>The row that stands last.</summary>
    Last,
}

/// <summary>
/// Puts rows of a table together to series at equal distances: sorts them by time, finds the frequency, and leaves NaN where a step has no row. What it had to do
/// stands in <see cref="Notes"/>; no row is dropped.
/// </summary>
/// <param name="name">What to call the data in messages.</param>
/// <param name="channels">The columns of numbers.</param>
public sealed class TimeSeriesBuilder(string name, IReadOnlyList<SeriesChannel> channels)
{
    /// <summary>Values of a grid, a gigabyte; more come of a time that is wrong.</summary>
    private const int MaximumValues = 1 << 28;

    private readonly Dictionary<string, Rows> series = new(StringComparer.Ordinal);
    private readonly List<string> notes = [];
    private bool? hasTimes;

    /// <summary>The frequency, or null to find it; with it, times between two steps belong to the step before, whose rows <see cref="Duplicates"/> brings together.</summary>
    public Frequency? Frequency { get; init; }

    /// <summary>What becomes of several rows for one time of one series.</summary>
    public DuplicatePolicy Duplicates { get; init; }

    /// <summary>What was done to the rows, in words: sorted, brought together, gaps found.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>Takes a row.</summary>
    /// <param name="seriesName">The series it belongs to; empty for the only one.</param>
    /// <param name="time">Its time, or null where rows are numbered by their order.</param>
    /// <param name="values">[C]; NaN where a value is missing.</param>
    /// <param name="line">Where it stands, for messages.</param>
    /// <exception cref="InvalidDataException">A value is infinite, or only some rows have a time.</exception>
    /// <exception cref="ArgumentException">There are more or fewer values than channels.</exception>
    public void Add(string seriesName, DateTime? time, ReadOnlySpan<float> values, long line)
    {
        ArgumentNullException.ThrowIfNull(seriesName);
        if (values.Length != channels.Count)
            throw new ArgumentException($"There are {values.Length} values for {channels.Count} channels.", nameof(values));
        if (values.IndexOfAny(float.PositiveInfinity, float.NegativeInfinity) is var infinite and >= 0)
            throw new InvalidDataException($"{name} line {line}, column '{channels[infinite].Name}': the value is infinite; expected a finite number, or nothing where it is missing.");
        if ((hasTimes ??= time is not null) != time is not null)
            throw new InvalidDataException($"{name} line {line}: the row has {(time is null ? "no time" : "a time")}; the rows before have {(time is null ? "one" : "none")}.");
        if (!series.TryGetValue(seriesName, out var rows))
            series[seriesName] = rows = new();
        if (time is { } moment)
            rows.Times.Add(moment);
        rows.Lines.Add(line);
        rows.Values.AddRange(values);
    }

    /// <summary>Makes the set; the builder is used up.</summary>
    /// <exception cref="InvalidDataException">There is no row, no frequency fits the times, or a time stands there twice; the message names a line.</exception>
    public TimeSeriesSet Build()
    {
        if (series.Count == 0)
            throw new InvalidDataException($"{name}: there is no row of data.");
        if (hasTimes != true)
        {
            if (Frequency is { HasCalendar: true } given)
                throw new InvalidDataException($"{name}: the frequency is {given}, and the rows have no time; name the column of the times.");
            return new(name, channels, Data.Frequency.Steps, [.. series.Select(entry => TimeSeries.Of(entry.Value.Values.ToArray(), channels.Count, entry.Key))]);
        }

        foreach (var (key, rows) in series)
            Sort(key, rows);
        if (Frequency is { HasCalendar: false })
            throw new InvalidDataException($"{name}: the frequency is a numbered step, and the rows have times; leave the column of the times out, or give the frequency of the times.");
        var frequency = Frequency ?? FindFrequency();
        return new(name, channels, frequency, [.. series.Select(entry => OnGrid(entry.Key, entry.Value, frequency))]);
    }

    private void Sort(string key, Rows rows)
    {
        var (times, lines) = (rows.Times, rows.Lines);
        var outOfOrder = 0;
        for (var index = 1; index < times.Count; index++)
            outOfOrder += times[index] < times[index - 1] ? 1 : 0;
        if (outOfOrder == 0)
            return;
        int[] order = [.. Enumerable.Range(0, times.Count)];
        // Rows of one time stay in the order of the file.
        Array.Sort([.. order.Select(row => (times[row], row))], order);
        notes.Add(string.Create(CultureInfo.InvariantCulture, $"{Shown(key)}: {outOfOrder} rows stood before an earlier one and were sorted by time"));
        var values = new List<float>(rows.Values.Count);
        foreach (var row in order)
            values.AddRange(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows.Values).Slice(row * channels.Count, channels.Count));
        (rows.Times, rows.Lines, rows.Values) = ([.. order.Select(row => times[row])], [.. order.Select(row => lines[row])], values);
    }

    private Frequency FindFrequency()
    {
        var longest = series.Values.MaxBy(rows => rows.Times.Count)!;
        var distinct = new List<DateTime>(longest.Times.Count);
        foreach (var time in longest.Times)
        {
            if (distinct.Count == 0 || distinct[^1] != time)
                distinct.Add(time);
        }

        if (distinct.Count < 2)
            throw new InvalidDataException($"{name}: no series has two different times; at least two are needed to find the frequency. Is it the column of the times?");
        return Data.Frequency.Infer(distinct) ?? throw new InvalidDataException(
            $"{name}: the times are at no regular distance: line {longest.Lines[0]} has {Format(distinct[0])}, then come {Format(distinct[1])}{(distinct.Count > 2 ? " and " + Format(distinct[2]) : "")}. "
            + "Give the frequency, such as 1h, and how rows of one step are brought together, such as their mean.");
    }

    private TimeSeries OnGrid(string key, Rows rows, Frequency frequency)
    {
        var (start, count) = (FirstStep(rows.Times[0], frequency), channels.Count);
        frequency.TryIndexOf(start, rows.Times[^1], out var last);
        if ((last + 1) * count > MaximumValues)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{(key.Length == 0 ? name : $"{name}, series '{key}'")}: from {Format(start)} to {Format(rows.Times[^1])} there are {last + 1} steps of a {frequency}; at most {MaximumValues / count} fit. Is a time wrong?"));
        var values = new float[(last + 1) * count];
        Array.Fill(values, float.NaN);
        var (previous, inStep, merged) = (-1L, 0, 0);
        var known = new int[count];
        for (var row = 0; row < rows.Times.Count; row++)
        {
            var isOnStep = frequency.TryIndexOf(start, rows.Times[row], out var step);
            if (!isOnStep && Duplicates == DuplicatePolicy.Refuse)
                throw new InvalidDataException($"{name} line {rows.Lines[row]}: {Format(rows.Times[row])} is no step of a {frequency} from {Format(start)}. Give another frequency, or say how rows between steps are brought together.");
            inStep = step == previous ? inStep + 1 : 1;
            if (inStep > 1)
            {
                if (Duplicates == DuplicatePolicy.Refuse)
                    throw new InvalidDataException($"{name} line {rows.Lines[row]}: the time {Format(rows.Times[row])} {(key.Length == 0 ? "" : $"of series '{key}' ")}stands on line {rows.Lines[row - 1]} already. Remove one, or say how they are brought together.");
                merged++;
            }

            else
                Array.Clear(known);
            Merge(values.AsSpan((int)step * count, count), System.Runtime.InteropServices.CollectionsMarshal.AsSpan(rows.Values).Slice(row * count, count), known);
            previous = step;
        }

        var missing = last + 1 - (rows.Times.Count - merged);
        if (merged > 0)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{Shown(key)}: {merged} rows were brought together with others of their step ({Duplicates.ToString().ToLowerInvariant()})"));
        if (missing > 0)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{Shown(key)}: {missing} of {last + 1} steps have no row and count as missing"));
        return TimeSeries.Of(values, count, key, start);
    }

    /// <summary>With a frequency that was given, steps begin at whole units.</summary>
    private DateTime FirstStep(DateTime first, Frequency frequency) => Frequency is null || Duplicates == DuplicatePolicy.Refuse ? first : frequency.Unit switch
    {
        FrequencyUnit.Second => new(first.Ticks - (first.Ticks % TimeSpan.TicksPerSecond)),
        FrequencyUnit.Minute => new(first.Ticks - (first.Ticks % TimeSpan.TicksPerMinute)),
        FrequencyUnit.Hour => new(first.Ticks - (first.Ticks % TimeSpan.TicksPerHour)),
        FrequencyUnit.BusinessDay => frequency.Add(first.Date, 0),
        FrequencyUnit.Day or FrequencyUnit.Week => first.Date,
        FrequencyUnit.Month or FrequencyUnit.Quarter => new(first.Year, first.Month, 1),
        _ => new(first.Year, 1, 1),
    };

    /// <param name="step">[C], what the rows of the step before came to.</param>
    /// <param name="row">[C].</param>
    /// <param name="known">[C]: how many of them had a value, as one that is missing says nothing where another row has one.</param>
    private void Merge(Span<float> step, ReadOnlySpan<float> row, Span<int> known)
    {
        for (var channel = 0; channel < step.Length; channel++)
        {
            if (float.IsNaN(row[channel]))
                continue;
            if (++known[channel] == 1 || Duplicates == DuplicatePolicy.Last)
                step[channel] = row[channel];
            else
                step[channel] += Duplicates == DuplicatePolicy.Mean ? (row[channel] - step[channel]) / known[channel] : row[channel];
        }
    }

    private string Shown(string key) => key.Length == 0 ? name : $"series '{key}'";

    private static string Format(DateTime time) => time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private sealed class Rows
    {
        public List<DateTime> Times { get; set; } = [];

        public List<long> Lines { get; set; } = [];

        public List<float> Values { get; set; } = [];
    }
}
