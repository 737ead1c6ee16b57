using Unroll.Kernels;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Kernels;

/// <summary>The transcendental functions of the lanes against double precision, over the whole range of float32 and at every width.</summary>
[Trait(Lanes.LaneRunsTests.Mark, "every")]
public sealed class LaneMathTests
{
    /// <summary>What the design promises.</summary>
    private const double AllowedUlp = 3;

    /// <summary>Every 1009th of the 2³² bit patterns (a prime, so that all mantissas and exponents are met), 4.2 million values; fewer in a child.</summary>
    private static readonly uint stride = Lanes.ChildSuite.IsChild ? 20011U : 1009U;

    /// <summary>Below −87 the sigmoid stays at the last normal value instead of becoming subnormal.</summary>
    private const double SigmoidFloor = 1.2e-38;

    private const int BlockLength = 4096;

    public enum Function
    {
        Tanh,
        Sigmoid,
        Exp,
        Log,

        /// <summary>The logarithm as cells have it, bounded below.</summary>
        CellLog,
        CellSqrt,
    }

    public static TheoryData<Function, int> Cases
    {
        get
        {
            var cases = new TheoryData<Function, int>();
            foreach (var function in Enum.GetValues<Function>())
            {
                foreach (var width in EveryLane.Widths)
                    cases.Add(function, width.Data);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Within_three_units_in_the_last_place(Function function, int width) => EveryLane.Run(width, new Sweep(function, stride));

    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void Special_values(int width) => EveryLane.Run(width, new SpecialValues());

    /// <summary>Every 1009th float that is not over 0, −∞ and the NaNs included.</summary>
    [Theory]
    [MemberData(nameof(EveryLane.Widths), MemberType = typeof(EveryLane))]
    public void The_exponential_of_what_is_not_over_zero_has_the_same_bits(int width) => EveryLane.Run(width, new Negatives());

    private static double Exact(Function function, double x) => function switch
    {
        Function.Tanh => Math.Tanh(x),
        Function.Sigmoid => ActivationOracle.Sigmoid(x),
        Function.Exp => Math.Exp(x),
        Function.CellLog => Math.Log(Math.Max(x, FloatBits.SmallestNormal)),
        Function.CellSqrt => Math.Sqrt(x),
        _ => Math.Log(x),
    };

    private static unsafe void Apply<T>(Function function, Span<float> values)
        where T : struct, ISimdLane<T>
    {
        fixed (float* start = values)
        {
            for (var index = 0; index < values.Length; index += T.Width)
            {
                var x = T.Load(start + index);
                var y = function switch
                {
                    Function.Tanh => LaneMath<T>.Tanh(x),
                    Function.Sigmoid => LaneMath<T>.Sigmoid(x),
                    Function.Exp => LaneMath<T>.Exp(x),
                    Function.CellLog => T.Log(x),
                    Function.CellSqrt => T.Sqrt(x),
                    _ => LaneMath<T>.Log(x),
                };
                T.Store(y, start + index);
            }
        }
    }

    // The logarithm is for positive normal numbers; that of cells takes all that are finite.
    private static bool IsInDomain(Function function, float x) => function switch
    {
        Function.Log => float.IsNormal(x) && x > 0,
        Function.CellLog => float.IsFinite(x),
        Function.CellSqrt => x >= 0,
        _ => true,
    };

    internal sealed class Sweep(Function function, uint stride) : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            var inputs = new float[BlockLength];
            var outputs = new float[BlockLength];
            var filled = 0;
            for (var bits = 0UL; bits <= uint.MaxValue; bits += stride)
            {
                var x = BitConverter.UInt32BitsToSingle((uint)bits);
                if (!IsInDomain(function, x))
                    continue;
                inputs[filled++] = x;
                if (filled == BlockLength)
                    Check<T>(inputs, outputs, ref filled);
            }

            Check<T>(inputs, outputs, ref filled);
        }

        private void Check<T>(float[] inputs, float[] outputs, ref int filled)
            where T : struct, ISimdLane<T>
        {
            inputs.CopyTo(outputs, 0);
            Apply<T>(function, outputs);
            for (var index = 0; index < filled; index++)
            {
                var exact = Exact(function, inputs[index]);
                if (Ulp.Distance(outputs[index], exact) <= AllowedUlp)
                    continue;
                if (function == Function.Sigmoid && exact < SigmoidFloor * 2 && outputs[index] is > 0 and < (float)(SigmoidFloor * 2))
                    continue;
                Assert.Fail(
                    $"{function}({inputs[index]:R}) at width {T.Width} is {outputs[index]:R}; exactly {exact:R}, "
                    + $"{Ulp.Distance(outputs[index], exact):F2} units in the last place away.");
            }

            filled = 0;
        }
    }

    private sealed class Negatives : ILaneTest
    {
        private const ulong SignBit = 1UL << 31;

        public unsafe void Run<T>()
            where T : struct, ISimdLane<T>
        {
            var values = stackalloc float[T.Width];
            var expected = stackalloc float[T.Width];
            for (var bits = SignBit; bits <= uint.MaxValue; bits += stride)
            {
                var x = T.Broadcast(BitConverter.UInt32BitsToSingle((uint)bits));
                T.Store(LaneMath<T>.ExpOfNegative(x), values);
                T.Store(LaneMath<T>.Exp(x), expected);
                if (!values[0].Equals(expected[0]))
                    Assert.Fail($"exp({BitConverter.UInt32BitsToSingle((uint)bits):R}) at width {T.Width} is {values[0]:R}; expected {expected[0]:R}.");
            }
        }
    }

    private sealed class SpecialValues : ILaneTest
    {
        public void Run<T>()
            where T : struct, ISimdLane<T>
        {
            Assert.All(Enum.GetValues<Function>().Except([Function.Log]), function => Assert.True(float.IsNaN(One<T>(function, float.NaN)), $"{function}(NaN)"));
            Assert.Equal(1f, One<T>(Function.Tanh, float.PositiveInfinity));
            Assert.Equal(-1f, One<T>(Function.Tanh, float.NegativeInfinity));
            Assert.Equal(0f, One<T>(Function.Tanh, 0f));
            Assert.Equal(1f, One<T>(Function.Sigmoid, float.PositiveInfinity));
            Assert.InRange(One<T>(Function.Sigmoid, float.NegativeInfinity), 0f, (float)SigmoidFloor * 2);
            Assert.Equal(0.5f, One<T>(Function.Sigmoid, 0f));
            Assert.Equal(float.PositiveInfinity, One<T>(Function.Exp, float.PositiveInfinity));
            Assert.Equal(0f, One<T>(Function.Exp, float.NegativeInfinity));
            Assert.Equal(1f, One<T>(Function.Exp, 0f));
            Assert.Equal(0f, One<T>(Function.Log, 1f));
            Assert.Equal(0f, One<T>(Function.CellLog, 1f));
            Assert.All([0f, -0f, -1f, float.NegativeInfinity, 1e-40f], x => Assert.Equal(One<T>(Function.Log, FloatBits.SmallestNormal), One<T>(Function.CellLog, x)));
            Assert.Equal(float.PositiveInfinity, One<T>(Function.CellLog, float.PositiveInfinity));
            Assert.Equal(0f, One<T>(Function.CellSqrt, 0f));
            Assert.Equal(float.PositiveInfinity, One<T>(Function.CellSqrt, float.PositiveInfinity));
            Assert.True(float.IsNaN(One<T>(Function.CellSqrt, -1f)));
        }

        /// <summary>The value in the last lane, with other values beside it.</summary>
        private static float One<T>(Function function, float x)
            where T : struct, ISimdLane<T>
        {
            var values = new float[T.Width];
            Array.Fill(values, 0.25f);
            values[^1] = x;
            Apply<T>(function, values);
            return values[^1];
        }
    }
}
