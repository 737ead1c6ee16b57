using Microsoft.ML.Data;
using Unroll.Models;

namespace Unroll.MicrosoftML;

/// <summary>A row that is a step of the series that the rows are.</summary>
internal sealed class StepRow
{
    public const string Name = "Unroll.Value";

    [ColumnName(Name)]
    public float Input { get; set; }
}

/// <summary>What a row that is a series adds of a forecast.</summary>
internal class ForecastRow
{
    [VectorType]
    public virtual VBuffer<float> Forecast { get; set; }

    [VectorType]
    public virtual VBuffer<float> LowerBound { get; set; }

    [VectorType]
    public virtual VBuffer<float> UpperBound { get; set; }

    public void Fill(Forecast forecast, double level)
    {
        var (values, lows, highs) = (new float[forecast.Horizon], new float[forecast.Horizon], new float[forecast.Horizon]);
        for (var ahead = 1; ahead <= values.Length; ahead++)
        {
            values[ahead - 1] = (float)forecast.Value(ahead);
            var (low, high) = forecast.HasIntervals ? forecast.Interval(level, ahead) : (double.NaN, double.NaN);
            (lows[ahead - 1], highs[ahead - 1]) = ((float)low, (float)high);
        }

        (Forecast, LowerBound, UpperBound) = (new(values.Length, values), new(lows.Length, lows), new(highs.Length, highs));
    }
}

/// <summary>The same of a row that is a step, under names of its own.</summary>
internal sealed class SteppedRow : ForecastRow
{
    public const string ForecastName = "Unroll.Forecast";
    public const string LowerName = "Unroll.LowerBound";
    public const string UpperName = "Unroll.UpperBound";

    [ColumnName(ForecastName), VectorType]
    public override VBuffer<float> Forecast { get; set; }

    [ColumnName(LowerName), VectorType]
    public override VBuffer<float> LowerBound { get; set; }

    [ColumnName(UpperName), VectorType]
    public override VBuffer<float> UpperBound { get; set; }
}

/// <summary>The stream that one reading of the rows goes through.</summary>
internal sealed class ForecastState
{
    public ForecasterSession? Session { get; set; }
}
