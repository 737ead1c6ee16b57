using System.Globalization;

namespace Unroll.Kernels;

/// <summary>A number that a cell is made with, such as a decay rate or how many heads it has; every unit of every layer has the same.</summary>
/// <param name="Name">What files call it: lower-case letters, digits and hyphens.</param>
/// <param name="Value">Its value, finite. A float32 counts as the double of the same value.</param>
public sealed record CellConstant(string Name, double Value)
{
    /// <summary>Name and value, such as <c>rate = 0.5</c>; a value that a float32 holds is written as one.</summary>
    public override string ToString() => $"{Name} = {ValueText}";

    /// <summary>The value in as few digits as it takes to read it back.</summary>
    internal string ValueText => (float)Value == Value
        ? ((float)Value).ToString(CultureInfo.InvariantCulture)
        : Value.ToString(CultureInfo.InvariantCulture);
}
