using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Tests.Models.Forecasting;

/// <summary>Series and forecasters small enough for a test to make many.</summary>
internal static class SmallSeries
{
    public static readonly TheoryData<ForecasterKind> Kinds = [.. Enum.GetValues<ForecasterKind>()];

    private static readonly string[] Names = ["north", "south", "new"];

    public static TimeSeriesSet Of(string name, int length, Func<int, double> value) => TimeSeriesSet.Of(name, Values(length, value));

    public static float[] Values(int length, Func<int, double> value) => [.. Enumerable.Range(0, length).Select(step => (float)value(step))];

    /// <summary>Noise of deviation 1, the same for the same seed.</summary>
    public static float[] Noise(int length, ulong seed)
    {
        var random = new CounterRandom(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.NextNormal())];
    }

    /// <summary>
    /// Two series of months with a target, what is known ahead and, unless the model feeds itself, what is not; some values are missing. Those that <paramref name="later"/> is
    /// true of are others. A third one has 8 months.
    /// </summary>
    public static TimeSeriesSet Rich(bool withPast = true, int length = 120, Func<int, bool>? later = null, int count = 2)
    {
        SeriesChannel[] channels = withPast ? [new("sales"), new("plan", ChannelRole.Known), new("visits", ChannelRole.Past)] : [new("sales"), new("plan", ChannelRole.Known)];
        return new("rich", channels, new(FrequencyUnit.Month), [.. Enumerable.Range(0, count).Select(series =>
        {
            var (own, random) = (series == 2 ? 8 : length - (11 * series), new CounterRandom((ulong)series + 3));
            var values = new List<float>();
            for (var step = 0; step < own; step++)
            {
                var plan = (step * (series + 2) % 5) - 2f;
                var row = new[] { 20 + (6 * MathF.Sin(step * MathF.PI / 6)) + plan + random.NextNormal(), plan, 3 + random.NextNormal() };
                if (step % 17 == 5)
                    row[0] = row[2] = float.NaN;
                if (later?.Invoke(step) == true)
                    row = [(row[0] * 3) - 500, row[1] + 40, 77];
                values.AddRange(row[..channels.Length]);
            }

            return TimeSeries.Of(values.ToArray(), channels.Length, Names[series], new(2000, 3, 1));
        })]);
    }

    public static Forecaster Trained(TimeSplit split, ForecasterOptions options, int epochs, float rate = 1e-2f, int batch = 16)
    {
        var model = Forecaster.Create(split, options);
        new ExampleTrainer<ForecastWindow>(model, new() { Optimizer = new AdamW(rate), ClipNorm = 1, BatchSize = batch }).Fit(model.TrainingWindows(split), null, epochs);
        return model;
    }

    public static float[] Weights(Forecaster model) => [.. model.Parameters.SelectMany(parameter => parameter.Values.ToArray())];

    /// <summary>All that a forecast says of a horizon: values and a lower and an upper quantile.</summary>
    public static double[] Said(Forecast forecast)
    {
        var said = new List<double>();
        for (var ahead = 1; ahead <= forecast.Horizon; ahead++)
        {
            for (var target = 0; target < forecast.Targets.Count; target++)
                said.AddRange([forecast.Value(ahead, target), forecast.Quantile(0.1, ahead, target), forecast.Quantile(0.9, ahead, target)]);
        }

        return [.. said];
    }
}
