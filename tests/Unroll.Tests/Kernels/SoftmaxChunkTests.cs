using Unroll.Kernels;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Kernels;

/// <summary>The passes over logits that lie by class, at every lane width, in memory that ends at a forbidden page.</summary>
public sealed class SoftmaxChunkTests
{
    /// <summary>Exponentials of about 3 units in the last place, summed over a hundred classes in float32.</summary>
    private const double Tolerance = 2e-6;

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void Chunks_together_are_a_softmax(int width) => EveryLane.Run(width, new Passes());

    private sealed unsafe class Passes : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            foreach (var (classes, chunks) in ((int, int)[])[(1, 1), (2, 3), (7, 2), (96, 1), (31, 4)])
            {
                foreach (var rows in (int[])[2 * T.Width, 6 * T.Width])
                {
                    foreach (var hasBias in (bool[])[true, false])
                        Check<T>(classes, chunks, rows, hasBias);
                }
            }
        }

        private static void Check<T>(int classes, int chunks, int rows, bool hasBias)
            where T : struct, ISimdLane<T>
        {
            using var memory = new KernelMemory(guardBefore: false);
            var random = new Random(classes + chunks + rows);
            var logits = RandomValues.Uniform(random, chunks * classes * rows, 20);
            var bias = RandomValues.Uniform(random, chunks * classes, 3);
            var z = memory.Take(RandomValues.ToSingle(logits)).Pointer;
            var b = hasBias ? memory.Take(RandomValues.ToSingle(bias)).Pointer : null;
            var (largest, sums) = (memory.Take(chunks * rows), memory.Take(chunks * rows));
            var (m, total, factors, classSums) = (memory.Take(rows), memory.Take(rows), memory.Take(rows), memory.Take(classes));
            for (var chunk = 0; chunk < chunks; chunk++)
            {
                SoftmaxChunk<T>.Exponentials(
                    z + (chunk * classes * rows), rows, classes, rows, hasBias ? b + (chunk * classes) : null,
                    largest.Pointer + (chunk * rows), sums.Pointer + (chunk * rows), keeps: true);
            }

            SoftmaxChunk<T>.Merge(largest.Pointer, sums.Pointer, rows, chunks, rows, m.Pointer, total.Pointer);
            var expected = Softmax(logits, hasBias ? bias : new double[bias.Length], chunks * classes, rows);
            for (var row = 0; row < rows; row++)
                Assert.Equal(expected.LogSumExp[row], m[row] + Math.Log(total[row]), 20 * Tolerance);

            var reciprocals = memory.Take([.. total.Span(rows).ToArray().Select(value => 1 / value)]);
            for (var chunk = 0; chunk < chunks; chunk++)
            {
                SoftmaxChunk<T>.Factors(largest.Pointer + (chunk * rows), reciprocals.Pointer, 0.5f, rows, factors.Pointer);
                SoftmaxChunk<T>.Gradients(z + (chunk * classes * rows), rows, classes, rows, factors.Pointer, classSums.Pointer);
                for (var index = 0; index < classes; index++)
                {
                    var place = ((chunk * classes) + index) * rows;
                    var p = expected.P.AsSpan(place, rows).ToArray().Select(value => value / 2).ToArray();
                    Close.Absolute("p", p, new ReadOnlySpan<float>(z + place, rows), Tolerance);
                    Assert.Equal(p.Sum(), classSums[index], Tolerance * rows);
                }
            }
        }

        /// <summary>Over the classes of each row of [classes, rows].</summary>
        private static (double[] P, double[] LogSumExp) Softmax(double[] logits, double[] bias, int classes, int rows)
        {
            var (p, logSums) = (new double[logits.Length], new double[rows]);
            for (var row = 0; row < rows; row++)
            {
                var ofRow = Enumerable.Range(0, classes).Select(index => logits[(index * rows) + row] + bias[index]).ToArray();
                logSums[row] = LayerOracles.LogSumExp(ofRow);
                for (var index = 0; index < classes; index++)
                    p[(index * rows) + row] = Math.Exp(ofRow[index] - logSums[row]);
            }

            return (p, logSums);
        }
    }
}
