using Microsoft.ML;
using Microsoft.ML.Data;
using Unroll.Cells;
using Unroll.Models;

namespace Unroll.MicrosoftML;

/// <summary>
/// A trained forecaster as a step of an ML.NET pipeline. Where the input is a number, the rows are the steps of one series, and each row gets the forecast after it;
/// where it is a vector, each row is a series, and gets the forecast after its last value.
/// </summary>
/// <remarks>
/// Each reading of the rows is a stream of its own, and so is each prediction engine. ML.NET writes and reads only steps of its own, so <c>MLContext.Model.Save</c> refuses a
/// pipeline with this step in it; save this one with <see cref="Save(string)"/>.
/// </remarks>
public sealed class ForecasterTransformer : ITransformer
{
    private const string Kind = "forecaster";

    private readonly ITransformer steps;
    private readonly ITransformer series;

    /// <summary>Makes a step of a model, wherever it was trained.</summary>
    /// <param name="context">The context of the pipeline.</param>
    /// <param name="model">A model of one channel and numbered steps; nobody trains it any more.</param>
    /// <param name="columns">What the columns are called.</param>
    /// <param name="level">The probability that intervals hold, one of <see cref="Forecaster.IntervalLevels"/>. Bounds are NaN where the model has no intervals.</param>
    /// <exception cref="ArgumentException">Names of columns are empty or the same, the level is another, or the model reads dates or more than one channel.</exception>
    public ForecasterTransformer(MLContext context, Forecaster model, ForecasterColumns? columns = null, double level = 0.9)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        if (model.Channels.Count != 1 || model.Frequency.HasCalendar)
        {
            throw new ArgumentException(
                $"The model reads {model.Channels.Count} channels{(model.Frequency.HasCalendar ? $" and dates, a {model.Frequency} apart" : "")}; a step of a pipeline forecasts one column of numbered steps. Use the model by itself.",
                nameof(model));
        }

        ForecasterEstimatorOptions.CheckLevel(level);
        (Model, Columns, Level) = (model, columns ?? new(), level);
        Columns.Validate();
        steps = ForecastMapping.OfSteps(context, Columns, model, level).Fit(ForecastMapping.Empty(context, Columns, areSteps: true));
        series = ForecastMapping.OfSeries(context, Columns, model.Options.Horizon, model, level).Fit(ForecastMapping.Empty(context, Columns, areSteps: false));
    }

    /// <summary>The model.</summary>
    public Forecaster Model { get; }

    /// <summary>What the columns are called.</summary>
    public ForecasterColumns Columns { get; }

    /// <summary>The probability that intervals hold.</summary>
    public double Level { get; }

    /// <inheritdoc/>
    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>Reads a step that <see cref="Save(string)"/> wrote.</summary>
    /// <param name="context">The context of the pipeline.</param>
    /// <param name="path">The file.</param>
    /// <param name="cells">Cells of your own that the model may name, as <see cref="Cell.Of{TCell}"/> makes them; none for a model of a built-in cell.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static ForecasterTransformer Load(MLContext context, string path, params IReadOnlyList<Cell> cells) =>
        StepArchive.Load<Names, ForecasterTransformer>(path, Kind, (model, names) => new(context, Forecaster.Load(model, cells), names.Columns, names.Level));

    /// <summary>Writes the step to one file, an archive of the model's file and the names of the columns, replacing the file that is there only when it is complete.</summary>
    /// <param name="path">The file; its folder has to exist.</param>
    /// <exception cref="IOException">It could not be written; the file that was there is untouched.</exception>
    public void Save(string path) => StepArchive.Save(path, Kind, Model.Save, new Names(Columns, Level));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input column is missing or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => For(inputSchema).GetOutputSchema(inputSchema);

    /// <summary>Adds the columns; a row is forecast when it is read, in the order of the rows.</summary>
    /// <param name="input">Data with the input column.</param>
    /// <exception cref="ArgumentException">The input column is missing or of another type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return For(input.Schema).Transform(input);
    }

    /// <inheritdoc/>
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => For(inputSchema).GetRowToRowMapper(inputSchema);

    /// <inheritdoc/>
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw Mapping.CannotSave(nameof(ForecasterTransformer));

    private ITransformer For(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return InputSchema.CheckValues(schema, Columns.Input) ? series : steps;
    }

    private sealed record Names(ForecasterColumns Columns, double Level);
}
