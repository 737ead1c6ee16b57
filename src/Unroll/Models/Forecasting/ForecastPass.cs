using Unroll.Layers;

namespace Unroll.Models;

/// <summary>The numbers of one batch of windows on their way through a forecaster; used again and again.</summary>
internal sealed class ForecastPass
{
    private int[] lengths = [];
    private int[] numbers = [];
    private float[] targets = [];
    private float[] scales = [];
    private int batchSize;
    private int targetCount;
    private RecurrentState? state;

    /// <summary>T: the longest window.</summary>
    public int TimeSteps { get; private set; }

    /// <summary>Steps of all windows together.</summary>
    public int Rows { get; private set; }

    /// <summary>The length of each window.</summary>
    public ReadOnlySpan<int> Lengths => lengths.AsSpan(0, batchSize);

    /// <summary>The number of its series, at each step: [T, B].</summary>
    public ReadOnlySpan<int> Numbers => numbers.AsSpan(0, TimeSteps * batchSize);

    /// <summary>What the forecasts would have to be, NaN where that does not count.</summary>
    public Span<float> Targets => targets.AsSpan(0, targetCount);

    /// <summary>What one unit of each stands for.</summary>
    public Span<float> Scales => scales.AsSpan(0, targetCount);

    /// <summary>Takes the sizes of a batch.</summary>
    public void Begin(ReadOnlySpan<ForecastWindow> batch)
    {
        batchSize = batch.Length;
        if (lengths.Length < batchSize)
            lengths = new int[batchSize];
        (TimeSteps, Rows) = (0, 0);
        for (var row = 0; row < batchSize; row++)
        {
            lengths[row] = batch[row].TimeSteps;
            TimeSteps = Math.Max(TimeSteps, lengths[row]);
            Rows += lengths[row];
        }

        var count = checked(TimeSteps * batchSize);
        if (numbers.Length < count)
            numbers = new int[count];
        for (var place = 0; place < count; place++)
            numbers[place] = batch[place % batchSize].Series.Number;
    }

    /// <summary>The state that a second stack starts from; a tape hands out the same tensors update after update, so this is the same one.</summary>
    public RecurrentState FinalStateOf(RecurrentOutput read)
    {
        if (state is null || state.Hidden != read.FinalHidden || state.Cell != read.FinalCell)
            state = read.FinalState;
        return state;
    }

    /// <summary>Makes room for so many forecasts.</summary>
    public void Size(int count)
    {
        targetCount = count;
        if (targets.Length >= count)
            return;
        (targets, scales) = (new float[count], new float[count]);
    }

    /// <summary>Puts down what a forecast would have to be.</summary>
    public void Set(int place, ForecastWindow window, int step, int ahead, int target)
    {
        var counts = step >= window.FirstOrigin && window.IsForecast(window.Start + step + ahead);
        targets[place] = counts ? window.Series.Wanted(window.Start + step, ahead, target) : float.NaN;
        scales[place] = window.Series.ScaleAt(window.Start + step, target);
    }
}
