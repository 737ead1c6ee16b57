using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Tensors;

/// <summary>Holds an operation of the tape against the same function in double precision and its finite differences.</summary>
internal static class TapeCheck
{
    /// <summary>A few roundings of float32 values up to about ten.</summary>
    public const double ValueTolerance = 4e-6;

    /// <summary>Relative to the largest value of a gradient, as the sums over rows add up roundings.</summary>
    public const double GradientTolerance = 1e-5;

    /// <summary>The cube root of the double's precision balances truncation against rounding.</summary>
    private const double Step = 6e-6;

    /// <summary>A tensor of random values in −2…2 that wants a gradient.</summary>
    public static Tensor Random(Random random, params ReadOnlySpan<int> sizes)
    {
        var shape = new Shape(sizes);
        return Tensor.FromArray(RandomValues.Singles(random, shape.Length, 2), shape, requiresGradient: true);
    }

    /// <summary>A parameter of random values in −2…2.</summary>
    public static Parameter RandomParameter(Random random, params ReadOnlySpan<int> sizes)
    {
        var parameter = new Parameter("w", new(sizes));
        RandomValues.Singles(random, parameter.Length, 2).CopyTo(parameter.Values);
        parameter.MarkChanged();
        return parameter;
    }

    /// <summary>
    /// Checks value and gradients: on a fresh tape, and once more on the reused tape with the operation applied twice, where every gradient
    /// has to be the sum of both.
    /// </summary>
    /// <param name="name">Of the case.</param>
    /// <param name="operation">The operation on <paramref name="inputs"/>.</param>
    /// <param name="oracle">The same function of their values.</param>
    /// <param name="inputs">Tensors and parameters.</param>
    public static void Run(string name, Func<Tape, Tensor> operation, Func<double[][], double[]> oracle, params Tensor[] inputs)
    {
        var values = inputs.Select(input => RandomValues.ToDouble(input.Values)).ToArray();
        var expected = oracle(values);
        var seed = RandomValues.Singles(new Random(expected.Length), expected.Length);
        var gradients = Gradients(values, () => FiniteDifferences.Dot(oracle(values), RandomValues.ToDouble(seed)));
        var tape = new Tape();
        foreach (var times in new[] { 1, 2 })
        {
            tape.Reset();
            foreach (var input in inputs)
            {
                // A stale gradient shows whether a first contribution overwrites; parameters only ever add.
                input.Gradient.Fill(input is Parameter ? 0 : float.NaN);
            }

            for (var time = 0; time < times; time++)
            {
                var output = operation(tape);
                Close.Relative(name, expected, output.Values, ValueTolerance);
                output.SeedGradient(seed);
            }

            tape.Backward();
            for (var index = 0; index < inputs.Length; index++)
            {
                var total = gradients[index].Select(gradient => times * gradient).ToArray();
                Close.Relative($"{name}: gradient of input {index}, used {times} times", total, inputs[index].Gradient, GradientTolerance);
            }
        }
    }

    private static double[][] Gradients(double[][] values, Func<double> loss) => [.. values.Select(array => Gradient(array, loss))];

    private static double[] Gradient(double[] values, Func<double> loss)
    {
        var gradient = new double[values.Length];
        for (var index = 0; index < values.Length; index++)
        {
            var kept = values[index];
            values[index] = kept + Step;
            var above = loss();
            values[index] = kept - Step;
            var below = loss();
            values[index] = kept;
            gradient[index] = (above - below) / (2 * Step);
        }

        return gradient;
    }
}
