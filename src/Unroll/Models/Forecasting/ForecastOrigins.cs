using Unroll.Data;

namespace Unroll.Models;

/// <summary>Walks through a series once and forecasts from one step after another, each time with nothing but what came before.</summary>
internal static class ForecastOrigins
{
    /// <summary>Forecasts that reach a part of a series.</summary>
    /// <param name="model">The model.</param>
    /// <param name="series">The series.</param>
    /// <param name="start">The first step of the part.</param>
    /// <param name="end">The step after its last.</param>
    /// <param name="stride">How far apart the steps are that are forecast from.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>Each step that is forecast from, and the forecast.</returns>
    public static IEnumerable<(int Origin, Forecast Forecast)> Of(Forecaster model, TimeSeries series, int start, int end, int stride, CancellationToken cancellation)
    {
        var session = new ForecasterSession(model, series.Name, series.Start);
        var first = Math.Max(0, start - model.Options.Horizon);
        for (var step = 0; step < end - 1; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            session.Step(series, step);
            if (step >= first && (step - first) % stride == 0)
                yield return (step, session.Forecast(session.KnownOf(series, step + 1, end)));
        }
    }
}
