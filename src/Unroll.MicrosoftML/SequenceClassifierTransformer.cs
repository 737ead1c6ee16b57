using Microsoft.ML;
using Microsoft.ML.Data;
using Unroll.Cells;
using Unroll.Models;

namespace Unroll.MicrosoftML;

/// <summary>
/// A trained classifier as a step of an ML.NET pipeline. To each row it adds the most probable label as a key, its probability, and the probabilities of all labels
/// as scores. Any number of threads may use it.
/// </summary>
/// <remarks>
/// ML.NET writes and reads only steps of its own, so <c>MLContext.Model.Save</c> refuses a pipeline with this step in it. Save the steps around it there, and this one
/// with <see cref="Save(string)"/>.
/// </remarks>
public sealed class SequenceClassifierTransformer : ITransformer
{
    private const string Kind = "classifier";

    private readonly ITransformer mapping;

    /// <summary>Makes a step of a model, wherever it was trained.</summary>
    /// <param name="context">The context of the pipeline.</param>
    /// <param name="model">The model; nobody trains it any more.</param>
    /// <param name="columns">What the columns are called; the label is not read.</param>
    /// <param name="labels">
    /// The labels in the order that key and scores are to have, all of the model's and perhaps others, which it never gives; null for those of the model in its order.
    /// </param>
    /// <exception cref="ArgumentException">Names of columns are empty or the same, or labels of the model are missing or there twice.</exception>
    public SequenceClassifierTransformer(MLContext context, SequenceClassifier model, SequenceClassifierColumns? columns = null, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        Columns = columns ?? new();
        Columns.Validate();
        Labels = labels ?? model.Labels;
        if (model.Labels.Except(Labels, StringComparer.Ordinal).FirstOrDefault() is { } missing)
            throw new ArgumentException($"The labels lack '{missing}', which the model may give; expected all of {string.Join(", ", model.Labels.Take(20))}.", nameof(labels));
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var label in Labels)
        {
            if (!places.TryAdd(label, places.Count))
                throw new ArgumentException($"The label '{label}' stands in the list twice.", nameof(labels));
        }

        mapping = model.Vocabulary is null
            ? Mapping.Fit<SeriesRow>(context, Columns, Labels, (row, result) => Fill(model.Predict(row.Input.DenseValues().ToArray()), places, result))
            : Mapping.Fit<TextRow>(context, Columns, Labels, (row, result) => Fill(model.Predict(row.Input.ToString()), places, result));
    }

    /// <summary>The model.</summary>
    public SequenceClassifier Model { get; }

    /// <summary>What the columns are called.</summary>
    public SequenceClassifierColumns Columns { get; }

    /// <summary>The labels in the order of key and scores.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <inheritdoc/>
    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>Reads a step that <see cref="Save(string)"/> wrote.</summary>
    /// <param name="context">The context of the pipeline.</param>
    /// <param name="path">The file.</param>
    /// <param name="cells">Cells of your own that the model may name, as <see cref="Cell.Of{TCell}"/> makes them; none for a model of a built-in cell.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else; the message says what.</exception>
    public static SequenceClassifierTransformer Load(MLContext context, string path, params IReadOnlyList<Cell> cells) =>
        StepArchive.Load<Names, SequenceClassifierTransformer>(path, Kind, (model, names) => new(context, SequenceClassifier.Load(model, cells), names.Columns, names.Labels));

    /// <summary>
    /// Writes the step to one file, an archive of the model's file and of the names of columns and labels, replacing the file that is there only when the new one is
    /// complete. The model alone, for other programs, is written by <c>Model.Save</c>.
    /// </summary>
    /// <param name="path">The file; its folder has to exist.</param>
    /// <exception cref="IOException">It could not be written; the file that was there is untouched.</exception>
    public void Save(string path) => StepArchive.Save(path, Kind, Model.Save, new Names(Columns, Labels));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The input column is missing or of another type.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        Check(inputSchema);
        return mapping.GetOutputSchema(inputSchema);
    }

    /// <summary>Adds the columns; a row is classified when it is read. A row whose input is blank or not finite then fails with its reason.</summary>
    /// <param name="input">Data with the input column.</param>
    /// <exception cref="ArgumentException">The input column is missing or of another type.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Check(input.Schema);
        return mapping.Transform(input);
    }

    /// <inheritdoc/>
    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Check(inputSchema);
        return mapping.GetRowToRowMapper(inputSchema);
    }

    /// <inheritdoc/>
    void ICanSaveModel.Save(ModelSaveContext ctx) => throw Mapping.CannotSave(nameof(SequenceClassifierTransformer));

    private static void Fill(Classification classification, Dictionary<string, int> places, PredictedRow result)
    {
        var scores = new float[places.Count];
        foreach (var (label, probability) in classification.Ranked)
            scores[places[label]] = (float)probability;
        result.PredictedLabel = (uint)places[classification.Label];
        result.Probability = (float)classification.Probability;
        result.Score = new(scores.Length, scores);
    }

    private void Check(DataViewSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var isText = InputSchema.CheckInput(schema, Columns.Input);
        if (isText != Model.Vocabulary is not null)
            throw new ArgumentException($"The column '{Columns.Input}' has {(isText ? "texts" : "vectors")}; this model classifies {(isText ? "series" : "texts")}.", nameof(schema));
    }

    private sealed record Names(SequenceClassifierColumns Columns, IReadOnlyList<string> Labels);
}
