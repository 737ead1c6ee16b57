using Microsoft.ML;
using Unroll.Data;
using Unroll.Models;
using Unroll.Training;

namespace Unroll.MicrosoftML;

/// <summary>
/// A recurrent classifier as a step of an ML.NET pipeline: <see cref="Fit"/> trains a <see cref="SequenceClassifier"/> on a column of texts or of vectors, and what
/// it gives adds the columns that ML.NET's own classifiers of several classes add. It adapts and computes nothing by itself.
/// </summary>
public sealed class SequenceClassifierEstimator : IEstimator<SequenceClassifierTransformer>
{
    private readonly MLContext context;
    private readonly SequenceClassifierEstimatorOptions options;

    /// <summary>A step that has not seen data yet.</summary>
    /// <param name="context">The context of the pipeline.</param>
    /// <param name="options">What is trained, and how.</param>
    /// <exception cref="ArgumentException">Names of columns are empty or the same, or an option is outside its range.</exception>
    public SequenceClassifierEstimator(MLContext context, SequenceClassifierEstimatorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        this.context = context;
        this.options = options ?? new();
        this.options.Validate();
    }

    /// <summary>Trains a model.</summary>
    /// <param name="input">
    /// Data with the columns of input and label: a text, or a vector of <see cref="float"/> of known or mixed lengths; a label that is a text, or a key that
    /// <c>MapValueToKey</c> made of texts. All rows are read into memory.
    /// </param>
    /// <returns>The trained step; its scores stand in the order of the key of the label, in ordinal order where the label is a text.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type; the message says which and what to do.</exception>
    /// <exception cref="InvalidDataException">A row has no label or no sequence, or there are fewer than two labels; the message says which row.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite.</exception>
    public SequenceClassifierTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var columns = options.Columns;
        var isText = InputSchema.CheckInput(input.Schema, columns.Input);
        var keyLabels = InputSchema.CheckLabel(input.Schema, columns.Label);
        var all = new SequenceSet("the data of the pipeline", new LabelledRows(input, columns, isText, options.Channels, keyLabels).Read());
        var (training, validation) = options.ValidationFraction > 0 ? all.Split(options.ValidationFraction) : (all, null);
        var model = SequenceClassifier.Create(training, options.Model);
        var trainer = new ExampleTrainer<ClassifierExample>(model, options.Training());
        var last = trainer.Fit(model.Encode(training), validation is null ? null : model.Encode(validation), options.Epochs, options.Progress);
        if (validation is not null)
            model.Calibrate(validation);
        model.Training = new()
        {
            Data = all.Name,
            TrainingExamples = training.Items.Count,
            ValidationExamples = validation?.Items.Count ?? 0,
            Updates = trainer.UpdateCount,
            Epochs = last.Epoch,
            ValidationLoss = trainer.BestValidationLoss,
            LabelCounts = [.. model.Labels.Select(label => (long)training.CountOf(label))],
            Version = LanguageModel.LibraryVersion,
        };
        return new(context, model, columns, keyLabels);
    }

    /// <summary>The columns that come out of those that go in, before anything is trained.</summary>
    /// <param name="inputSchema">What goes in.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type; the message says which and what to do.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var isText = InputSchema.CheckInput(inputSchema, options.Columns.Input);
        InputSchema.CheckLabel(inputSchema, options.Columns.Label);
        // The types alone matter here: nobody knows the labels yet, and nothing is predicted.
        return isText
            ? Mapping.Create<TextRow>(context, options.Columns, ["?"], (_, _) => { }).GetOutputSchema(inputSchema)
            : Mapping.Create<SeriesRow>(context, options.Columns, ["?"], (_, _) => { }).GetOutputSchema(inputSchema);
    }
}
