namespace Unroll.Layers;

/// <summary>Choices of a recurrent stack besides its cell and sizes.</summary>
public sealed record RecurrentOptions
{
    /// <summary>L: layers on top of each other, at least 1.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether a second set of weights reads each sequence from its end; outputs are concatenated.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Whether there are biases.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>The dropout rate between layers while training, 0…1; needs more than one layer to have an effect.</summary>
    public float Dropout { get; init; }
}
