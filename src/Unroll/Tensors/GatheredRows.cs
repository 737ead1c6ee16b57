namespace Unroll.Tensors;

/// <summary>
/// What a tensor of looked-up rows was made from: with few distinct rows, a product over the table replaces one over all looked-up rows.
/// </summary>
internal sealed class GatheredRows
{
    /// <summary>The table [V, E].</summary>
    public Parameter Table { get; set; } = null!;

    /// <summary>The row of the table that each row of the tensor is; may be longer than the tensor.</summary>
    public int[] Numbers { get; set; } = [];
}
