using System.Runtime.Intrinsics.X86;
using Unroll.Kernels;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Kernels;

/// <summary>The products of layers, over odd sizes, each buffer ending at a forbidden page: bit for bit a plain loop of fused multiply-adds.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class ProductTests
{
    /// <summary>Without fused multiply-adds sums of a few hundred products below one are rounded twice a step.</summary>
    private const double UnfusedTolerance = 1e-4;

    /// <summary>Random triples of sizes for each test.</summary>
    private static readonly int triples = ChildSuite.IsChild ? 40 : 250;

    /// <summary>Keeps the plain loop fast; the engine splits work between threads well below.</summary>
    private const int MostWork = 2_000_000;

    [Fact]
    public void Product_with_packed_weights() => ForSizes((memory, random, m, n, k) =>
    {
        // C [M, N] = b + A [M, K] · Wᵀ, W [N, K]
        var (a, w, bias) = (RandomValues.Singles(random, m * k), RandomValues.Singles(random, n * k), RandomValues.Singles(random, n));
        var (start, stride) = random.Next(3) switch { 0 => (default(Floats), 0), 1 => (memory.Take(bias), 0), _ => (memory.Take(m * n), n) };
        var expected = Loop(m, n, k, (row, i) => a[(row * k) + i], (i, column) => w[(column * k) + i], column => start.IsNull || stride > 0 ? 0 : bias[column]);
        var matrix = new PackedMatrix();
        matrix.PackTransposed(memory.Take(w), k, k, n);
        var c = memory.Take(m * n);

        MatrixProduct.Shared.Run(m, memory.Take(a), k, matrix, start, stride, c, n);

        CheckSums($"[{m}, {k}] · [{n}, {k}]ᵀ", expected, c.Span(m * n));
    });

    [Fact]
    public void Product_with_the_transposed_weights() => ForSizes((memory, random, m, n, k) =>
    {
        // C [M, N] += A [M, K] · B [K, N]
        var (a, b) = (RandomValues.Singles(random, m * k), RandomValues.Singles(random, k * n));
        var c = memory.Take(RandomValues.Singles(random, m * n));
        var before = c.Span(m * n).ToArray();
        var expected = Loop(m, n, k, (row, i) => a[(row * k) + i], (i, column) => b[(i * n) + column], null, before);
        var matrix = new PackedMatrix();
        matrix.Pack(memory.Take(b), n, k, n);

        MatrixProduct.Shared.Run(m, memory.Take(a), k, matrix, c, n, c, n);

        CheckSums($"[{m}, {k}] · [{k}, {n}]", expected, c.Span(m * n));
    });

    [Fact]
    public void Product_of_one_row() => ForSizes((_, random, m, n, k) =>
    {
        var (x, w, bias) = (RandomValues.Singles(random, k), RandomValues.Singles(random, n * k), RandomValues.Singles(random, n));
        var expected = Loop(1, n, k, (_, i) => x[i], (i, column) => w[(column * k) + i], column => bias[column]);
        var matrix = new PackedMatrix(PackedMatrix.RowPanelColumns);
        using var memory = new KernelMemory(guardBefore: m % 2 == 0);
        matrix.PackTransposed(memory.Take(w), k, k, n);
        var target = memory.Take(n);

        RowProducts.Run(memory.Take(x).Span(k), matrix, memory.Take(bias).Span(n), target.Span(n));

        CheckSums($"[1, {k}] · [{n}, {k}]ᵀ", expected, target.Span(n));
    });

    [Fact]
    public void Weight_gradient() => ForSizes((memory, random, m, n, k) =>
    {
        // C [M, N] = Aᵀ · B or C += Aᵀ · B, A [K, M], B [K, N], the last row first
        var (a, b, before) = (RandomValues.Singles(random, k * m), RandomValues.Singles(random, k * n), RandomValues.Singles(random, m * n));
        var accumulate = random.Next(2) == 1;
        var expected = Loop(m, n, k, (row, i) => a[((k - 1 - i) * m) + row], (i, column) => b[((k - 1 - i) * n) + column], null, accumulate ? before : null);
        var c = memory.Take(before);

        OuterProduct.Shared.Run(k, m, n, memory.Take(a), m, memory.Take(b), n, c, n, accumulate);

        CheckSums($"[{k}, {m}]ᵀ · [{k}, {n}], accumulate {accumulate}", expected, c.Span(m * n));
    });

    [Fact]
    public void Weight_gradient_of_parts_of_the_rows_has_the_bits_of_the_whole() => ForSizes((memory, random, m, n, k) =>
    {
        var (a, b) = (memory.Take(RandomValues.Singles(random, k * m)), memory.Take(RandomValues.Singles(random, k * n)));
        var (whole, parts) = (memory.Take(m * n), memory.Take(m * n));
        var cut = random.Next(k + 1);

        OuterProduct.Shared.Run(k, m, n, a, m, b, n, whole, n);
        OuterProduct.Shared.Run(k - cut, m, n, a + ((nint)cut * m), m, b + ((nint)cut * n), n, parts, n);
        OuterProduct.Shared.Run(cut, m, n, a, m, b, n, parts, n, accumulate: true);

        Close.Bits($"[{k}, {m}]ᵀ · [{k}, {n}] cut at {cut}", whole.Span(m * n), parts.Span(m * n));
    });

    [Fact]
    public void Products_have_the_same_bits_for_any_number_of_threads()
    {
        var random = new Random(12);
        var before = Workers.Count;
        try
        {
            foreach (var (m, n, k) in new[] { (200, 300, 1100), (7, 800, 200), (1000, 40, 33), (96, 1600, 512) })
            {
                using var memory = new KernelMemory(guardBefore: false);
                var (a, w, columns) = (memory.Take(RandomValues.Singles(random, m * k)), memory.Take(RandomValues.Singles(random, n * k)), memory.Take(RandomValues.Singles(random, m * n)));
                var matrix = new PackedMatrix();
                matrix.PackTransposed(w, k, k, n);
                var results = new List<(float[] Product, float[] Gradient)>();
                foreach (var threads in new[] { 1, 2, 3 })
                {
                    Workers.Count = threads;
                    var (c, d) = (memory.Take(m * n), memory.Take(n * k));
                    MatrixProduct.Shared.Run(m, a, k, matrix, default, 0, c, n);
                    OuterProduct.Shared.Run(m, n, k, columns, n, a, k, d, k);
                    results.Add((c.Span(m * n).ToArray(), d.Span(n * k).ToArray()));
                }

                foreach (var (product, gradient) in results)
                {
                    Close.Bits($"product {m}, {n}, {k}", results[0].Product, product);
                    Close.Bits($"gradient {m}, {n}, {k}", results[0].Gradient, gradient);
                }
            }
        }
        finally
        {
            Workers.Count = before;
        }
    }

    [Fact]
    public void Sums_of_columns() => ForSizes((memory, random, m, n, _) =>
    {
        var matrix = RandomValues.Singles(random, m * n);
        var before = RandomValues.Singles(random, n);
        var expected = RandomValues.ToDouble(before);
        for (var index = 0; index < matrix.Length; index++)
            expected[index % n] += matrix[index];
        var target = memory.Take(before);

        ColumnSums.Add(memory.Take(matrix), n, m, n, target);
        Close.Absolute($"column sums of [{m}, {n}]", expected, target.Span(n), UnfusedTolerance);
    });

    [Fact]
    public void Packing_with_a_map_reads_the_mapped_rows_and_zeros()
    {
        var random = new Random(8);
        foreach (var (rows, depth) in new[] { (5, 3), (33, 17), (70, 40) })
        {
            var w = RandomValues.Singles(random, rows * depth);
            var map = Enumerable.Range(0, 48).Select(_ => random.Next(-1, rows)).ToArray();
            using var memory = new KernelMemory(guardBefore: false);
            var source = memory.Take(w);
            var a = RandomValues.Singles(random, depth);
            var matrix = new PackedMatrix();
            matrix.PackTransposed(source, depth, depth, map.Length, map);
            var c = memory.Take(map.Length);

            MatrixProduct.Shared.Run(1, memory.Take(a), depth, matrix, default, 0, c, map.Length);

            CheckSums(
                "mapped", Loop(1, map.Length, depth, (_, i) => a[i], (i, column) => map[column] < 0 ? 0 : w[(map[column] * depth) + i], null), c.Span(map.Length));
        }
    }

    private static void ForSizes(Action<KernelMemory, Random, int, int, int> check)
    {
        var random = new Random(6);
        var sizes = KernelMemory.Sizes;
        for (var done = 0; done < triples;)
        {
            var (m, n, k) = (sizes[random.Next(sizes.Count)], sizes[random.Next(sizes.Count)], sizes[random.Next(sizes.Count)]);
            if ((long)m * n * k > MostWork)
                continue;
            using var memory = new KernelMemory(guardBefore: done % 4 == 0);
            check(memory, random, m, n, k);
            done++;
        }
    }

    private static float[] Loop(
        int m, int n, int k, Func<int, int, float> a, Func<int, int, float> b, Func<int, float>? bias, float[]? source = null)
    {
        var c = new float[m * n];
        for (var row = 0; row < m; row++)
        {
            for (var column = 0; column < n; column++)
            {
                var sum = source is not null ? source[(row * n) + column] : bias?.Invoke(column) ?? 0;
                for (var i = 0; i < k; i++)
                    sum = MathF.FusedMultiplyAdd(a(row, i), b(i, column), sum);
                c[(row * n) + column] = sum;
            }
        }

        return c;
    }

    private static void CheckSums(string name, float[] expected, ReadOnlySpan<float> actual)
    {
        if (Fma.IsSupported)
            Close.Bits(name, expected, actual);
        else
            Close.Absolute(name, RandomValues.ToDouble(expected), actual, UnfusedTolerance);
    }
}
