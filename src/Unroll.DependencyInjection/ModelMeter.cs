using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Unroll.DependencyInjection;

/// <summary>The instruments of all served models; <see cref="UnrollMetrics"/> has their names.</summary>
internal sealed class ModelMeter : IDisposable
{
    /// <summary>Upper bounds in seconds: a prediction takes 10 µs to some seconds, so each is 2 to 2.5 times the one before.</summary>
    private static readonly double[] Bounds = [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Meter? own;
    private readonly Histogram<double> durations;
    private readonly Counter<long> predictions;
    private readonly Counter<long> errors;
    private readonly Histogram<double> loads;

    /// <summary>Makes them.</summary>
    /// <param name="factory">What makes meters in a host, or null where there is none.</param>
    public ModelMeter(IMeterFactory? factory)
    {
        var meter = factory?.Create(new MeterOptions(UnrollMetrics.MeterName)) ?? (own = new(UnrollMetrics.MeterName));
        var advice = new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds };
        durations = meter.CreateHistogram(UnrollMetrics.PredictionDuration, "s", "How long predictions and generations took.", advice: advice);
        predictions = meter.CreateCounter<long>(UnrollMetrics.Predictions, "{prediction}", "Predictions and generations.");
        errors = meter.CreateCounter<long>(UnrollMetrics.PredictionErrors, "{error}", "Predictions and generations that failed.");
        loads = meter.CreateHistogram(UnrollMetrics.LoadDuration, "s", "How long it took to load a model and warm it up.", advice: advice);
    }

    public void Prediction(string model, string operation, TimeSpan duration, Exception? failure)
    {
        var tags = new TagList { { "unroll.model", model }, { "unroll.operation", operation } };
        predictions.Add(1, tags);
        if (failure is not null)
        {
            tags.Add("error.type", failure.GetType().FullName);
            errors.Add(1, tags);
        }

        durations.Record(duration.TotalSeconds, tags);
    }

    public void Load(string model, string kind, TimeSpan duration, Exception? failure)
    {
        var tags = new TagList { { "unroll.model", model }, { "unroll.kind", kind } };
        if (failure is not null)
            tags.Add("error.type", failure.GetType().FullName);
        loads.Record(duration.TotalSeconds, tags);
    }

    public void Dispose() => own?.Dispose();
}
