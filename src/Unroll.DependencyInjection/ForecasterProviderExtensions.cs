using Unroll.Data;
using Unroll.Models;

namespace Unroll.DependencyInjection;

/// <summary>Measured forecasts of a served <see cref="Forecaster"/>.</summary>
public static class ForecasterProviderExtensions
{
    /// <summary>Forecasts how a series goes on after its last step.</summary>
    /// <param name="provider">What gives the model.</param>
    /// <param name="history">A series with the channels of the model; rows at its end whose targets are missing, and whose known channels are there, are steps ahead.</param>
    /// <exception cref="InvalidDataException">It has other channels, or a value cannot be transformed.</exception>
    public static Forecast Forecast(this IModelProvider<Forecaster> provider, TimeSeries history) => provider.Use("forecast", model => model.Forecast(history));

    /// <summary>Opens a stream of values on the model in use, which it keeps; one for each series. Its steps are not measured, since they allocate nothing.</summary>
    /// <param name="provider">What gives the model.</param>
    /// <param name="seriesName">Which series of the training part it goes on with; one that was not there is met as unknown.</param>
    /// <param name="start">The time of its first step, where the series have dates.</param>
    /// <exception cref="ArgumentException">The series have dates and there is no start, or they have none and there is one.</exception>
    public static ForecasterSession OpenSession(this IModelProvider<Forecaster> provider, string seriesName = "", DateTime? start = null) =>
        provider.Use("open-session", model => model.OpenSession(seriesName, start));
}
