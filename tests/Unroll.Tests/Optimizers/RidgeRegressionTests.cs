using Unroll.Layers;
using Unroll.Optimizers;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Optimizers;

/// <summary>Ridge regression: where it ends, the gradient of what it minimises is zero.</summary>
public sealed class RidgeRegressionTests
{
    /// <summary>Weights are rounded to float32 at the end.</summary>
    private const double Tolerance = 1e-4;

    [Theory]
    [InlineData(1, 1, 5, true, 1e-3)]
    [InlineData(7, 3, 40, true, 0.5)]
    [InlineData(20, 2, 10, true, 2)]
    [InlineData(9, 4, 60, false, 0.1)]
    public void The_gradient_is_zero_at_the_solution(int inputs, int outputs, int rows, bool bias, double penalty)
    {
        var random = new Random(inputs);
        var (x, y) = (RandomValues.Singles(random, rows * inputs), RandomValues.Singles(random, rows * outputs));
        var regression = new RidgeRegression(inputs, outputs);
        var half = rows / 2;
        regression.Add(x.AsSpan(0, half * inputs), y.AsSpan(0, half * outputs));
        regression.Add(x.AsSpan(half * inputs), y.AsSpan(half * outputs));
        var layer = new Linear(inputs, outputs, bias);
        regression.Fit(layer, penalty);

        Assert.Equal(rows, regression.RowCount);
        for (var output = 0; output < outputs; output++)
        {
            var (weights, gradient, biasGradient) = (layer.Weight.Values.Slice(output * inputs, inputs).ToArray(), new double[inputs], 0.0);
            for (var row = 0; row < rows; row++)
            {
                var error = (bias ? layer.Bias!.Values[output] : 0.0) - y[(row * outputs) + output];
                for (var input = 0; input < inputs; input++)
                    error += (double)weights[input] * x[(row * inputs) + input];
                for (var input = 0; input < inputs; input++)
                    gradient[input] += error * x[(row * inputs) + input];
                biasGradient += error;
            }

            for (var input = 0; input < inputs; input++)
                Assert.InRange(gradient[input] + (penalty * weights[input]), -Tolerance, Tolerance);
            if (bias)
                Assert.InRange(biasGradient, -Tolerance, Tolerance);
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_nothing_is_added()
    {
        var regression = new RidgeRegression(2, 1);
        Assert.Contains("add rows first", Assert.Throws<InvalidOperationException>(() => regression.Fit(new Linear(2, 1), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("rows of 2", Assert.Throws<ArgumentException>(() => regression.Add([1, 2, 3], [1])).Message, StringComparison.Ordinal);
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => regression.Add([1, float.NaN], [1])).Message, StringComparison.Ordinal);
        Assert.Equal(0, regression.RowCount);
        regression.Add([1, 2], [3]);
        Assert.Contains("from 3 to 1", Assert.Throws<ArgumentException>(() => regression.Fit(new Linear(3, 1), 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => regression.Fit(new Linear(2, 1), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RidgeRegression(0, 1));
    }
}
