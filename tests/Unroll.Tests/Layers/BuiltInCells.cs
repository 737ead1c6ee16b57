using Unroll.Cells;
using Unroll.Tests.Layers;
using Xunit.Sdk;

[assembly: RegisterXunitSerializer(typeof(CellSerializer), typeof(Cell))]

namespace Unroll.Tests.Layers;

/// <summary>The cells of the library as test data.</summary>
public static class BuiltInCells
{
    public static TheoryData<Cell> All => [.. Cell.BuiltIn];
}

/// <summary>A cell by its name, so that each case of a test shows apart.</summary>
public sealed class CellSerializer : IXunitSerializer
{
    public object Deserialize(Type type, string serializedValue) => Cell.BuiltIn.Single(cell => cell.Name == serializedValue);

    public bool IsSerializable(Type type, object? value, out string failureReason)
    {
        failureReason = "Only cells of the library have names that lead back to them.";
        return value is Cell cell && Cell.BuiltIn.Contains(cell);
    }

    public string Serialize(object value) => ((Cell)value).Name;
}
