using Unroll.Kernels;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Tensors;

[Trait(Lanes.LaneRunsTests.Mark, "every")]
public sealed class MatrixOperationsTests
{
    /// <summary>A sum of K products of values below one, each rounded once: about √K · 6e-8, with room.</summary>
    private const double ProductTolerance = 2e-5;

    public static TheoryData<bool, bool> Transpositions => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Transpositions))]
    public void A_product_has_both_gradients(bool transposeLeft, bool transposeRight)
    {
        foreach (var (m, n, k) in new[] { (1, 1, 1), (3, 5, 2), (7, 1, 9), (1, 33, 4), (13, 6, 1) })
        {
            var random = new Random(m);
            var a = transposeLeft ? TapeCheck.Random(random, k, m) : TapeCheck.Random(random, m, k);
            var b = transposeRight ? TapeCheck.Random(random, n, k) : TapeCheck.Random(random, k, n);

            TapeCheck.Run(
                $"{m} x {k} x {n}", tape => tape.MatrixMultiply(a, b, transposeLeft, transposeRight),
                v => MatrixOracle.Product(v[0], transposeLeft, v[1], transposeRight, (m, n, k)), a, b);
        }
    }

    [Fact]
    public void A_matrix_times_its_own_transpose()
    {
        var a = TapeCheck.Random(new Random(8), 4, 6);

        TapeCheck.Run("A·Aᵀ", tape => tape.MatrixMultiply(a, a, transposeRight: true), v => MatrixOracle.Product(v[0], false, v[0], true, (4, 4, 6)), a);
    }

    [Theory]
    [MemberData(nameof(Transpositions))]
    public void The_general_product_equals_plain_loops_at_odd_sizes(bool transposeLeft, bool transposeRight)
    {
        var random = new Random(11);
        foreach (var (m, n, k) in new[] { (0, 3, 2), (3, 0, 2), (3, 2, 0), (1, 1, 1), (12, 32, 16), (13, 31, 17), (97, 65, 33), (25, 100, 300), (200, 70, 129) })
        {
            var a = RandomValues.Uniform(random, m * k);
            var b = RandomValues.Uniform(random, k * n);
            var start = RandomValues.Uniform(random, m * n);
            var expected = MatrixOracle.Product(a, transposeLeft, b, transposeRight, (m, n, k));
            var (left, right, target) = (Buffer(a), Buffer(b), Buffer(start));
            var (opA, opB) = (new MatrixOperand(left.Pointer, m, k, transposeLeft), new MatrixOperand(right.Pointer, k, n, transposeRight));

            GeneralProduct.Shared.Run(opA, opB, target.Pointer, accumulate: true);
            Close.Absolute("C + A·B", MatrixSum(expected, start), target.Span[..(m * n)], ProductTolerance);
            GeneralProduct.Shared.Run(opA, opB, target.Pointer);
            Close.Absolute("A·B", expected, target.Span[..(m * n)], ProductTolerance);
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused_with_numbers()
    {
        var tape = new Tape();
        var exception = Assert.Throws<ArgumentException>(() => tape.MatrixMultiply(new(new(2, 3)), new(new(2, 3))));
        Assert.Contains("[2, 3] has 3 columns, the right side [2, 3] has 2 rows", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ArgumentException>(() => tape.MatrixMultiply(new(new(2, 3)), new(new(3, 2)), transposeRight: true));
        Assert.Contains("[3, 2]ᵀ has 2 rows", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => tape.MatrixMultiply(new(new(2, 3, 1)), new(new(3, 2))));
        Assert.Throws<ArgumentException>(() => tape.MatrixMultiply(new(new(2, 3)), new(new(3))));
    }

    private static double[] MatrixSum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static FloatBuffer Buffer(double[] values)
    {
        var buffer = new FloatBuffer(Math.Max(1, values.Length));
        RandomValues.ToSingle(values).CopyTo(buffer.Span);
        return buffer;
    }
}
