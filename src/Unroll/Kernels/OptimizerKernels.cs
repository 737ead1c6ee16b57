using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unroll.Kernels;

/// <summary>Passes over parameters and gradients. Element by element the bits do not depend on the vector width or on the place.</summary>
internal static class OptimizerKernels
{
    // Partial sums of squares are taken over pieces of this many floats, so that they may be shared out without changing a bit.
    private const int NormChunk = 1 << 14;

    /// <summary>Runs an update rule over a parameter in one pass.</summary>
    /// <param name="rule">The maths, with its constants.</param>
    /// <param name="weights">Updated in place.</param>
    /// <param name="gradient">As long as the weights.</param>
    /// <param name="gradientScale">Multiplies the gradient first: clipping by norm costs no pass of its own.</param>
    /// <param name="slots">As many arrays as the rule has slots, each as long as the weights; updated in place.</param>
    public static void Update<TRule>(TRule rule, Span<float> weights, ReadOnlySpan<float> gradient, float gradientScale, float[][] slots)
        where TRule : struct, IUpdateRule
    {
        var first = TRule.SlotCount > 0 ? slots[0].AsSpan(0, weights.Length) : default;
        var second = TRule.SlotCount > 1 ? slots[1].AsSpan(0, weights.Length) : default;
        var third = TRule.SlotCount > 2 ? slots[2].AsSpan(0, weights.Length) : default;
        gradient = gradient[..weights.Length];
        var whole = weights.Length - (weights.Length % Vector<float>.Count);
        for (var index = 0; index < whole; index += Vector<float>.Count)
        {
            UpdateSlots values = default;
            if (TRule.SlotCount > 0)
                values.First = Load(first, index);
            if (TRule.SlotCount > 1)
                values.Second = Load(second, index);
            if (TRule.SlotCount > 2)
                values.Third = Load(third, index);
            var next = rule.Next(Load(weights, index), Load(gradient, index) * gradientScale, ref values);
            Store(next, weights, index);
            if (TRule.SlotCount > 0)
                Store(values.First, first, index);
            if (TRule.SlotCount > 1)
                Store(values.Second, second, index);
            if (TRule.SlotCount > 2)
                Store(values.Third, third, index);
        }

        if (whole < weights.Length)
            UpdateTail(rule, weights[whole..], gradient[whole..], gradientScale, Rest(first, whole), Rest(second, whole), Rest(third, whole));
    }

    /// <summary>Σ xᵢ² in double precision; the same bits whatever the vector width.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        for (; values.Length > NormChunk; values = values[NormChunk..])
            sum += ChunkSumOfSquares(values[..NormChunk]);
        return sum + ChunkSumOfSquares(values);
    }

    /// <summary>Multiplies in place.</summary>
    public static void Scale(Span<float> values, float factor)
    {
        foreach (ref var vector in MemoryMarshal.Cast<float, Vector<float>>(values))
            vector *= factor;
        foreach (ref var value in Tail(values))
            value *= factor;
    }

    /// <summary>Limits each value to [−limit, limit]; a NaN stays one.</summary>
    public static void Clamp(Span<float> values, float limit)
    {
        var high = new Vector<float>(limit);
        foreach (ref var vector in MemoryMarshal.Cast<float, Vector<float>>(values))
            vector = Vector.Min(Vector.Max(vector, -high), high);
        foreach (ref var value in Tail(values))
            value = Math.Min(Math.Max(value, -limit), limit);
    }

    private static void UpdateTail<TRule>(
        TRule rule, Span<float> weights, ReadOnlySpan<float> gradient, float gradientScale, Span<float> first, Span<float> second, Span<float> third)
        where TRule : struct, IUpdateRule
    {
        UpdateSlots values = default;
        values.First = LoadPart(first);
        values.Second = LoadPart(second);
        values.Third = LoadPart(third);
        StorePart(rule.Next(LoadPart(weights), LoadPart(gradient) * gradientScale, ref values), weights);
        StorePart(values.First, first);
        StorePart(values.Second, second);
        StorePart(values.Third, third);
    }

    private static double ChunkSumOfSquares(ReadOnlySpan<float> values)
    {
        ref var start = ref MemoryMarshal.GetReference(values);
        var low = Vector512<double>.Zero;
        var high = Vector512<double>.Zero;
        var index = 0;
        for (; index <= values.Length - Vector512<float>.Count; index += Vector512<float>.Count)
        {
            var (lower, upper) = Vector512.Widen(Vector512.LoadUnsafe(ref start, (nuint)index));
            low += lower * lower;
            high += upper * upper;
        }

        var sum = 0.0;
        low += high;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
            sum += low[lane];
        for (; index < values.Length; index++)
            sum += (double)values[index] * values[index];
        return sum;
    }

    private static Span<float> Tail(Span<float> values) => values[(values.Length - (values.Length % Vector<float>.Count))..];

    private static Span<float> Rest(Span<float> slot, int start) => slot.IsEmpty ? slot : slot[start..];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Load(ReadOnlySpan<float> values, int index) =>
        Vector.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector<float> vector, Span<float> values, int index) =>
        vector.StoreUnsafe(ref MemoryMarshal.GetReference(values), (nuint)index);

    private static Vector<float> LoadPart(ReadOnlySpan<float> values)
    {
        Span<float> padded = stackalloc float[Vector<float>.Count];
        padded.Clear();
        values.CopyTo(padded);
        return new(padded);
    }

    private static void StorePart(Vector<float> vector, Span<float> values)
    {
        Span<float> padded = stackalloc float[Vector<float>.Count];
        vector.CopyTo(padded);
        padded[..values.Length].CopyTo(values);
    }
}
