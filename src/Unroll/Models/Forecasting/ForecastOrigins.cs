using Unroll.Data;

namespace Unroll.Models;

/// <summary>Walks through a series and forecasts from one step after another, each time with nothing but what came before.</summary>
internal static class ForecastOrigins
{
    /// <summary>Origins of a measurement or a calibration, at most about so many; of more, some are left out at equal distances.</summary>
    private const int Maximum = 20_000;

    /// <summary>A forecast that draws futures takes some hundred times as long.</summary>
    private const int MaximumDrawn = 2_000;

    /// <summary>Steps that are read before a forecast, at least; what lies further back is forgotten by the scale and by the state.</summary>
    private const int LeastHistory = 4096;

    /// <summary>The same in contexts.</summary>
    private const int HistoryContexts = 16;

    /// <summary>The first step that is read before a forecast from the end of some steps.</summary>
    public static int BeginOf(ForecasterOptions options, int length) => (int)Math.Max(0, length - Math.Max(LeastHistory, (long)HistoryContexts * options.Context));

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
        var first = Math.Max(0, start - model.Options.Horizon);
        var begin = BeginOf(model.Options, first + 1);
        var session = new ForecasterSession(model, series.Name, series.Start, begin);
        for (var step = begin; step < end - 1; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            session.Step(series, step);
            if (step >= first && (step - first) % stride == 0)
                yield return (step, session.Forecast(session.KnownOf(series, step + 1, end)));
        }
    }
}
