namespace Unroll.DependencyInjection;

/// <summary>The names of what is measured, for a collector such as OpenTelemetry. Every measurement has the tag <c>unroll.model</c>, the name of the model.</summary>
public static class UnrollMetrics
{
    /// <summary>The meter that all instruments belong to.</summary>
    public const string MeterName = "Unroll";

    /// <summary>A histogram in seconds: how long predictions and generations took. Tags <c>unroll.operation</c>, and <c>error.type</c> where one failed.</summary>
    public const string PredictionDuration = "unroll.prediction.duration";

    /// <summary>A counter of predictions and generations, those that failed included. Tag <c>unroll.operation</c>.</summary>
    public const string Predictions = "unroll.predictions";

    /// <summary>A counter of predictions and generations that failed. Tags <c>unroll.operation</c> and <c>error.type</c>, the type of the exception.</summary>
    public const string PredictionErrors = "unroll.prediction.errors";

    /// <summary>A histogram in seconds: how long it took to load a model and warm it up. Tags <c>unroll.kind</c>, and <c>error.type</c> where it failed.</summary>
    public const string LoadDuration = "unroll.model.load.duration";
}
