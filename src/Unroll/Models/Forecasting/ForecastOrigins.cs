using Unroll.Data;

namespace Unroll.Models;

/// <summary>Walks through a series once and forecasts from one step after another, each time with nothing but what came before.</summary>
internal static class ForecastOrigins
{
    private const int Maximum = 20_000;

    /// <summary>A forecast that draws futures takes some hundred times as long.</summary>
    private const int MaximumDrawn = 2_000;

    /// <summary>How far apart origins are, so that there are not too many.</summary>
    /// <param name="model">The model.</param>
    /// <param name="steps">Steps of the parts of all series together.</param>
    public static int StrideOf(Forecaster model, long steps) => (int)Math.Max(1, steps / (model.Options.Kind == ForecasterKind.Autoregressive ? MaximumDrawn : Maximum));

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
