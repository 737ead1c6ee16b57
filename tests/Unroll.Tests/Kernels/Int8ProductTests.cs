using Unroll.Kernels;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Kernels;

/// <summary>Weights in 8 bits: bit for bit a plain loop over integers, whatever the width, whatever the input.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class Int8ProductTests
{
    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void Equals_a_loop_over_integers_inside_its_buffers(int width) => EveryLane.Run(width, new AllSizes());

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void The_largest_values_neither_saturate_nor_overflow(int width) => EveryLane.Run(width, new Extremes());

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void Zeros_give_the_start_and_what_is_no_number_gives_none(int width) => EveryLane.Run(width, new SpecialRows());

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void Bytes_are_packed_and_multiplied_exactly(int width) => EveryLane.Run(width, new Bytes());

    [Fact]
    public void Values_and_scales_come_back_as_they_were_and_take_one_byte_a_weight()
    {
        var random = new Random(3);
        foreach (var rows in BFloat16ProductTests.Columns)
        {
            foreach (var depth in BFloat16ProductTests.Depths)
            {
                var (values, scales) = Weights(random, rows, depth);
                var map = BFloat16ProductTests.Map(random, rows);
                var (back, backScales) = (new sbyte[values.Length], new float[rows]);

                new Int8Matrix(values, scales, depth, map).CopyTo(back, backScales);

                Assert.Equal(values, back);
                Assert.Equal(scales, backScales);
                Assert.Equal(
                    (long)OuterProduct.PaddedColumns(rows) * (((depth + 3) / 4 * 4) + sizeof(float)), new Int8Matrix(values, scales, depth).ByteLength);
            }
        }
    }

    [Fact]
    public void The_product_at_the_width_of_this_process_is_near_the_float32_product()
    {
        // Half a step of the weight and half a step of the input for each of the products, and all of them to one side.
        const double step = 1 / 254.0;
        var random = new Random(4);
        var (values, scales) = Weights(random, 100, 70);
        var x = RandomValues.Singles(random, 70);
        var matrix = new Int8Matrix(values, scales, 70);
        var (a, c) = (new CanaryBuffer(x), new CanaryBuffer(matrix.PaddedColumns));

        matrix.Multiply(a.Pointer, default, c.Pointer);

        var expected = Enumerable.Range(0, 100).Select(row => Enumerable.Range(0, 70).Sum(k => (double)scales[row] * values[(row * 70) + k] * x[k])).ToArray();
        Close.Absolute("near", expected, c.Span[..100], 70 * step * scales.Max() * Int8Matrix.Largest);
        Assert.Equal(-1, c.Span[100..].IndexOfAnyExcept(0f));
    }

    private static (sbyte[] Values, float[] Scales) Weights(Random random, int rows, int depth) =>
        ([.. Enumerable.Range(0, rows * depth).Select(_ => (sbyte)random.Next(-127, 128))], [.. Enumerable.Range(0, rows).Select(_ => 0.001f + (random.NextSingle() / 100))]);

    /// <summary>The formula in plain loops.</summary>
    private static float[] Expected(float[] x, sbyte[] values, float[] scales, int[] map, float[] start)
    {
        var largest = x.Max(Math.Abs);
        var q = x.Select(value => (int)MathF.Round(value * (127 / largest))).ToArray();
        var c = (float[])start.Clone();
        for (var column = 0; column < map.Length; column++)
        {
            if (map[column] < 0)
                continue;
            var sum = 0L;
            for (var k = 0; k < x.Length; k++)
                sum += q[k] * values[(map[column] * x.Length) + k];
            c[column] = start[column] + (scales[map[column]] * (largest / 127) * sum);
        }

        return c;
    }

    private sealed class AllSizes : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            var random = new Random(1);
            foreach (var rows in BFloat16ProductTests.Columns)
            {
                foreach (var depth in BFloat16ProductTests.Depths)
                {
                    using var memory = new KernelMemory(guardBefore: depth % 2 == 0);
                    var map = depth % 3 == 0 ? BFloat16ProductTests.Map(random, rows) : null;
                    var (values, scales) = Weights(random, rows, depth);
                    var matrix = new Int8Matrix(values, scales, depth, map);
                    var x = RandomValues.Singles(random, depth, scale: Math.Pow(10, random.Next(-6, 7)));
                    var start = rows % 2 == 0 ? RandomValues.Singles(random, matrix.PaddedColumns) : new float[matrix.PaddedColumns];
                    var c = memory.Take(start);

                    Int8Product<T>.Run(memory.Take(x), matrix, rows % 2 == 0 ? c : default, c, 0, matrix.PanelCount);

                    var expected = Expected(x, values, scales, map ?? [.. Enumerable.Range(0, rows)], start);
                    Close.Bits($"[{rows}, {depth}], width {T.Width}", expected, c.Span(matrix.PaddedColumns));
                    GC.KeepAlive(matrix);
                }
            }
        }
    }

    private sealed class Extremes : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            // The deepest sum a model can have: 65,536 products of 127 · 127 are half of what 32 bits hold.
            foreach (var depth in new[] { 1, 8, 100, 65_536 })
            {
                foreach (var (weight, input) in new[] { (127, 1f), (127, -1f), (-127, 1f), (-127, -1f) })
                {
                    var values = new sbyte[depth];
                    values.AsSpan().Fill((sbyte)weight);
                    var matrix = new Int8Matrix(values, [1f], depth);
                    var a = new CanaryBuffer(depth);
                    a.Span.Fill(input * 127);
                    var c = new CanaryBuffer(matrix.PaddedColumns);

                    Int8Product<T>.Run(a.Pointer, matrix, default, c.Pointer, 0, matrix.PanelCount);

                    Assert.Equal((float)(127L * weight * Math.Sign(input) * depth), c.Span[0]);
                    c.Check("c");
                }
            }
        }
    }

    private sealed class SpecialRows : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            const int depth = 37;
            var (values, scales) = Weights(new(5), 40, depth);
            var matrix = new Int8Matrix(values, scales, depth);
            foreach (var value in new[] { 0f, -0f, float.Epsilon, 1e-36f, float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                for (var place = 0; place < depth; place++)
                {
                    var a = new CanaryBuffer(depth);
                    a.Span[place] = value;
                    if (!float.IsFinite(value))
                        a.Span[(place + 5) % depth] = 3;
                    var c = new CanaryBuffer(matrix.PaddedColumns);
                    c.Span.Fill(2);

                    Int8Product<T>.Run(a.Pointer, matrix, c.Pointer, c.Pointer, 0, matrix.PanelCount);

                    Assert.All(c.Span[..40].ToArray(), sum => Assert.Equal(float.IsFinite(value) ? 2 : float.NaN, sum));
                }
            }
        }
    }

    private sealed class Bytes : ILaneTest
    {
        public unsafe void Run<T>()
            where T : struct, ISimdLane<T>
        {
            const int start = 1000;
            var random = new Random(6);
            for (var round = 0; round < 100; round++)
            {
                // The upper bytes of what is packed do not count.
                var parts = Enumerable.Range(0, 4 * T.Width).Select(_ => random.Next(-127, 128)).ToArray();
                var others = Enumerable.Range(0, 4 * T.Width).Select(_ => random.Next(-128, 128)).ToArray();
                var words = parts.Select(part => (part & 0xFF) | (random.Next() << 8)).ToArray();
                var (packed, result, widened) = (Pack(others), new int[T.Width], new float[T.Width]);
                fixed (int* w = words, o = packed, r = result)
                fixed (float* f = widened)
                {
                    var magnitudes = T.PackBytes(
                        T.Load((float*)w), T.Load((float*)w + T.Width), T.Load((float*)w + (2 * T.Width)), T.Load((float*)w + (3 * T.Width)), out var signs);
                    var first = start;
                    var sum = T.AddByteProducts(T.LoadBroadcast((float*)&first), magnitudes, T.ExclusiveOr(signs, T.Load((float*)o)));
                    T.Store(sum, (float*)r);
                    T.Store(T.ToSingle(sum), f);
                }

                var products = parts.Zip(others, Product).ToArray();
                var expected = Enumerable.Range(0, T.Width).Select(word => start + Enumerable.Range(0, 4).Sum(part => products[(part * T.Width) + word])).ToArray();
                Assert.Equal(expected, result);
                Assert.Equal(expected.Select(value => (float)value), widened);
            }
        }

        /// <summary>|q| · (w ^ sign of q).</summary>
        private static int Product(int q, int w) => Math.Abs(q) * (q < 0 ? ~w : w);

        private static int[] Pack(int[] parts) =>
            [.. Enumerable.Range(0, parts.Length / 4).Select(word => Enumerable.Range(0, 4).Aggregate(0, (bits, part) => bits | ((parts[(part * parts.Length / 4) + word] & 0xFF) << (8 * part))))];
    }
}
