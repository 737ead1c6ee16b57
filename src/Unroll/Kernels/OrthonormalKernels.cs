using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Unroll.Kernels;

/// <summary>Orthonormal vectors out of arbitrary ones, in double precision and with the same bits on every machine.</summary>
internal static class OrthonormalKernels
{
    /// <summary>
    /// Gram and Schmidt's procedure over the rows of a matrix, each projected twice ("twice is enough", Giraud et al. 2005), in place.
    /// </summary>
    /// <param name="matrix">[vectors, length] row-major; overwritten by orthonormal rows.</param>
    /// <param name="vectors">How many rows; at most <paramref name="length"/>.</param>
    /// <param name="length">The length of a row.</param>
    public static void Orthonormalize(Span<double> matrix, int vectors, int length)
    {
        for (var index = 0; index < vectors; index++)
        {
            var vector = matrix.Slice(index * length, length);
            for (var pass = 0; pass < 2; pass++)
            {
                for (var earlier = 0; earlier < index; earlier++)
                {
                    var basis = matrix.Slice(earlier * length, length);
                    AddScaled(vector, basis, -Dot(vector, basis));
                }
            }

            var scale = 1 / Math.Sqrt(Dot(vector, vector));
            foreach (ref var value in vector)
                value *= scale;
        }
    }

    /// <summary>Σ aᵢ·bᵢ, summed in eight interleaved parts whatever the width of the machine.</summary>
    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref var first = ref MemoryMarshal.GetReference(a);
        ref var second = ref MemoryMarshal.GetReference(b);
        var sums = Vector512<double>.Zero;
        var index = 0;
        for (; index <= a.Length - Vector512<double>.Count; index += Vector512<double>.Count)
            sums += Vector512.LoadUnsafe(ref first, (nuint)index) * Vector512.LoadUnsafe(ref second, (nuint)index);
        var sum = 0.0;
        for (var lane = 0; lane < Vector512<double>.Count; lane++)
            sum += sums[lane];
        for (; index < a.Length; index++)
            sum += a[index] * b[index];
        return sum;
    }

    /// <summary>target += scale · source.</summary>
    private static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double scale)
    {
        ref var first = ref MemoryMarshal.GetReference(target);
        ref var second = ref MemoryMarshal.GetReference(source);
        var index = 0;
        for (; index <= target.Length - Vector512<double>.Count; index += Vector512<double>.Count)
        {
            var sum = Vector512.LoadUnsafe(ref first, (nuint)index) + (Vector512.LoadUnsafe(ref second, (nuint)index) * scale);
            sum.StoreUnsafe(ref first, (nuint)index);
        }

        for (; index < target.Length; index++)
            target[index] += scale * source[index];
    }
}
