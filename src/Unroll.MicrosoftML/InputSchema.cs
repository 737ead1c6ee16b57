using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Unroll.MicrosoftML;

/// <summary>Says which columns a pipeline lacks before ML.NET would, and what to do.</summary>
internal static class InputSchema
{
    private const string KeyValues = "KeyValues";

    /// <summary>Fails unless the input is a text or a vector of numbers.</summary>
    /// <returns>Whether it is a text.</returns>
    public static bool CheckInput(DataViewSchema schema, string name)
    {
        var column = Find(schema, name);
        return column.Type is TextDataViewType || (column.Type is VectorDataViewType { ItemType: NumberDataViewType { RawType: var raw } } && raw == typeof(float)
            ? false
            : throw WrongInput(name, column.Type.ToString()!));
    }

    /// <summary>The same before there are data.</summary>
    public static bool CheckInput(SchemaShape shape, string name)
    {
        var column = Find(shape, name);
        if (column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType is TextDataViewType)
            return true;
        return column.Kind != SchemaShape.Column.VectorKind.Scalar && column.ItemType.RawType == typeof(float)
            ? false
            : throw WrongInput(name, $"{column.Kind} of {column.ItemType}");
    }

    /// <summary>Fails unless the input is a number or a vector of numbers.</summary>
    /// <returns>Whether it is a vector.</returns>
    public static bool CheckValues(DataViewSchema schema, string name)
    {
        var column = Find(schema, name);
        var item = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        return item is NumberDataViewType { RawType: var raw } && raw == typeof(float) ? column.Type is VectorDataViewType : throw WrongValues(name, column.Type.ToString()!);
    }

    /// <summary>The same before there are data.</summary>
    public static bool CheckValues(SchemaShape shape, string name)
    {
        var column = Find(shape, name);
        return column.ItemType.RawType == typeof(float) ? column.Kind != SchemaShape.Column.VectorKind.Scalar : throw WrongValues(name, $"{column.Kind} of {column.ItemType}");
    }

    /// <summary>Fails unless the label is a text, or a key made of texts.</summary>
    /// <returns>The labels in the order of the key; null where the label is a text.</returns>
    public static IReadOnlyList<string>? CheckLabel(DataViewSchema schema, string name)
    {
        var column = Find(schema, name);
        switch (column.Type)
        {
            case TextDataViewType:
                return null;
            case KeyDataViewType { RawType: var raw } key when raw == typeof(uint) && key.Count <= int.MaxValue:
                return KeyLabels(column, (int)key.Count);
            default:
                throw WrongLabel(name, column.Type.ToString()!);
        }
    }

    /// <summary>The same before there are data.</summary>
    public static void CheckLabel(SchemaShape shape, string name)
    {
        var column = Find(shape, name);
        if (column.Kind != SchemaShape.Column.VectorKind.Scalar || (column.IsKey ? column.ItemType.RawType != typeof(uint) : column.ItemType is not TextDataViewType))
            throw WrongLabel(name, column.IsKey ? $"key of {column.ItemType}" : $"{column.Kind} of {column.ItemType}");
    }

    private static IReadOnlyList<string> KeyLabels(DataViewSchema.Column column, int count)
    {
        if (column.Annotations.Schema.GetColumnOrNull(KeyValues) is not { } values)
            return [.. Enumerable.Range(1, count).Select(number => number.ToString(CultureInfo.InvariantCulture))];
        if (values.Type is not VectorDataViewType { ItemType: TextDataViewType })
        {
            throw new ArgumentException(
                $"The key of the column '{column.Name}' was made of {((VectorDataViewType)values.Type).ItemType} values; labels are texts. Convert the column to text before MapValueToKey: context.Transforms.Conversion.ConvertType(\"{column.Name}\", outputKind: DataKind.String).");
        }

        VBuffer<ReadOnlyMemory<char>> names = default;
        column.Annotations.GetValue(KeyValues, ref names);
        return [.. names.DenseValues().Select(label => label.ToString())];
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) ?? throw Missing(name, schema.Where(column => !column.IsHidden).Select(column => column.Name));

    private static SchemaShape.Column Find(SchemaShape shape, string name)
    {
        var found = shape.Where(column => column.Name == name).ToArray();
        return found.Length > 0 ? found[^1] : throw Missing(name, shape.Select(column => column.Name));
    }

    private static ArgumentException Missing(string name, IEnumerable<string> names) =>
        new($"There is no column '{name}' in the data; there are {string.Join(", ", names.Select(known => $"'{known}'"))}. Name the columns in the options.");

    private static ArgumentException WrongInput(string name, string type) =>
        new($"The column '{name}' is of the type {type}; a sequence is a text, or a vector of Single. Convert it, or put columns together with context.Transforms.Concatenate.");

    private static ArgumentException WrongValues(string name, string type) =>
        new($"The column '{name}' is of the type {type}; a forecaster reads a Single a row, or a vector of Single. Convert it: context.Transforms.Conversion.ConvertType(\"{name}\").");

    private static ArgumentException WrongLabel(string name, string type) =>
        new($"The column '{name}' is of the type {type}; a label is a text, or a key of UInt32. Make a key of it: context.Transforms.Conversion.MapValueToKey(\"{name}\").");
}
