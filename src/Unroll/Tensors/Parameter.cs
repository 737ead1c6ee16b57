namespace Unroll.Tensors;

/// <summary>
/// Values that training changes: a weight matrix or a bias, with the name it has in a model file. Backward passes add to its gradient until
/// <see cref="Tensor.ClearGradient"/>.
/// </summary>
public sealed class Parameter : Tensor
{
    /// <summary>A parameter of zeros.</summary>
    /// <param name="name">Its name in a model file, PyTorch's where PyTorch has it: <c>weight_ih_l0</c>.</param>
    /// <param name="shape">Its sizes.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public Parameter(string name, Shape shape)
        : base(shape, requiresGradient: true)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Packed = new(this);
    }

    /// <summary>
    /// The name in a model file: that within its layer, <c>weight_ih_l0</c>, until a model puts the layer's name before it, <c>rnn.weight_ih_l0</c>.
    /// </summary>
    public string Name { get; internal set; }

    /// <summary>
    /// Counts the changes of the values; kernels keep packed copies of weights for as long as it stays the same.
    /// </summary>
    public int Version { get; private set; }

    /// <summary>
    /// Says that <see cref="Tensor.Values"/> were written, so that packed copies are made again. Optimisers, initialisers and loaders call it;
    /// whoever writes values by hand has to.
    /// </summary>
    public void MarkChanged() => Version++;

    /// <summary>The values as matrix products read them.</summary>
    internal PackedWeights Packed { get; }

    /// <inheritdoc/>
    internal override bool BeginGradient() => true;
}
