namespace Unroll.Models;

/// <summary>One target of one series in a measurement: what came, and what each method said, for each origin and each step ahead.</summary>
/// <param name="origins">How many steps were forecast from, at most.</param>
/// <param name="horizon">H.</param>
/// <param name="methods">How many methods there are.</param>
internal sealed class ForecastColumn(int origins, int horizon, int methods)
{
    private readonly float[] truth = new float[origins * horizon];
    private readonly float[][] said = [.. Enumerable.Range(0, methods).Select(_ => new float[origins * horizon])];

    public int Horizon { get; } = horizon;

    /// <summary>Origins so far.</summary>
    public int Count { get; private set; }

    /// <summary>The mean absolute error of the seasonal naive forecast inside the training part; 0 for a series that stands still there.</summary>
    public double SeasonalError { get; set; }

    public void Next() => Count++;

    /// <summary>What came after the last origin; NaN where that does not count.</summary>
    public ref float Truth(int ahead) => ref truth[((Count - 1) * Horizon) + ahead - 1];

    /// <summary>What a method said.</summary>
    public ref float Said(int method, int ahead) => ref said[method][((Count - 1) * Horizon) + ahead - 1];

    /// <summary>All pairs that count, of one number of steps ahead or, with 0, of all.</summary>
    public IEnumerable<(float Truth, float Said)> Pairs(int method, int ahead)
    {
        for (var place = 0; place < Count * Horizon; place++)
        {
            if (!float.IsNaN(truth[place]) && (ahead == 0 || (place % Horizon) + 1 == ahead))
                yield return (truth[place], said[method][place]);
        }
    }

    /// <summary>The mean absolute error from one origin, and how many values it is of.</summary>
    public (double Sum, int Count) ErrorOf(int method, int origin)
    {
        var (sum, count) = (0.0, 0);
        for (var place = origin * Horizon; place < (origin + 1) * Horizon; place++)
        {
            if (float.IsNaN(truth[place]))
                continue;
            sum += Math.Abs((double)said[method][place] - truth[place]);
            count++;
        }

        return (sum, count);
    }
}
