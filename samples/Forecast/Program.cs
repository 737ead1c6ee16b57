// Twelve months of airline passengers ahead: trained, measured beside naive forecasts, saved, and followed live.
using System.Globalization;
using System.Reflection;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Training;

// A column of months and one of numbers.
using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("airline.csv")!;
using var reader = new StreamReader(stream);
var values = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
    .Select(line => float.Parse(line.Split(',')[1], CultureInfo.InvariantCulture)).ToArray();
var series = TimeSeriesSet.Of("passengers", values, new DateTime(1949, 1, 1), new Frequency(FrequencyUnit.Month));

// Three fifths to learn from, a fifth to choose and calibrate, a fifth to measure: in time, so that nothing is known that comes later.
var split = TimeSplit.Of(series, validation: 0.2, test: 0.2);
var model = Forecaster.Create(split, new()
{
    Cell = Cell.Lstm,
    Horizon = 12,
    Context = 24,
    Season = 12,
    Anchor = ForecastAnchor.Season,        // the network learns what last year's month gets wrong
    Transform = ValueTransform.Logarithm,  // growth in percent
});
var trainer = new ExampleTrainer<ForecastWindow>(model, new() { Optimizer = new AdamW(5e-3f), ClipNorm = 1, BatchSize = 8 });
trainer.Fit(model.TrainingWindows(split), model.ValidationWindows(split), epochs: 300);
model.Calibrate(split);

var report = model.Evaluate(split);
foreach (var score in report.Baselines.Prepend(report.Model))
    Console.WriteLine($"{score.Name,-22} mean absolute error {score.MeanAbsoluteError.ToString("F1", CultureInfo.InvariantCulture)}");
Console.WriteLine($"better than the best naive forecast: {report.Model.MeanAbsoluteError < report.BestNaive.MeanAbsoluteError}");

// One file is the model; a session moves on with each value and reads nothing twice.
model.Save("passengers.safetensors");
var session = Forecaster.Load("passengers.safetensors").OpenSession(start: new DateTime(1949, 1, 1));
foreach (var value in values)
    session.Step(value);
var (next, whole) = (session.Forecast(), model.Forecast(series.Items[0]));
var (low, high) = next.Interval(0.9, ahead: 12);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{next.TimeOf(12):yyyy-MM}: {next.Value(12):F0} thousand, with 90 % between {low:F0} and {high:F0}"));
Console.WriteLine($"the stream says what the whole series says: {next.Value(12) == whole.Value(12)}");
