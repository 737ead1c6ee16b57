namespace Unroll.Models;

/// <summary>What the recurrent weights of a new model are drawn from.</summary>
public enum RecurrentInitialization
{
    /// <summary>Uniform in ±1/√H, as PyTorch does.</summary>
    TorchUniform,

    /// <summary>Orthonormal rows in each gate (Saxe, McClelland, Ganguli, 2014); everything else as PyTorch does.</summary>
    Orthogonal,
}
