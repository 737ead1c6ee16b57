namespace Unroll.Models;

/// <summary>What anybody could say without a network, from the same past: one target of one series.</summary>
internal sealed class NaiveForecasts
{
    private readonly float[] carried;
    private readonly int first;
    private readonly int season;
    private readonly LinearAutoregression? linear;
    private readonly Func<double, double> inverse;
    private readonly float[] transformed;

    /// <summary>Prepares them.</summary>
    /// <param name="values">The whole column; NaN where a value is missing.</param>
    /// <param name="trainingEnd">The step after the training part.</param>
    /// <param name="encoder">The encoder of the model: its season, context and transform.</param>
    public NaiveForecasts(float[] values, int trainingEnd, ForecastEncoder encoder)
    {
        season = encoder.Options.Season ?? encoder.Frequency.CustomarySeason;
        carried = [.. values];
        first = Math.Max(0, Array.FindIndex(values, value => !float.IsNaN(value)));
        for (var step = 0; step < carried.Length; step++)
        {
            if (float.IsNaN(carried[step]))
                carried[step] = step > 0 ? carried[step - 1] : values[first];
        }

        var transform = encoder.Options.Transform;
        transformed = [.. carried.Select(value => ForecastEncoder.Takes(transform, value) ? ForecastEncoder.Forward(transform, value) : value)];
        linear = LinearAutoregression.Fit(transformed.AsSpan(first, Math.Max(0, trainingEnd - first)), encoder.Options.Horizon, Math.Max(encoder.Options.Context, season + 1));
        inverse = value => ForecastEncoder.Inverse(transform, value);
        SeasonalError = SeasonalErrorOf(values, trainingEnd, season);
    }

    /// <summary>The one of them that learns.</summary>
    public const string LinearName = "linear autoregression";

    /// <summary>The methods, in the order of <see cref="Say"/>; without a season there is no seasonal one.</summary>
    public static IReadOnlyList<string> Names(int season) => season > 1 ? ["persistence", "drift", LinearName, "seasonal naive"] : ["persistence", "drift", LinearName];

    /// <summary>The mean absolute error of the seasonal naive forecast inside the training part; of persistence without a season.</summary>
    public double SeasonalError { get; }

    /// <summary>What a method says from a step.</summary>
    public double Say(int method, int origin, int ahead) => method switch
    {
        0 => carried[origin],
        1 => carried[origin] + (origin > first ? ahead * ((double)carried[origin] - carried[first]) / (origin - first) : 0),
        2 => linear is null || origin + 1 < linear.Lags ? carried[origin] : inverse(linear.Forecast(transformed.AsSpan(0, origin + 1), ahead)),
        _ => SeasonBefore(origin, ahead),
    };

    private double SeasonBefore(int origin, int ahead)
    {
        var step = origin + ahead - (season * (((ahead - 1) / season) + 1));
        return step >= 0 ? carried[step] : carried[origin];
    }

    private static double SeasonalErrorOf(float[] values, int trainingEnd, int season)
    {
        var (sum, count) = (0.0, 0);
        for (var step = season; step < trainingEnd; step++)
        {
            if (float.IsNaN(values[step]) || float.IsNaN(values[step - season]))
                continue;
            sum += Math.Abs((double)values[step] - values[step - season]);
            count++;
        }

        return count == 0 ? 0 : sum / count;
    }
}
