using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// One row of inputs in signed bytes with one scale, <c>x ≈ scale · q</c>, q in −127…127: made anew for each product. Word g holds the bytes of
/// depths g, g + K/4, g + K/2 and g + 3K/4, as the words of an <see cref="Int8Matrix"/> do; magnitudes and signs stand apart, as the product reads them.
/// </summary>
internal sealed unsafe class Int8Row
{
    /// <summary>Words are made a whole vector at a time.</summary>
    private const int Alignment = FloatBuffer.AlignmentInFloats;

    /// <summary>1.5 · 2²³: added to a small number it leaves the nearest integer, ties to even, in the lowest bits of the sum.</summary>
    private const float Rounder = 12_582_912;

    /// <summary>2⁻¹¹⁶: a row of smaller values counts as zero, since the reciprocal of its scale would not be finite.</summary>
    private const float SmallestMagnitude = 1.2037062e-35f;

    [ThreadStatic]
    private static Int8Row? shared;

    private readonly FloatBuffer values = new();
    private readonly FloatBuffer words = new();
    private int paddedSteps;

    /// <summary>A row that this thread may use until its next product.</summary>
    public static Int8Row Shared => shared ??= new();

    /// <summary>What the bytes are multiplied with; NaN if a value of the row was NaN or infinite.</summary>
    public float Scale { get; private set; }

    /// <summary>
    /// The sum of the magnitudes of negative bytes. The product reads a weight w as <c>w ^ sign</c>, which is −w − 1 and not −w beside a negative input; this
    /// makes up for it, the same for every column.
    /// </summary>
    public int Correction { get; private set; }

    /// <summary>|q|, four bytes a word.</summary>
    public float* Magnitudes => words.Pointer.Pointer;

    /// <summary>All bits of a byte set where q is negative.</summary>
    public float* Signs => words.Pointer.Pointer + paddedSteps;

    /// <summary>Rounds a row of weights to bytes, the largest magnitude to 127.</summary>
    /// <param name="row">Finite values.</param>
    /// <param name="bytes">One for each value.</param>
    /// <returns>What the bytes are multiplied with, finite and positive.</returns>
    public static float Round(ReadOnlySpan<float> row, Span<sbyte> bytes)
    {
        var largest = 0f;
        foreach (var value in row)
            largest = Math.Max(largest, Math.Abs(value));
        if (largest < SmallestMagnitude)
        {
            bytes.Clear();
            return 1;
        }

        for (var index = 0; index < row.Length; index++)
            bytes[index] = (sbyte)MathF.Round(row[index] * (Int8Matrix.Largest / largest));
        return largest / Int8Matrix.Largest;
    }

    /// <summary>Quantises a row of inputs.</summary>
    /// <param name="row">[K].</param>
    /// <param name="depth">K.</param>
    public void Set<T>(Floats row, int depth)
        where T : struct, ISimdLane<T>
    {
        Spread(row, depth);
        var largest = LargestMagnitude<T>(out var nonFinite);
        if (nonFinite || !(largest >= SmallestMagnitude))
        {
            words.Span.Clear();
            Scale = nonFinite ? float.NaN : 0;
            Correction = 0;
            return;
        }

        Scale = largest / Int8Matrix.Largest;
        Pack<T>(Int8Matrix.Largest / largest);
    }

    /// <summary>Copies the four quarters of a row so that each starts at a whole vector and ends in zeros.</summary>
    private void Spread(Floats row, int depth)
    {
        var steps = Int8Matrix.StepsOf(depth);
        paddedSteps = (steps + Alignment - 1) / Alignment * Alignment;
        values.EnsureLength(Int8Matrix.WordBytes * paddedSteps);
        words.EnsureLength(2 * paddedSteps);
        for (var quarter = 0; quarter < Int8Matrix.WordBytes; quarter++)
        {
            var start = Math.Min(quarter * steps, depth);
            var count = Math.Min(steps, depth - start);
            var target = values.Span.Slice(quarter * paddedSteps, paddedSteps);
            (row + start).Span(count).CopyTo(target);
            target[count..].Clear();
        }
    }

    /// <summary>The largest |x|, and whether any x is NaN or infinite: then x · 0 is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float LargestMagnitude<T>(out bool nonFinite)
        where T : struct, ISimdLane<T>
    {
        T largest = default, zeros = default;
        var x = values.Pointer.Pointer;
        for (var end = x + (Int8Matrix.WordBytes * paddedSteps); x < end; x += T.Width)
        {
            var value = T.Load(x);
            largest = T.Max(largest, T.Abs(value));
            zeros += value * T.Broadcast(0);
        }

        nonFinite = float.IsNaN(T.Sum(zeros));
        return T.Largest(largest);
    }

    /// <summary>q = round(x · inverse), four to a word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack<T>(float inverse)
        where T : struct, ISimdLane<T>
    {
        T factor = T.Broadcast(inverse), rounder = T.Broadcast(Rounder), negative = default;
        var x = values.Pointer.Pointer;
        nint quarter = paddedSteps;
        for (nint word = 0; word < paddedSteps; word += T.Width, x += T.Width)
        {
            var magnitudes = T.PackBytes(
                (T.Load(x) * factor) + rounder,
                (T.Load(x + quarter) * factor) + rounder,
                (T.Load(x + (2 * quarter)) * factor) + rounder,
                (T.Load(x + (3 * quarter)) * factor) + rounder,
                out var signs);
            T.Store(magnitudes, Magnitudes + word);
            T.Store(signs, Signs + word);
            // The byte of a sign is −1.
            negative = T.AddByteProducts(negative, magnitudes, signs);
        }

        // Below 2²⁴ for every depth there is, so exact in float32.
        Correction = -(int)T.Sum(T.ToSingle(negative));
    }
}
