using Unroll.Tensors;

namespace Unroll.Tests.Tensors;

public sealed class InitializerTests
{
    // Rows are orthonormal in double precision; what is left is the rounding of values to float32 (6e-8 each, summed over a row).
    private const double OrthonormalTolerance = 1e-5;

    // What the documentation says: within a few percent.
    private const double RadiusTolerance = 0.03;

    [Theory]
    [InlineData(4, 16, 16)]
    [InlineData(3, 33, 33)]
    [InlineData(1, 7, 21)]
    [InlineData(2, 21, 7)]
    [InlineData(1, 1, 1)]
    public void Each_gate_of_an_orthogonal_matrix_has_orthonormal_rows_or_columns(int gates, int rows, int columns)
    {
        var parameter = new Parameter("weight_hh_l0", new(gates * rows, columns));
        var random = new CounterRandom(3);
        Initializer.Orthogonal(parameter, ref random, gates);

        for (var gate = 0; gate < gates; gate++)
        {
            var block = parameter.Values.Slice(gate * rows * columns, rows * columns).ToArray();
            var wide = rows <= columns;
            var (vectors, length) = wide ? (rows, columns) : (columns, rows);
            for (var i = 0; i < vectors; i++)
            {
                for (var j = 0; j <= i; j++)
                {
                    var dot = 0.0;
                    for (var k = 0; k < length; k++)
                        dot += (double)(wide ? block[(i * columns) + k] : block[(k * columns) + i]) * (wide ? block[(j * columns) + k] : block[(k * columns) + j]);
                    Assert.InRange(dot - (i == j ? 1 : 0), -OrthonormalTolerance, OrthonormalTolerance);
                }
            }
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_values_and_another_seed_others()
    {
        Assert.Equal(Filled(1), Filled(1));
        Assert.NotEqual(Filled(1), Filled(2));

        static float[] Filled(ulong seed)
        {
            var parameter = new Parameter("w", new(12, 4));
            var random = new CounterRandom(seed);
            Initializer.Orthogonal(parameter, ref random, 3);
            return parameter.Values.ToArray();
        }
    }

    [Fact]
    public void Uniform_values_fill_their_interval()
    {
        var parameter = new Parameter("w", new(64, 100));
        var random = new CounterRandom(5);

        Initializer.TorchUniform(parameter, 16, ref random);
        AssertFills(parameter, 0.25f);
        Initializer.Glorot(parameter, ref random, gates: 4);
        AssertFills(parameter, MathF.Sqrt(6f / (16 + 100)));

        static void AssertFills(Parameter parameter, float limit)
        {
            var values = parameter.Values.ToArray();
            Assert.InRange(values.Min(), -limit, -0.99f * limit);
            Assert.InRange(values.Max(), 0.99f * limit, limit);
            Assert.InRange(values.Average(), -0.03f * limit, 0.03f * limit);
        }
    }

    [Fact]
    public void Filling_a_parameter_marks_it_changed()
    {
        var parameter = new Parameter("w", new(8, 8));
        var random = new CounterRandom(5);
        var before = parameter.Version;

        Initializer.Normal(parameter, ref random, 2, 0);

        Assert.NotEqual(before, parameter.Version);
        Assert.All(parameter.Values.ToArray(), value => Assert.Equal(2, value));
    }

    [Fact]
    public void The_two_biases_of_the_forget_gate_add_up_to_one_and_the_rest_stays()
    {
        var input = new Parameter("bias_ih_l0", new(12));
        var recurrent = new Parameter("bias_hh_l0", new(12));
        input.Values.Fill(9);
        recurrent.Values.Fill(9);

        Initializer.ForgetGateBias(input, recurrent);

        Assert.Equal([9, 9, 9, 1, 1, 1, 9, 9, 9, 9, 9, 9], input.Values.ToArray());
        Assert.Equal([9, 9, 9, 0, 0, 0, 9, 9, 9, 9, 9, 9], recurrent.Values.ToArray());
    }

    [Theory]
    [InlineData(1, 1, 0.9f)]
    [InlineData(1, 2, 0.5f)]
    [InlineData(3, 5, 0.9f)]
    [InlineData(1, 30, 1.25f)]
    [InlineData(2, 64, 0.05f)]
    [InlineData(1, 150, 0.9f)]
    public void The_largest_eigenvalue_of_a_reservoir_has_the_magnitude_asked_for(int gates, int size, float radius)
    {
        for (var seed = 1UL; seed <= 3; seed++)
        {
            var parameter = new Parameter("weight_hh_l0", new(gates * size, size));
            var random = new CounterRandom(seed);
            Initializer.Reservoir(parameter, ref random, radius);
            for (var gate = 0; gate < gates; gate++)
            {
                var found = SpectralRadius(parameter.Values.Slice(gate * size * size, size * size), size);
                Assert.InRange(found / radius, 1 - RadiusTolerance, 1 + RadiusTolerance);
            }
        }
    }

    /// <summary>Every weight is there, and they are uniform: a third of the square of the largest one is their variance.</summary>
    [Fact]
    public void A_reservoir_is_dense_and_uniform_around_zero()
    {
        const int Size = 150;
        var parameter = new Parameter("weight_hh_l0", new(Size, Size));
        var random = new CounterRandom(4);
        Initializer.Reservoir(parameter, ref random);

        var values = parameter.Values.ToArray();
        var largest = values.Max(Math.Abs);
        Assert.DoesNotContain(0f, values);
        Assert.InRange(values.Average() / largest, -0.02, 0.02);
        Assert.InRange(values.Average(value => (double)value * value) / (largest * largest), 0.32, 0.345);
        // The eigenvalues of such a matrix fill a circle of radius σ·√H (Girko, 1985).
        Assert.InRange(Math.Sqrt(values.Average(value => (double)value * value) * Size), 0.8, 1.0);
    }

    [Fact]
    public void A_reservoir_that_cannot_be_is_refused()
    {
        var random = new CounterRandom(1);
        var failure = Assert.Throws<ArgumentException>(() => Initializer.Reservoir(new Parameter("weight_hh_l0", new(7, 3)), ref random));
        Assert.Contains("'weight_hh_l0' has shape [7, 3]", failure.Message, StringComparison.Ordinal);
        foreach (var radius in new[] { 0, -1, float.NaN, float.PositiveInfinity })
            Assert.Contains("over 0", Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Reservoir(new Parameter("w", new(3, 3)), ref random, radius)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused_with_the_shape()
    {
        var vector = new Parameter("bias", new(10));
        var matrix = new Parameter("w", new(10, 4));
        var random = new CounterRandom(5);

        Assert.Contains("[10]", Assert.Throws<ArgumentException>(() => Initializer.Glorot(vector, ref random)).Message, StringComparison.Ordinal);
        Assert.Contains("10 rows", Assert.Throws<ArgumentException>(() => Initializer.Orthogonal(matrix, ref random, 3)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Initializer.ForgetGateBias(vector));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.TorchUniform(matrix, 0, ref random));
    }

    /// <summary>The root of the norm of a high power (Gelfand, 1941), by squaring the matrix again and again.</summary>
    private static double SpectralRadius(ReadOnlySpan<float> matrix, int size)
    {
        const int Squarings = 14;
        var power = new double[size * size];
        for (var index = 0; index < power.Length; index++)
            power[index] = matrix[index];
        // The power is e^logarithm times what is kept, whose norm is 1.
        var logarithm = 0.0;
        for (var squaring = 0; squaring <= Squarings; squaring++)
        {
            var norm = Math.Sqrt(power.Sum(value => value * value));
            logarithm += Math.Log(norm);
            for (var index = 0; index < power.Length; index++)
                power[index] /= norm;
            if (squaring == Squarings)
                break;
            var square = new double[power.Length];
            for (var row = 0; row < size; row++)
            {
                for (var inner = 0; inner < size; inner++)
                {
                    for (var column = 0; column < size; column++)
                        square[(row * size) + column] += power[(row * size) + inner] * power[(inner * size) + column];
                }
            }

            (power, logarithm) = (square, 2 * logarithm);
        }

        return Math.Exp(logarithm / (1 << Squarings));
    }
}
