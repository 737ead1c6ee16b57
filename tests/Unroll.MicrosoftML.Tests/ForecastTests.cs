using Microsoft.ML;
using Microsoft.ML.Data;
using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;

namespace Unroll.MicrosoftML.Tests;

/// <summary>A forecaster in a pipeline of ML.NET.</summary>
public sealed class ForecastTests : IDisposable
{
    private const int Horizon = 4;

    private readonly MLContext context = new(seed: 1);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("unroll-mlnet-");

    [Fact]
    public void Rows_that_are_steps_get_the_forecast_after_each()
    {
        var fitted = context.Forecaster(Options() with { Epochs = 60 }).Fit(Steps(Wave(600)));

        var rows = context.Data.CreateEnumerable<Said>(fitted.Transform(Steps(Wave(60))), reuseRowObject: false).ToArray();

        for (var row = 0; row < rows.Length; row++)
        {
            var own = fitted.Model.Forecast(TimeSeries.Of(Wave(60).AsMemory(0, row + 1)));
            Assert.Equal(Enumerable.Range(1, Horizon).Select(ahead => (float)own.Value(ahead)), rows[row].Forecast);
            Assert.Equal(Enumerable.Range(1, Horizon).Select(ahead => (float)own.Interval(0.8, ahead).Low), rows[row].LowerBound);
            Assert.Equal(Enumerable.Range(1, Horizon).Select(ahead => (float)own.Interval(0.8, ahead).High), rows[row].UpperBound);
        }

        // It has learned the wave: nearer than the last value is, on average over the rows it can be held against.
        var (error, persistence) = (0.0, 0.0);
        for (var row = 20; row < 60 - Horizon; row++)
        {
            error += Math.Abs(rows[row].Forecast[1] - Wave(60)[row + 2]);
            persistence += Math.Abs(Wave(60)[row] - Wave(60)[row + 2]);
        }

        Assert.InRange(error, 0, 0.5 * persistence);
        // Each reading is a stream of its own.
        Assert.Equal(fitted.Transform(Steps(Wave(60))).GetColumn<float[]>("Forecast"), fitted.Transform(Steps(Wave(60))).GetColumn<float[]>("Forecast"));
    }

    [Fact]
    public void Rows_that_are_series_get_the_forecast_after_their_last_value()
    {
        var series = Enumerable.Range(0, 12).Select(row => new History { Value = Wave(60 + row, phase: row) }).ToArray();
        var pipeline = context.Transforms.CopyColumns("Copy", "Value").Append(context.Forecaster(Options() with { ValidationFraction = 0 }));
        var fitted = pipeline.Fit(context.Data.LoadFromEnumerable(series));

        var said = fitted.Transform(context.Data.LoadFromEnumerable(series)).GetColumn<float[]>("Forecast").ToArray();

        Assert.Equal(series.Select(row => (float)fitted.LastTransformer.Model.Forecast(TimeSeries.Of(row.Value)).Value(1)), said.Select(values => values[0]));
        using var engine = context.Model.CreatePredictionEngine<History, Said>(fitted);
        Assert.Equal(said[3], engine.Predict(series[3]).Forecast);
        Assert.Equal(series.Sum(row => row.Value.Length), fitted.LastTransformer.Model.Training!.TrainingSteps);
    }

    [Fact]
    public void A_prediction_engine_goes_on_with_its_series()
    {
        var step = context.Forecaster(Options() with { Epochs = 1 }).Fit(Steps(Wave(100)));
        using var engine = context.Model.CreatePredictionEngine<Measured, Said>(step);

        var said = Wave(20).Select(value => engine.Predict(new() { Value = value }).Forecast.ToArray()).ToArray();

        Assert.Equal(step.Transform(Steps(Wave(20))).GetColumn<float[]>("Forecast"), said);
    }

    [Fact]
    public void A_step_is_saved_and_read()
    {
        var step = context.Forecaster(Options() with { Epochs = 1 }).Fit(Steps(Wave(100)));
        var path = Path.Combine(folder.FullName, "wave.zip");

        step.Save(path);
        var read = ForecasterTransformer.Load(context, path);

        Assert.Equal(0.8, read.Level);
        Assert.Equal(step.Transform(Steps(Wave(20))).GetColumn<float[]>("UpperBound"), read.Transform(Steps(Wave(20))).GetColumn<float[]>("UpperBound"));
        Assert.Equal(
            $"{path}: the file holds a step of kind 'forecaster'; expected 'classifier'.",
            Assert.Throws<InvalidDataException>(() => SequenceClassifierTransformer.Load(context, path)).Message);
        Assert.Throws<NotSupportedException>(() => context.Model.Save(step, inputSchema: null, path));
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_the_way_out()
    {
        var step = context.Forecaster(Options() with { Epochs = 1 }).Fit(Steps(Wave(100)));
        var words = context.Data.LoadFromEnumerable([new Sentence { Text = "a" }]);

        Assert.Equal(
            "The column 'Text' is of the type String; a forecaster reads a Single a row, or a vector of Single. Convert it: context.Transforms.Conversion.ConvertType(\"Text\").",
            Assert.Throws<ArgumentException>(() => context.Forecaster(new() { Columns = new() { Input = "Text" } }).Fit(words)).Message);
        Assert.StartsWith("There is no column 'Value' in the data; there are 'Text', 'Mood'.", Assert.Throws<ArgumentException>(() => step.Transform(words)).Message, StringComparison.Ordinal);
        Assert.StartsWith("The level is 0.7; expected 0.5, 0.8, 0.9, 0.95.", Assert.Throws<ArgumentOutOfRangeException>(() => context.Forecaster(new() { Level = 0.7 })).Message, StringComparison.Ordinal);
        Assert.StartsWith("Two columns are called 'Forecast'", Assert.Throws<ArgumentException>(() => context.Forecaster(new() { Columns = new() { Input = "Forecast" } })).Message, StringComparison.Ordinal);
        var dated = TimeSeriesSet.Of("dated", Wave(40), new DateTime(2024, 1, 1), new(FrequencyUnit.Day));
        Assert.StartsWith(
            "The model reads 1 channels and dates, a day apart;",
            Assert.Throws<ArgumentException>(() => new ForecasterTransformer(context, Forecaster.Create(TimeSplit.Of(dated, 0, 0), new() { Horizon = 2 }))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static ForecasterEstimatorOptions Options() => new()
    {
        Model = new() { Horizon = Horizon, HiddenSize = 12, Context = 24 },
        Level = 0.8,
        Epochs = 15,
        Training = () => new() { Optimizer = new AdamW(0.01f), ClipNorm = 1, BatchSize = 16 },
    };

    private static float[] Wave(int length, int phase = 0) => [.. Enumerable.Range(phase, length).Select(step => 10 + (3 * MathF.Sin(step * 0.7f)) + (0.3f * MathF.Sin(step * 5.3f)))];

    private IDataView Steps(float[] values) => context.Data.LoadFromEnumerable(values.Select(value => new Measured { Value = value }));

    private sealed class Measured
    {
        public float Value { get; set; }
    }

    private sealed class History
    {
        [VectorType]
        public float[] Value { get; set; } = [];
    }

    private sealed class Said
    {
        public float[] Forecast { get; set; } = [];

        public float[] LowerBound { get; set; } = [];

        public float[] UpperBound { get; set; } = [];
    }
}
