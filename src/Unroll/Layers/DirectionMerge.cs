namespace Unroll.Layers;

/// <summary>How the outputs of two directions, f and r of H values each, become the output of a bidirectional layer.</summary>
public enum DirectionMerge
{
    /// <summary>Side by side, <c>[f, r]</c>: 2·H values, as PyTorch.</summary>
    Concatenate,

    /// <summary><c>f + r</c>: H values.</summary>
    Sum,

    /// <summary><c>(f + r) / 2</c>: H values.</summary>
    Mean,

    /// <summary><c>f ∘ r</c>: H values.</summary>
    Product,
}
