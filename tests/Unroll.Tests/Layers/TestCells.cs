using Unroll.Cells;
using Unroll.Tests.Cells;
using Unroll.Tests.Layers;
using Xunit.Sdk;

[assembly: RegisterXunitSerializer(typeof(CellSerializer), typeof(Cell))]

namespace Unroll.Tests.Layers;

/// <summary>Cells as test data.</summary>
public static class TestCells
{
    /// <summary>Those of the library and some that give only their equations.</summary>
    public static IReadOnlyList<Cell> Known { get; } = [.. Cell.BuiltIn, Cell.Of<MyLstm>(), Cell.Of<MyGru>(), Cell.Of(new ExponentialGates(0.9f))];

    public static TheoryData<Cell> All => [.. Known];
}

/// <summary>A cell by its name, so that each case of a test shows apart.</summary>
public sealed class CellSerializer : IXunitSerializer
{
    public object Deserialize(Type type, string serializedValue) => TestCells.Known.Single(cell => cell.Name == serializedValue);

    public bool IsSerializable(Type type, object? value, out string failureReason)
    {
        failureReason = "Only known cells have names that lead back to them.";
        return value is Cell cell && TestCells.Known.Contains(cell);
    }

    public string Serialize(object value) => ((Cell)value).Name;
}
