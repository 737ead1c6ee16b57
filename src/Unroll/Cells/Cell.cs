namespace Unroll.Cells;

/// <summary>The built-in recurrent cells.</summary>
public enum Cell
{
    /// <summary>Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).</summary>
    Lstm,

    /// <summary>Gated recurrent unit (Cho et al. 2014), reset applied after the recurrent product as PyTorch and cuDNN do.</summary>
    Gru,

    /// <summary>Vanilla recurrence (Elman 1990) with tanh.</summary>
    RnnTanh,

    /// <summary>Vanilla recurrence with the rectifier, max(0, x).</summary>
    RnnRelu,
}
