using Microsoft.ML;
using Microsoft.ML.Data;
using Unroll.Data;

namespace Unroll.MicrosoftML;

/// <summary>Reads the rows that training learns from.</summary>
/// <param name="data">The data; the types of its columns were checked.</param>
/// <param name="columns">What its columns are called.</param>
/// <param name="isText">Whether the input is a text.</param>
/// <param name="channels">How many numbers a time step of a vector has.</param>
/// <param name="keyLabels">The labels in the order of the key, or null where the label is a text.</param>
internal sealed class LabelledRows(IDataView data, SequenceClassifierColumns columns, bool isText, int channels, IReadOnlyList<string>? keyLabels)
{
    public IReadOnlyList<LabelledSequence> Read()
    {
        var (input, label) = (data.Schema[columns.Input], data.Schema[columns.Label]);
        using var cursor = data.GetRowCursor([input, label]);
        var labelOf = keyLabels is null ? TextLabel(cursor, label) : KeyLabel(cursor, label, keyLabels);
        var sequenceOf = isText ? Text(cursor, input) : Values(cursor, input);
        var items = new List<LabelledSequence>();
        while (cursor.MoveNext())
        {
            var source = $"row {cursor.Position + 1}";
            if (labelOf() is not { Length: > 0 } own)
                throw new InvalidDataException($"{source}: the column '{columns.Label}' has no label; leave rows without one out of what is trained on.");
            items.Add(sequenceOf(own, source));
        }

        return items;
    }

    private static Func<string> TextLabel(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return () =>
        {
            getter(ref value);
            return value.ToString();
        };
    }

    private static Func<string> KeyLabel(DataViewRowCursor cursor, DataViewSchema.Column column, IReadOnlyList<string> labels)
    {
        var getter = cursor.GetGetter<uint>(column);
        uint value = 0;
        return () =>
        {
            getter(ref value);
            // 0 is a missing key.
            return value == 0 ? "" : labels[(int)value - 1];
        };
    }

    private static Func<string, string, LabelledSequence> Text(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        ReadOnlyMemory<char> value = default;
        return (label, source) =>
        {
            getter(ref value);
            return LabelledSequence.OfText(value.ToString(), label, source);
        };
    }

    private Func<string, string, LabelledSequence> Values(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> value = default;
        return (label, source) =>
        {
            getter(ref value);
            return LabelledSequence.OfValues(value.DenseValues().ToArray(), channels, label, source);
        };
    }
}
