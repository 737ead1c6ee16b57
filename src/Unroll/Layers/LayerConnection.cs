namespace Unroll.Layers;

/// <summary>How each layer of a stack above the first makes its output y from what its cell gives, h, and what the layer reads, x.</summary>
public enum LayerConnection
{
    /// <summary><c>y = h</c>.</summary>
    Plain,

    /// <summary><c>y = h + x</c>: the layer learns what to add (He et al., 2016; in recurrent stacks Wu et al., 2016).</summary>
    Residual,

    /// <summary>
    /// <c>y = g ∘ h + (1 − g) ∘ x</c> with <c>g = σ(W·x + b)</c>, of parameters of its own: the layer learns where to pass its input on (Srivastava,
    /// Greff and Schmidhuber, 2015, equation 3; between recurrent layers Zhang et al., 2016, there with a gate that reads the states as well).
    /// </summary>
    Highway,
}
