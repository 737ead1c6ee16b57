using Unroll.Kernels;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Kernels;

/// <summary>Elementwise kernels and block sums: every length around the lanes, inside their buffers, at every width.</summary>
public sealed class ElementwiseTests
{
    /// <summary>Products and differences of values below one round once or twice.</summary>
    private const double Tolerance = 2e-6;

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void Every_length_equals_a_plain_loop_and_writes_nothing_else(int width) => EveryLane.Run(width, new AllLengths());

    private sealed unsafe class AllLengths : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            var random = new Random(T.Width);
            for (var length = 0; length <= (4 * T.Width) + 1; length++)
            {
                Check<T, SumOf>(length, random, default, (x, y) => x + y);
                Check<T, DifferenceOf>(length, random, default, (x, y) => x - y);
                Check<T, ProductOf>(length, random, default, (x, y) => x * y);
                Check<T, SquaredDifference>(length, random, default, (x, y) => (x - y) * (x - y));
                Check<T, ScaledDifference>(length, random, new(0.3f), (x, y) => 0.3f * (x - y));
                Check<T, ProductWithOffset>(length, random, new(0.3f), (x, y) => x * (y + 0.3f));
                Check<T, ShiftAndScale>(length, random, new(0.3f, 2), (x, _) => 2 * (x - 0.3f));
                Check<T, NormGradient>(length, random, new(2, 0.5f, 0.25f), (x, y) => 2 * (x - 0.5f - (0.25f * y)));
                Check<T, Constant>(length, random, new(7), (_, _) => 7);
                Check<T, ValueOf<TanhFunction>>(length, random, default, (x, _) => Math.Tanh(x));
                Check<T, GradientOf<SigmoidFunction>>(length, random, default, (y, dy) => dy * y * (1 - y));
                Check<T, GradientOf<ReluFunction>>(length, random, default, (y, dy) => y > 0 ? dy : 0);
            }
        }

        private static void Check<T, TOperator>(int length, Random random, TOperator f, Func<double, double, double> oracle)
            where T : struct, ISimdLane<T>
            where TOperator : struct, IElementwiseOperator
        {
            var x = new CanaryBuffer(RandomValues.Singles(random, length), random.Next(16));
            var y = new CanaryBuffer(RandomValues.Singles(random, length), random.Next(16));
            var z = new CanaryBuffer(RandomValues.Singles(random, length), random.Next(16));
            var expected = new double[length];
            for (var index = 0; index < length; index++)
                expected[index] = oracle(x.Span[index], y.Span[index]);
            var added = expected.Select((value, index) => value + z.Span[index]).ToArray();
            var name = $"{typeof(TOperator).Name} of {length} values, width {T.Width}";

            Elementwise<TOperator>.Row<T>(f, x.Pointer.Pointer, y.Pointer.Pointer, z.Pointer.Pointer, length, accumulate: true);
            Close.Absolute(name + ", added", added, z.Span, Tolerance);
            Elementwise<TOperator>.Row<T>(f, x.Pointer.Pointer, y.Pointer.Pointer, z.Pointer.Pointer, length, accumulate: false);
            Close.Absolute(name, expected, z.Span, Tolerance);
            var sum = Reduction<TOperator>.SumBlock<T>(f, x.Pointer.Pointer, y.Pointer.Pointer, length);
            Close.Absolute(name + ", summed", [expected.Sum()], [sum], Tolerance * (1 + length));
            x.Check(name);
            y.Check(name);
            z.Check(name);
        }
    }
}
