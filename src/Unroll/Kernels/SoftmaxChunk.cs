using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// The passes over a chunk of logits that lie by class, <c>[classes, rows]</c>: each lane is a row, and no sum goes across lanes but that of a bias.
/// Row counts are multiples of two vectors; padding is finite where everything else is, and its factors are zero.
/// </summary>
internal static unsafe class SoftmaxChunk<T>
    where T : struct, ISimdLane<T>
{
    /// <summary>Rows of one step: two vectors, of which both fit the registers beside what an exponential needs.</summary>
    private static int StepRows => 2 * T.Width;

    /// <summary><c>m = max (z + b)</c>, <c>e = exp(z + b − m)</c>, <c>s = Σ e</c> over the classes of the chunk, for each row.</summary>
    /// <param name="z">[classes, rows], becomes e where asked for.</param>
    /// <param name="stride">Floats between classes.</param>
    /// <param name="classes">Classes of the chunk.</param>
    /// <param name="rows">A multiple of two vectors.</param>
    /// <param name="bias">b [classes], or null.</param>
    /// <param name="largest">m [rows]; never −∞, so that a class of probability zero gives 0 and not a NaN.</param>
    /// <param name="sums">s [rows].</param>
    /// <param name="keeps">Whether e is stored.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exponentials(float* z, nint stride, int classes, int rows, float* bias, float* largest, float* sums, bool keeps)
    {
        for (var row = 0; row < rows; row += StepRows)
        {
            var (m0, m1) = (T.Broadcast(float.MinValue), T.Broadcast(float.MinValue));
            var source = z + row;
            for (var index = 0; index < classes; index++, source += stride)
            {
                var b = bias is null ? T.Broadcast(0) : T.LoadBroadcast(bias + index);
                m0 = T.Max(T.Load(source) + b, m0);
                m1 = T.Max(T.Load(source + T.Width) + b, m1);
            }

            T.Store(m0, largest + row);
            T.Store(m1, largest + row + T.Width);
            T s0 = default, s1 = default;
            source = z + row;
            for (var index = 0; index < classes; index++, source += stride)
            {
                var b = bias is null ? T.Broadcast(0) : T.LoadBroadcast(bias + index);
                var e0 = LaneMath<T>.ExpOfNegative(T.Load(source) + b - m0);
                var e1 = LaneMath<T>.ExpOfNegative(T.Load(source + T.Width) + b - m1);
                s0 += e0;
                s1 += e1;
                if (!keeps)
                    continue;
                T.Store(e0, source);
                T.Store(e1, source + T.Width);
            }

            T.Store(s0, sums + row);
            T.Store(s1, sums + row + T.Width);
        }
    }

    /// <summary><c>m = max mᶜ</c>, <c>fᶜ = exp(mᶜ − m)</c>, <c>total = Σ fᶜ · sᶜ</c> over the chunks in ascending order, for each row.</summary>
    /// <param name="largest">mᶜ [chunks, rows], becomes fᶜ.</param>
    /// <param name="sums">sᶜ [chunks, rows].</param>
    /// <param name="stride">Floats between chunks.</param>
    /// <param name="chunks">At least 1.</param>
    /// <param name="rows">A multiple of a vector.</param>
    /// <param name="m">[rows].</param>
    /// <param name="total">[rows].</param>
    public static void Merge(float* largest, float* sums, nint stride, int chunks, int rows, float* m, float* total)
    {
        for (var row = 0; row < rows; row += T.Width)
        {
            var bound = T.Broadcast(float.MinValue);
            for (var chunk = 0; chunk < chunks; chunk++)
                bound = T.Max(T.Load(largest + row + (chunk * stride)), bound);
            T.Store(bound, m + row);
            T sum = default;
            for (var chunk = 0; chunk < chunks; chunk++)
            {
                var place = row + (chunk * stride);
                var factor = LaneMath<T>.ExpOfNegative(T.Load(largest + place) - bound);
                T.Store(factor, largest + place);
                sum += factor * T.Load(sums + place);
            }

            T.Store(sum, total + row);
        }
    }

    /// <summary>What turns the exponentials of a chunk into gradients: <c>scale · f / Σ</c> for each row.</summary>
    /// <param name="chunkFactors">f [rows].</param>
    /// <param name="reciprocals">1 / Σ [rows].</param>
    /// <param name="scale">The derivative with respect to the loss of one row.</param>
    /// <param name="rows">A multiple of a vector.</param>
    /// <param name="factors">[rows].</param>
    public static void Factors(float* chunkFactors, float* reciprocals, float scale, int rows, float* factors)
    {
        var scales = T.Broadcast(scale);
        for (var row = 0; row < rows; row += T.Width)
            T.Store(T.Load(chunkFactors + row) * (T.Load(reciprocals + row) * scales), factors + row);
    }

    /// <summary><c>e ← e ∘ factors</c> in each class, and the sum of each class over the rows.</summary>
    /// <param name="e">[classes, rows].</param>
    /// <param name="stride">Floats between classes.</param>
    /// <param name="classes">Classes of the chunk.</param>
    /// <param name="rows">A multiple of two vectors.</param>
    /// <param name="factors">[rows].</param>
    /// <param name="classSums">[classes].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gradients(float* e, nint stride, int classes, int rows, float* factors, float* classSums)
    {
        for (var index = 0; index < classes; index++, e += stride)
        {
            T s0 = default, s1 = default;
            for (var row = 0; row < rows; row += StepRows)
            {
                var d0 = T.Load(e + row) * T.Load(factors + row);
                var d1 = T.Load(e + row + T.Width) * T.Load(factors + row + T.Width);
                T.Store(d0, e + row);
                T.Store(d1, e + row + T.Width);
                s0 += d0;
                s1 += d1;
            }

            classSums[index] = T.Sum(s0 + s1);
        }
    }
}
