using System.Diagnostics.CodeAnalysis;
using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>
/// Float32 values in row-major order with a shape, and their gradient when something asks for it.
/// Sequences are time-major, <c>[T, B, …]</c>.
/// </summary>
/// <remarks>
/// A tensor made with <c>new</c> or <see cref="FromArray"/> is the user's; one that an operation returns belongs to its <see cref="Tape"/>,
/// which reuses it after <see cref="Tape.Reset"/>. Neither needs disposing.
/// </remarks>
public class Tensor
{
    private readonly FloatBuffer values = new();
    private readonly bool isOnTape;
    private FloatBuffer? gradient;
    private long gradientPass;

    /// <summary>A tensor of zeros.</summary>
    /// <param name="shape">Its sizes.</param>
    /// <param name="requiresGradient">Whether back-propagation shall leave a gradient in <see cref="Gradient"/>.</param>
    public Tensor(Shape shape, bool requiresGradient = false)
    {
        Shape = shape;
        values.EnsureLength(shape.Length);
        if (requiresGradient)
            RequiresGradient = true;
    }

    /// <summary>An empty slot of a tape.</summary>
    internal Tensor() => isOnTape = true;

    /// <summary>The sizes of its dimensions.</summary>
    public Shape Shape { get; private set; }

    /// <summary>The number of values.</summary>
    public int Length => Shape.Length;

    /// <summary>The values, row-major; writable.</summary>
    public Span<float> Values => values.Span[..Length];

    /// <summary>Whether back-propagation computes the gradient of this tensor.</summary>
    public bool RequiresGradient { get; set; }

    /// <summary>Whether this backward pass has already written the gradient, so that the next contribution has to be added.</summary>
    internal bool GradientWritten { get; set; }

    /// <summary>
    /// The derivative of the loss with respect to each value, of the same shape. Zero before the first backward pass.
    /// A backward pass overwrites it, except that of a <see cref="Parameter"/>, to which it adds.
    /// </summary>
    public Span<float> Gradient
    {
        get
        {
            ShowGradient();
            return GradientMemory;
        }
    }

    /// <summary>The only value of a scalar.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds more or fewer than one value.</exception>
    public float Scalar =>
        Length == 1 ? Values[0] : throw new InvalidOperationException($"A tensor of shape {Shape} is not a scalar.");

    /// <summary>Bytes of the memory that values and gradient have taken.</summary>
    internal long MemoryInBytes => sizeof(float) * ((long)values.Length + (gradient?.Length ?? 0));

    internal Floats Pointer => values.Pointer;

    internal Floats GradientPointer
    {
        get
        {
            UseGradient();
            return GradientStart;
        }
    }

    /// <summary>The address of <see cref="GradientMemory"/>.</summary>
    private protected Floats GradientStart => GradientBuffer().Pointer;

    /// <summary>The memory of the gradient as it is; what a <see cref="Parameter"/> knows about it stays true.</summary>
    private protected Span<float> GradientMemory => GradientBuffer().Span[..Length];

    /// <summary>A tensor with a copy of the values of an array.</summary>
    /// <param name="source">The values, row-major.</param>
    /// <param name="shape">Its sizes; their product is the length of <paramref name="source"/>.</param>
    /// <param name="requiresGradient">Whether back-propagation shall compute its gradient.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the shape.</exception>
    public static Tensor FromArray(ReadOnlySpan<float> source, Shape shape, bool requiresGradient = false)
    {
        if (source.Length != shape.Length)
            throw new ArgumentException($"The shape {shape} needs {shape.Length} values; got {source.Length}.", nameof(source));
        var tensor = new Tensor(shape, requiresGradient);
        source.CopyTo(tensor.Values);
        return tensor;
    }

    /// <summary>Sets the gradient to zero.</summary>
    public void ClearGradient() => ForgetGradient();

    /// <summary>Starts a backward pass at this tensor: copies the gradient the caller gives.</summary>
    /// <param name="source">The derivative of the loss with respect to each value, of the same length.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void SeedGradient(ReadOnlySpan<float> source)
    {
        if (source.Length != Length)
            throw new ArgumentException($"The gradient has {source.Length} values; the tensor {Shape} has {Length}.", nameof(source));
        source.CopyTo(Gradient);
        GradientWritten = true;
    }

    /// <summary>Gives a tape's slot its shape for this pass; values are whatever was there.</summary>
    internal void Reuse(Shape shape, bool requiresGradient)
    {
        Shape = shape;
        RequiresGradient = requiresGradient;
        GradientWritten = false;
        values.EnsureLength(shape.Length);
    }

    /// <summary>
    /// Tells an operation's backward whether to overwrite this gradient (false, the first contribution of this pass) or to add to it (true).
    /// </summary>
    internal virtual bool BeginGradient()
    {
        // A tape forgets its own tensors' gradients when it is reset; the user's tensors outlive it and know the pass by its number.
        var accumulate = isOnTape ? GradientWritten : gradientPass == Tape.CurrentPass;
        GradientWritten = true;
        gradientPass = Tape.CurrentPass;
        return accumulate;
    }

    /// <summary>The gradient is about to be read or written by somebody who may do both to all of it.</summary>
    private protected virtual void UseGradient()
    {
    }

    /// <summary>The gradient is about to be given to the user, who may keep the span.</summary>
    private protected virtual void ShowGradient()
    {
    }

    /// <summary>From now on the gradient is zero.</summary>
    private protected virtual void ForgetGradient() => GradientMemory.Clear();

    [MemberNotNull(nameof(gradient))]
    private FloatBuffer GradientBuffer()
    {
        gradient ??= new();
        gradient.EnsureLength(Length);
        return gradient;
    }
}
