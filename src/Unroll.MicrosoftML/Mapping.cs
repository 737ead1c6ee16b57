using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Unroll.MicrosoftML;

/// <summary>The step of ML.NET that a classifier runs in: from one input column to three columns that say themselves what they mean.</summary>
internal static class Mapping
{
    public static CustomMappingEstimator<TRow, PredictedRow> Create<TRow>(
        MLContext context, SequenceClassifierColumns columns, IReadOnlyList<string> labels, Action<TRow, PredictedRow> predict)
        where TRow : class, new() =>
        context.Transforms.CustomMapping(predict, contractName: null, InputOf<TRow>(columns), OutputOf(columns, labels));

    public static ITransformer Fit<TRow>(
        MLContext context, SequenceClassifierColumns columns, IReadOnlyList<string> labels, Action<TRow, PredictedRow> predict)
        where TRow : class, new() =>
        Create(context, columns, labels, predict).Fit(context.Data.LoadFromEnumerable(Array.Empty<TRow>(), InputOf<TRow>(columns)));

    /// <summary>What ML.NET is told that wants to write a step.</summary>
    public static NotSupportedException CannotSave(string name) => new(
        $"MLContext.Model.Save cannot write a step of Unroll: ML.NET reads back only steps of its own. Save the steps around it there, this one with {name}.Save(path), and put them together again with Append after {name}.Load.");

    private static SchemaDefinition InputOf<TRow>(SequenceClassifierColumns columns)
    {
        var definition = SchemaDefinition.Create(typeof(TRow));
        definition[nameof(TextRow.Input)].ColumnName = columns.Input;
        return definition;
    }

    private static SchemaDefinition OutputOf(SequenceClassifierColumns columns, IReadOnlyList<string> labels)
    {
        var definition = SchemaDefinition.Create(typeof(PredictedRow));
        VBuffer<ReadOnlyMemory<char>> names = new(labels.Count, [.. labels.Select(label => label.AsMemory())]);
        var namesType = new VectorDataViewType(TextDataViewType.Instance, labels.Count);

        var label = definition[nameof(PredictedRow.PredictedLabel)];
        label.ColumnName = columns.PredictedLabel;
        label.ColumnType = new KeyDataViewType(typeof(uint), labels.Count);
        label.AddAnnotation("KeyValues", names, namesType);

        definition[nameof(PredictedRow.Probability)].ColumnName = columns.Probability;

        var score = definition[nameof(PredictedRow.Score)];
        score.ColumnName = columns.Score;
        score.ColumnType = new VectorDataViewType(NumberDataViewType.Single, labels.Count);
        score.AddAnnotation("SlotNames", names, namesType);
        return definition;
    }
}
