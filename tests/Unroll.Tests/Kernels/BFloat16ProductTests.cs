using Unroll.Kernels;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Kernels;

/// <summary>Weights in 16 bits: rounded as IEEE rounds, and bit for bit the float32 products with the widened weights at every width.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class BFloat16ProductTests
{
    /// <summary>All kinds of rests of a panel of 128 and of a block of 32.</summary>
    internal static readonly int[] Columns = [1, 15, 16, 17, 31, 32, 33, 64, 65, 96, 100, 128, 129, 160, 224, 256, 300];

    internal static readonly int[] Depths = [1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 64, 65, 130];

    [Fact]
    public void Rounding_is_to_nearest_with_ties_to_even()
    {
        // A prime, so that all exponents and low halves are met.
        for (ulong bits = 0; bits <= uint.MaxValue; bits += 2_003)
        {
            var value = BitConverter.UInt32BitsToSingle((uint)bits);
            if (float.IsFinite(value))
                Assert.Equal(Nearest(value), BFloat16.Round(value));
        }

        // Exactly between two neighbours: the even one.
        Assert.Equal(0x3F80, BFloat16.Round(1 + (1 / 256f)));
        Assert.Equal(0x3F82, BFloat16.Round(1 + (3 / 256f)));
        Assert.Equal(0x8000, BFloat16.Round(-0f));
        Assert.Equal(float.PositiveInfinity, BFloat16.Widen(BFloat16.Round(float.MaxValue)));
        Assert.Equal(float.NegativeInfinity, BFloat16.Widen(BFloat16.Round(float.NegativeInfinity)));
    }

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void One_row_has_the_bits_of_the_widened_float32_product(int width) => EveryLane.Run(width, new OneRow());

    [Fact]
    public void The_product_at_the_width_of_this_process_has_the_bits_of_the_product_of_many_rows()
    {
        var random = new Random(2);
        foreach (var (rows, depth) in new[] { (65, 40), (128, 17), (300, 130) })
        {
            var values = Values(random, rows * depth);
            var matrix = new BFloat16Matrix(values, rows, depth);
            var (a, c) = (new CanaryBuffer(RandomValues.Singles(random, depth)), new CanaryBuffer(matrix.PaddedColumns));
            matrix.Multiply(a.Pointer, default, c.Pointer);
            var wide = new CanaryBuffer([.. values.Select(BFloat16.Widen)]);
            var tiles = new PackedMatrix();
            tiles.PackTransposed(wide.Pointer, depth, depth, rows);
            var expected = new CanaryBuffer(rows);

            MatrixProduct.Shared.Run(1, a.Pointer, depth, tiles, default, 0, expected.Pointer, rows);

            Close.Bits($"[{rows}, {depth}]", expected.Span, c.Span[..rows]);
            Assert.Equal(-1, c.Span[rows..].IndexOfAnyExcept(0f));
            GC.KeepAlive((wide, tiles));
        }
    }

    [Fact]
    public void The_values_come_back_as_they_were_and_take_two_bytes_each()
    {
        var random = new Random(3);
        foreach (var rows in Columns)
        {
            var values = Values(random, rows * 7);
            var map = Map(random, rows);
            var back = new ushort[values.Length];

            new BFloat16Matrix(values, rows, 7, map).CopyTo(back);

            Assert.Equal(values, back);
            Assert.Equal(2L * 7 * OuterProduct.PaddedColumns(rows), new BFloat16Matrix(values, rows, 7).ByteLength);
        }
    }

    /// <summary>Every row once in any order, with columns of zeros between.</summary>
    internal static int[] Map(Random random, int rows)
    {
        var map = Enumerable.Range(0, rows).Concat(Enumerable.Repeat(-1, 1 + random.Next(20))).ToArray();
        random.Shuffle(map);
        return map;
    }

    private static ushort[] Values(Random random, int count) => [.. RandomValues.Singles(random, count).Select(BFloat16.Round)];

    /// <summary>The nearest of both neighbours in double precision, the even one when they are as near.</summary>
    private static ushort Nearest(float value)
    {
        var below = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
        var above = (ushort)(below + 1);
        // Beyond the largest finite value lies what the next step of its binade would be.
        var next = float.IsFinite(BFloat16.Widen(above)) ? BFloat16.Widen(above) : Math.Sign(value) * Math.Pow(2, 128);
        var (down, up) = (Math.Abs(value - (double)BFloat16.Widen(below)), Math.Abs(next - value));
        return down < up || (down == up && below % 2 == 0) ? below : above;
    }

    private sealed class OneRow : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            var random = new Random(1);
            foreach (var columns in Columns)
            {
                foreach (var depth in Depths)
                {
                    using var memory = new KernelMemory(guardBefore: depth % 2 == 0);
                    var map = depth % 3 == 0 ? Map(random, columns) : null;
                    var values = Values(random, columns * depth);
                    var wide = values.Select(BFloat16.Widen).ToArray();
                    var packed = new PackedMatrix(PackedMatrix.RowPanelColumns);
                    packed.PackTransposed(memory.Take(wide), depth, depth, map?.Length ?? columns, map);
                    var matrix = new BFloat16Matrix(values, columns, depth, map);
                    var a = memory.Take(RandomValues.Singles(random, depth));
                    var start = RandomValues.Singles(random, matrix.PaddedColumns);
                    var (expected, actual) = (memory.Take(start), memory.Take(start));

                    RowProduct<T>.Run(a, packed, columns % 2 == 0 ? expected : default, expected);
                    BFloat16Product<T>.Run(a, matrix, columns % 2 == 0 ? actual : default, actual, 0, matrix.PanelCount);

                    Close.Bits($"[{columns}, {depth}], width {T.Width}", expected.Span(matrix.PaddedColumns), actual.Span(matrix.PaddedColumns));
                    GC.KeepAlive((packed, matrix));
                }
            }
        }
    }
}
