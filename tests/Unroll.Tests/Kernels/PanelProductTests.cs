using Unroll.Kernels;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Kernels;

/// <summary>The inner loop of every product: bit for bit a plain loop of fused multiply-adds, inside its buffers, at every width.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class PanelProductTests
{
    private const int Columns = 32;

    /// <summary>Every tile height with all its rests, and several tiles.</summary>
    private const int MostRows = 27;

    /// <summary>Around the unrolling of short sums and around the block of the depth.</summary>
    private static readonly int[] depths = [0, 1, 2, 3, 15, 16, 17, 33, 70, 127, 128, 129, 255, 256, 257, 513];

    /// <summary>Pages are slow to make: the depths around every unrolling, and around the block.</summary>
    private static readonly int[] guardedDepths = ChildSuite.IsChild ? [1, 17] : [1, 2, 3, 16, 17, 70, 255, 257];

    public enum Start
    {
        Zero,
        Bias,
        Result,
    }

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void Equals_a_plain_loop_and_writes_nothing_else(int width) => EveryLane.Run(width, new AllSizes());

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void Touches_nothing_behind_or_before_its_buffers(int width)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Guard pages are made with Linux calls.");
        EveryLane.Run(width, new GuardPages());
    }

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void The_form_for_one_row_gives_the_same_bits_inside_its_buffers(int width) => EveryLane.Run(width, new OneRow());

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void NaN_and_infinity_reach_only_the_sums_they_belong_to(int width) => EveryLane.Run(width, new SpecialValues());

    /// <summary>The sums of a plain loop over a panel [K, 32].</summary>
    private static float[] Expected(int rows, int depth, int columns, float[] a, bool transposed, float[] panel, Start start, float[] bias, float[] before)
    {
        var c = new float[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var sum = start switch { Start.Zero => 0, Start.Bias => bias[column], _ => before[(row * columns) + column] };
                for (var k = 0; k < depth; k++)
                    sum = MathF.FusedMultiplyAdd(transposed ? a[(k * rows) + row] : a[(row * depth) + k], panel[(k * Columns) + column], sum);
                c[(row * columns) + column] = sum;
            }
        }

        return c;
    }

    /// <summary>A panel [K, 32] as kernels read it: [strips, K, columns of a strip].</summary>
    private static float[] InStrips<T>(float[] panel, int depth)
        where T : struct, ISimdLane<T>
    {
        var strip = PanelProduct<T>.StripColumns;
        var strips = new float[panel.Length];
        for (var index = 0; index < panel.Length; index++)
        {
            var (k, column) = (index / Columns, index % Columns);
            strips[(column / strip * depth * strip) + (k * strip) + (column % strip)] = panel[index];
        }

        return strips;
    }

    private static unsafe void Product<T>(int rows, int depth, int columns, Floats a, bool transposed, Floats panel, Start start, Floats bias, Floats c)
        where T : struct, ISimdLane<T>
    {
        var source = start switch { Start.Zero => null, Start.Bias => bias.Pointer, _ => c.Pointer };
        var view = new ProductView
        {
            Rows = rows,
            Depth = depth,
            A = a.Pointer,
            RowStride = transposed ? 1 : depth,
            DepthStride = transposed ? rows : 1,
            Source = source,
            SourceStride = start == Start.Bias ? 0 : columns,
            C = c.Pointer,
            CStride = columns,
        };
        PanelProduct<T>.Run(view, panel.Pointer, view.Depth, columns, panel.Pointer);
    }

    private sealed class AllSizes : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            var random = new Random(7);
            for (var rows = 1; rows <= MostRows; rows++)
            {
                foreach (var depth in depths)
                {
                    var start = (Start)random.Next(3);
                    var transposed = random.Next(2) == 1;
                    var columns = random.Next(3) == 0 ? Columns : random.Next(1, Columns + 1);
                    var plain = RandomValues.Singles(random, depth * Columns);
                    var a = new CanaryBuffer(RandomValues.Singles(random, rows * depth), random.Next(16));
                    var panel = new CanaryBuffer(InStrips<T>(plain, depth));
                    var bias = new CanaryBuffer(RandomValues.Singles(random, columns), random.Next(16));
                    var c = new CanaryBuffer(RandomValues.Singles(random, rows * columns), random.Next(16));
                    var expected = Expected(
                        rows, depth, columns, a.Span.ToArray(), transposed, plain, start, bias.Span.ToArray(), c.Span.ToArray());

                    Product<T>(rows, depth, columns, a.Pointer, transposed, panel.Pointer, start, bias.Pointer, c.Pointer);

                    var name = $"{rows} rows, depth {depth}, {columns} columns, {start}, transposed {transposed}, width {T.Width}";
                    CheckSums(name, expected, c.Span);
                    c.Check(name);
                    a.Check(name);
                    panel.Check(name);
                    bias.Check(name);
                }
            }
        }

        // Where the machine has no fused multiply-add the sums round twice a step, and only come close.
        private static void CheckSums(string name, float[] expected, ReadOnlySpan<float> actual)
        {
            if (System.Runtime.Intrinsics.X86.Fma.IsSupported)
                Close.Bits(name, expected, actual);
            else
                Close.Absolute(name, RandomValues.ToDouble(expected), actual, 1e-4);
        }
    }

    private sealed class GuardPages : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            foreach (var before in new[] { false, true })
            {
                for (var rows = 1; rows <= MostRows; rows++)
                {
                    foreach (var depth in guardedDepths)
                    {
                        using var a = new GuardedBuffer(rows * depth, before);
                        using var panel = new GuardedBuffer(depth * Columns, before);
                        var columns = Columns - ((rows + depth) % 3 * 7);
                        using var bias = new GuardedBuffer(columns, before);
                        using var c = new GuardedBuffer(rows * columns, before);
                        a.Span.Fill(1);
                        panel.Span.Fill(1);
                        bias.Span.Fill(1);
                        Product<T>(rows, depth, columns, a.Pointer, (rows & 1) == 0, panel.Pointer, Start.Bias, bias.Pointer, c.Pointer);
                        Assert.Equal(-1, c.Span.IndexOfAnyExcept(depth + 1f));
                    }
                }
            }
        }
    }

    private sealed class OneRow : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            var random = new Random(9);
            foreach (var columns in new[] { 1, 31, 32, 33, 64, 96, 127, 128, 129, 160, 250, 256, 300 })
            {
                foreach (var depth in guardedDepths)
                {
                    using var memory = new KernelMemory(guardBefore: depth % 2 == 0);
                    var (x, w) = (RandomValues.Singles(random, depth), RandomValues.Singles(random, columns * depth));
                    var padded = OuterProduct.PaddedColumns(columns);
                    var start = RandomValues.Singles(random, padded);
                    var (wide, narrow) = (new PackedMatrix(PackedMatrix.RowPanelColumns), new PackedMatrix(laneWidth: T.Width));
                    wide.PackTransposed(memory.Take(w), depth, depth, columns);
                    narrow.PackTransposed(memory.Take(w), depth, depth, columns);
                    var (a, row, panels) = (memory.Take(x), memory.Take(start), memory.Take(start));

                    RowProduct<T>.Run(a, wide, row, row);
                    for (var panel = 0; panel < narrow.PanelCount; panel++)
                        Panels<T>.Run(1, a, depth, narrow, panel, panels + (panel * Columns), 0, panels + (panel * Columns), Columns);

                    Close.Bits($"[1, {depth}] · [{columns}, {depth}]ᵀ at width {T.Width}", panels.Span(columns), row.Span(columns));
                    GC.KeepAlive((wide, narrow));
                }
            }
        }
    }

    private sealed class SpecialValues : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            const int rows = 13, depth = 5;
            foreach (var special in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                for (var place = 0; place < rows * depth; place++)
                {
                    var a = new CanaryBuffer(Enumerable.Repeat(1f, rows * depth).ToArray());
                    var panel = new CanaryBuffer(Enumerable.Repeat(2f, depth * Columns).ToArray());
                    var c = new CanaryBuffer(rows * Columns);
                    a.Span[place] = special;
                    Product<T>(rows, depth, Columns, a.Pointer, false, panel.Pointer, Start.Zero, default, c.Pointer);
                    for (var index = 0; index < c.Length; index++)
                        Assert.Equal(index / Columns == place / depth ? special : 2f * depth, c.Span[index]);
                    a.Check("a");
                    panel.Check("panel");
                    c.Check("c");
                }
            }
        }
    }
}
