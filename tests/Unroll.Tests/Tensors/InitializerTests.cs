using Unroll.Tensors;

namespace Unroll.Tests.Tensors;

public sealed class InitializerTests
{
    // Rows are orthonormal in double precision; what is left is the rounding of values to float32 (6e-8 each, summed over a row).
    private const double OrthonormalTolerance = 1e-5;

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
}
