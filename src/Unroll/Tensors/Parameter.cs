using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>
/// Values that training changes: a weight matrix or a bias, with the name it has in a model file. Backward passes add to its gradient until
/// <see cref="Tensor.ClearGradient"/>.
/// </summary>
public sealed class Parameter : Tensor
{
    private readonly TouchedRows touched = new();
    private bool isDropped;
    private bool isShown;

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
    /// Whether it stays as it is: recurrent layers spend nothing on its gradient and optimisers leave it alone. Set before an optimiser's first step.
    /// </summary>
    public bool IsFixed { get; set; }

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

    /// <summary>Whether the whole gradient is zero, so that it need not be read.</summary>
    internal bool IsGradientZero => isDropped || touched.IsEmpty;

    /// <summary>The rows of the gradient that may differ from zero, unless <see cref="IsGradientZero"/>.</summary>
    internal TouchedRows GradientRows => touched;

    /// <summary>
    /// The gradient for those who keep to <see cref="GradientRows"/>: they read any row, and write zeros nowhere else than in those.
    /// </summary>
    internal Span<float> GradientValues
    {
        get
        {
            ClearDropped();
            return GradientMemory;
        }
    }

    /// <summary>Room to add to some rows of the gradient; the others stay as they are.</summary>
    /// <param name="rows">Which, any number of times.</param>
    /// <returns>The start of the whole gradient.</returns>
    internal Floats UseGradientRows(ReadOnlySpan<int> rows)
    {
        ClearDropped();
        touched.Add(rows, Shape.Rows);
        return GradientStart;
    }

    /// <summary>As for any tensor; the first contribution after <see cref="Tensor.ClearGradient"/> overwrites.</summary>
    internal override bool BeginGradient()
    {
        var accumulate = !IsGradientZero;
        isDropped = false;
        touched.AddAll();
        return accumulate;
    }

    /// <inheritdoc/>
    private protected override void UseGradient()
    {
        ClearDropped();
        touched.AddAll();
    }

    /// <inheritdoc/>
    private protected override void ShowGradient()
    {
        isShown = true;
        UseGradient();
    }

    /// <summary>
    /// Nothing is written where all of it may differ from zero: who overwrites it next need not know what was there. Somebody who holds a span of
    /// the gradient would see that, so then it is.
    /// </summary>
    private protected override void ForgetGradient()
    {
        if (isShown)
        {
            isDropped = false;
            GradientMemory.Clear();
            touched.AddAll();
            return;
        }

        if (!isDropped && !touched.IsAll)
            ClearTouched();
        isDropped |= touched.IsAll;
        touched.Clear();
    }

    private void ClearDropped()
    {
        if (isDropped)
            GradientMemory.Clear();
        isDropped = false;
    }

    private void ClearTouched()
    {
        var row = 0;
        while (touched.Next(ref row, Shape.Rows) is > 0 and var count)
        {
            GradientMemory.Slice(row * Shape.Last, count * Shape.Last).Clear();
            row += count;
        }
    }
}
