namespace Unroll.Data;

/// <summary>
/// Where the parts of series end: training first, then validation, then test, in time and never otherwise. Series with dates are cut at one time for all of them;
/// numbered ones each at its share.
/// </summary>
public sealed class TimeSplit
{
    private readonly int[] trainingEnds;
    private readonly int[] validationEnds;

    private TimeSplit(TimeSeriesSet set, int[] trainingEnds, int[] validationEnds)
    {
        Set = set;
        this.trainingEnds = trainingEnds;
        this.validationEnds = validationEnds;
    }

    /// <summary>What was split.</summary>
    public TimeSeriesSet Set { get; }

    /// <summary>Cuts off the last part for the test and the part before it for validation.</summary>
    /// <param name="set">The series.</param>
    /// <param name="validation">The share for validation, 0 to below 1.</param>
    /// <param name="test">The share for the test, 0 to below 1; both together below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A share is outside its range.</exception>
    public static TimeSplit Of(TimeSeriesSet set, double validation, double test)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (validation is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(validation), FormattableString.Invariant($"The share for validation is {validation}; expected 0 to below 1."));
        if (test is not (>= 0 and < 1) || validation + test >= 1)
            throw new ArgumentOutOfRangeException(nameof(test), FormattableString.Invariant($"The share for the test is {test} beside {validation} for validation; expected 0 or more, and together below 1."));
        var (trainingEnds, validationEnds) = (new int[set.Items.Count], new int[set.Items.Count]);
        var (first, length) = Span(set);
        for (var index = 0; index < set.Items.Count; index++)
        {
            var item = set.Items[index];
            var (own, start) = first is { } origin ? (length, IndexOf(set.Frequency, origin, item.Start!.Value)) : (item.Length, 0L);
            trainingEnds[index] = (int)Math.Clamp(own - Share(own, validation + test) - start, 0, item.Length);
            validationEnds[index] = (int)Math.Clamp(own - Share(own, test) - start, 0, item.Length);
        }

        return new(set, trainingEnds, validationEnds);
    }

    /// <summary>How many steps of a series are of the training part.</summary>
    /// <param name="series">The number of the series in the set.</param>
    public int TrainingEnd(int series) => trainingEnds[series];

    /// <summary>The end of the validation part, which is the start of the test.</summary>
    /// <param name="series">The number of the series in the set.</param>
    public int ValidationEnd(int series) => validationEnds[series];

    // In decimal, so that a tenth of 30 is 3 and not 2.99….
    private static long Share(long length, double share) => (long)Math.Round(length * (decimal)share, MidpointRounding.AwayFromZero);

    /// <summary>The first time of all, and how many steps there are to the last.</summary>
    private static (DateTime? First, long Length) Span(TimeSeriesSet set)
    {
        if (!set.Frequency.HasCalendar)
            return (null, 0);
        var first = set.Items.Min(item => item.Start!.Value);
        return (first, set.Items.Max(item => IndexOf(set.Frequency, first, item.Start!.Value) + item.Length));
    }

    private static long IndexOf(Frequency frequency, DateTime first, DateTime time)
    {
        frequency.TryIndexOf(first, time, out var index);
        return index;
    }
}
