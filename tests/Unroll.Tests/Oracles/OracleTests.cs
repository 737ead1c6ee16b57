using static Unroll.Tests.Oracles.FiniteDifferences;

namespace Unroll.Tests.Oracles;

/// <summary>The oracles are themselves held against finite differences and against numbers worked out by hand.</summary>
public sealed class OracleTests
{
    private const double LayerNormEpsilon = 1e-5;

    [Fact]
    public void The_four_products_agree_with_a_worked_example()
    {
        // A [2, 3], B [3, 2]
        double[] a = [1, 2, 3, 4, 5, 6];
        double[] b = [7, 8, 9, 10, 11, 12];
        double[] aTransposed = [1, 4, 2, 5, 3, 6];
        double[] bTransposed = [7, 9, 11, 8, 10, 12];
        double[] expected = [58, 64, 139, 154];

        Assert.Equal(expected, MatrixOracle.Product(a, false, b, false, (2, 2, 3)));
        Assert.Equal(expected, MatrixOracle.Product(aTransposed, true, b, false, (2, 2, 3)));
        Assert.Equal(expected, MatrixOracle.Product(a, false, bTransposed, true, (2, 2, 3)));
        Assert.Equal(expected, MatrixOracle.Product(aTransposed, true, bTransposed, true, (2, 2, 3)));
    }

    [Theory]
    [CombinatorialCells]
    internal void One_step_agrees_with_finite_differences(OracleCell cell, bool bias)
    {
        var random = new Random(20 + (int)cell);
        var weights = OracleWeights.Random(cell, 3, 4, bias, random);
        var (x, h, c) = (RandomValues.Uniform(random, 3), RandomValues.Uniform(random, 4), RandomValues.Uniform(random, cell == OracleCell.Lstm ? 4 : 0));
        var (dH, dC) = (RandomValues.Uniform(random, 4), RandomValues.Uniform(random, c.Length));
        var gradients = weights.ZerosAlike();
        var step = CellOracle.Backward(weights, CellOracle.Forward(weights, x, h, c), dH, dC, gradients);

        double Loss()
        {
            var forward = CellOracle.Forward(weights, x, h, c);
            return Dot(forward.H, dH) + Dot(forward.C, dC);
        }

        Check("x", x, step.X, Loss);
        Check("h", h, step.HPrevious, Loss);
        Check("c", c, step.CPrevious, Loss);
        foreach (var ((name, values), (_, gradient)) in weights.Named().Zip(gradients.Named()))
            Check(name, values, gradient, Loss);
    }

    [Theory]
    [CombinatorialCells]
    internal void A_whole_stack_of_mixed_lengths_agrees_with_finite_differences(OracleCell cell, bool bidirectional)
    {
        const int time = 4, batch = 3, inputs = 2, hidden = 3, layers = 2;
        var random = new Random(40 + (int)cell);
        var weights = RecurrentOracle.RandomWeights(cell, inputs, hidden, layers, bidirectional, bias: true, random);
        var states = weights.Length * batch * hidden;
        var sequence = new OracleSequence(
            time, batch, RandomValues.Uniform(random, time * batch * inputs), RandomValues.Uniform(random, states),
            RandomValues.Uniform(random, cell == OracleCell.Lstm ? states : 0), [2, 4, 1]);
        var oracle = new RecurrentOracle(weights, bidirectional);
        var result = oracle.Forward(sequence);
        var (dY, dHn, dCn) = (
            RandomValues.Uniform(random, result.Y.Length), RandomValues.Uniform(random, states), RandomValues.Uniform(random, sequence.C0.Length));
        var gradients = oracle.Backward(sequence, dY, dHn, dCn);

        double Loss()
        {
            var forward = oracle.Forward(sequence);
            return Dot(forward.Y, dY) + Dot(forward.Hn, dHn) + Dot(forward.Cn, dCn);
        }

        Check("x", sequence.X, gradients.X, Loss);
        Check("h0", sequence.H0, gradients.H0, Loss);
        Check("c0", sequence.C0, gradients.C0, Loss);
        for (var index = 0; index < weights.Length; index++)
        {
            foreach (var ((name, values), (_, gradient)) in weights[index].Named().Zip(gradients.Weights[index].Named()))
                Check(name + RecurrentOracle.Suffix(index, bidirectional), values, gradient, Loss);
        }
    }

    [Fact]
    public void The_layers_agree_with_finite_differences()
    {
        var random = new Random(60);
        const int rows = 4, inputs = 3, outputs = 5;
        var (x, w, b) = (RandomValues.Uniform(random, rows * inputs), RandomValues.Uniform(random, outputs * inputs), RandomValues.Uniform(random, outputs));
        var dY = RandomValues.Uniform(random, rows * outputs);
        var linear = LayerOracles.LinearBackward(x, w, dY, (rows, inputs, outputs));
        double LinearLoss() => Dot(LayerOracles.Linear(x, w, b, (rows, inputs, outputs)), dY);
        Check("linear x", x, linear.X, LinearLoss);
        Check("linear weight", w, linear.W, LinearLoss);
        Check("linear bias", b, linear.Bias, LinearLoss);

        int[] ids = [4, 0, 4, 2];
        var table = RandomValues.Uniform(random, 5 * inputs);
        var dRows = RandomValues.Uniform(random, ids.Length * inputs);
        Check(
            "embedding", table, LayerOracles.EmbeddingBackward(table.Length, ids, inputs, dRows),
            () => Dot(LayerOracles.Embedding(table, ids, inputs), dRows));

        var (scale, shift, values) = (RandomValues.Uniform(random, outputs), RandomValues.Uniform(random, outputs), RandomValues.Uniform(random, rows * outputs));
        var norm = LayerOracles.LayerNormBackward(values, scale, dY, outputs, LayerNormEpsilon);
        double NormLoss() => Dot(LayerOracles.LayerNorm(values, scale, shift, outputs, LayerNormEpsilon), dY);
        Check("layer norm x", values, norm.X, NormLoss);
        Check("layer norm scale", scale, norm.Scale, NormLoss);
        Check("layer norm shift", shift, norm.Shift, NormLoss);

        int[] targets = [1, 4, 0, 1];
        Check(
            "logits", values, LayerOracles.SoftmaxCrossEntropy(values, targets, outputs).Logits,
            () => LayerOracles.SoftmaxCrossEntropy(values, targets, outputs).Loss);
    }

    [Fact]
    public void Ulp_distance_counts_neighbours_and_knows_the_special_values()
    {
        Assert.Equal(1, Ulp.Distance(MathF.BitIncrement(1f), 1.0));
        Assert.Equal(3, Ulp.Distance(MathF.BitIncrement(MathF.BitIncrement(MathF.BitIncrement(2f))), 2.0));
        Assert.Equal(0.5, Ulp.Distance(1f, 1 + Math.ScaleB(1, -24)), 6);
        Assert.Equal(1, Ulp.Distance(float.Epsilon, 0.0));
        Assert.Equal(0, Ulp.Distance(float.NaN, double.NaN));
        Assert.Equal(0, Ulp.Distance(float.PositiveInfinity, double.PositiveInfinity));
        Assert.Equal(0, Ulp.Distance(float.PositiveInfinity, 1e300));
        Assert.Equal(1, Ulp.Distance(float.MaxValue, 1e300));
        Assert.Equal(double.PositiveInfinity, Ulp.Distance(float.NaN, 1.0));
        Assert.True(Ulp.Distance(1f, -1.0) > 1e6);
    }
}
