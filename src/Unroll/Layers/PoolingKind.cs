namespace Unroll.Layers;

/// <summary>How the outputs of all steps of a sequence become one vector.</summary>
public enum PoolingKind
{
    /// <summary>The output of the last step; of the reverse direction that of the first step, where it ends.</summary>
    Last,

    /// <summary>The mean over all steps.</summary>
    Mean,

    /// <summary>The largest value of each unit over all steps.</summary>
    Max,

    /// <summary>
    /// A weighted mean whose weights are learned: <c>softmax over t of v · tanh(W · h_t + b)</c> (Yang et al., "Hierarchical Attention Networks for Document
    /// Classification", 2016, equations 5 to 7).
    /// </summary>
    Attention,
}
