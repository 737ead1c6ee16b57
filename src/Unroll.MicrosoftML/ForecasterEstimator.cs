using Microsoft.ML;
using Microsoft.ML.Data;
using Unroll.Data;
using Unroll.Models;
using Unroll.Training;

namespace Unroll.MicrosoftML;

/// <summary>
/// A recurrent forecaster as a step of an ML.NET pipeline: <see cref="Fit"/> trains a <see cref="Forecaster"/> on the rows, as the steps of one series or as series of their
/// own, and what it gives adds the next values with their intervals. It adapts and computes nothing by itself.
/// </summary>
public sealed class ForecasterEstimator : IEstimator<ForecasterTransformer>
{
    private readonly MLContext context;
    private readonly ForecasterEstimatorOptions options;

    /// <summary>A step that has not seen data yet.</summary>
    /// <param name="context">The context of the pipeline.</param>
    /// <param name="options">What is trained, and how.</param>
    /// <exception cref="ArgumentException">Names of columns are empty or the same, or an option is outside its range.</exception>
    public ForecasterEstimator(MLContext context, ForecasterEstimatorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        this.context = context;
        this.options = options ?? new();
        this.options.Validate();
    }

    /// <summary>Trains a model.</summary>
    /// <param name="input">Data with the input column, in the order of time: a <see cref="float"/>, or a vector of them with a series a row. All rows are read into memory.</param>
    /// <exception cref="ArgumentException">The column is missing or of another type; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">There is no row, a value is infinite, or the training part is shorter than a forecast.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite.</exception>
    public ForecasterTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var column = options.Columns.Input;
        var items = InputSchema.CheckValues(input.Schema, column) ? Series(input, column) : Steps(input, column);
        var split = TimeSplit.Of(new("the data of the pipeline", [new(column)], Frequency.Steps, items), options.ValidationFraction, test: 0);
        var model = Forecaster.Create(split, options.Model);
        var trainer = new ExampleTrainer<ForecastWindow>(model, options.Training());
        var last = trainer.Fit(
            model.TrainingWindows(split), options.ValidationFraction > 0 ? model.ValidationWindows(split) : null, options.Epochs, options.Progress);
        if (options.ValidationFraction > 0)
            model.Calibrate(split);
        model.Training = new()
        {
            Data = split.Set.Name,
            TrainingSteps = Enumerable.Range(0, items.Count).Sum(index => (long)split.TrainingEnd(index)),
            ValidationSteps = Enumerable.Range(0, items.Count).Sum(index => (long)items[index].Length - split.TrainingEnd(index)),
            ValidationShare = options.ValidationFraction,
            Updates = trainer.UpdateCount,
            Epochs = last.Epoch,
            ValidationLoss = trainer.BestValidationLoss,
            Version = LanguageModel.LibraryVersion,
        };
        return new(context, model, options.Columns, options.Level);
    }

    /// <summary>The columns that come out of those that go in, before anything is trained.</summary>
    /// <param name="inputSchema">What goes in.</param>
    /// <exception cref="ArgumentException">The column is missing or of another type; the message says what to do.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var (columns, horizon) = (options.Columns, options.Model.Horizon);
        return InputSchema.CheckValues(inputSchema, columns.Input)
            ? ForecastMapping.OfSeries(context, columns, horizon, null, options.Level).GetOutputSchema(inputSchema)
            : ForecastMapping.OfSteps(context, columns, null, options.Level).GetOutputSchema(inputSchema);
    }

    private static IReadOnlyList<TimeSeries> Steps(IDataView input, string column) => [TimeSeries.Of(input.GetColumn<float>(column).ToArray())];

    private static IReadOnlyList<TimeSeries> Series(IDataView input, string column) =>
        [.. input.GetColumn<float[]>(column).Select((values, row) => TimeSeries.Of(values, name: FormattableString.Invariant($"row {row + 1}")))];
}
