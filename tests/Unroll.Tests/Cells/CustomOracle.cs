using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Cells;

/// <summary>One layer of a cell over time in double precision: products as plain loops, the cell's own step in double.</summary>
internal sealed class CustomOracle<TCell>
    where TCell : struct, ICell
{
    private readonly TCell cell;
    private readonly int timeSteps;
    private readonly int batchSize;
    private readonly int inputSize;
    private readonly int hiddenSize;
    private readonly double[][] weights;
    private readonly double[] inputWeights;
    private readonly double[] recurrentWeights;
    private readonly double[] inputBias;
    private readonly double[] recurrentBias;
    private readonly double[][] unitWeights;

    public CustomOracle(TCell cell, Recurrent layer, int timeSteps, int batchSize, Random random)
    {
        (this.cell, this.timeSteps, this.batchSize) = (cell, timeSteps, batchSize);
        (inputSize, hiddenSize) = (layer.InputSize, layer.HiddenSize);
        weights = [.. layer.Parameters.Select(parameter => RandomValues.ToDouble(parameter.Values))];
        var names = layer.Parameters.Select(parameter => parameter.Name).ToArray();
        double[] Of(string name) => Array.IndexOf(names, name) is >= 0 and var index ? weights[index] : [];
        (inputWeights, recurrentWeights, inputBias, recurrentBias) = (Of("weight_ih_l0"), Of("weight_hh_l0"), Of("bias_ih_l0"), Of("bias_hh_l0"));
        unitWeights = [.. TCell.UnitWeights.Select(weight => Of(weight.Name + "_l0"))];
        X = RandomValues.Uniform(random, timeSteps * batchSize * inputSize);
        H0 = RandomValues.Uniform(random, batchSize * hiddenSize);
        C0 = RandomValues.Uniform(random, batchSize * TCell.StateCount * hiddenSize);
        DY = RandomValues.Uniform(random, timeSteps * batchSize * hiddenSize);
        DStates = RandomValues.Uniform(random, C0.Length);
    }

    public double[] X { get; }

    public double[] H0 { get; }

    public double[] C0 { get; }

    public double[] DY { get; }

    public double[] DStates { get; }

    public Tensor TensorOf(double[] values, int rows) =>
        Tensor.FromArray(RandomValues.ToSingle(values), new(rows, batchSize, values.Length / rows / batchSize), requiresGradient: true);

    public double Loss()
    {
        var (y, states) = Forward();
        return y.Zip(DY, (value, seed) => value * seed).Sum() + states.Zip(DStates, (value, seed) => value * seed).Sum();
    }

    public (double[] Y, double[] States) Forward()
    {
        var y = new double[timeSteps * batchSize * hiddenSize];
        var (h, states) = ((double[])H0.Clone(), (double[])C0.Clone());
        for (var time = 0; time < timeSteps; time++)
        {
            for (var row = 0; row < batchSize; row++)
                StepRow(X.AsSpan(((time * batchSize) + row) * inputSize, inputSize), h.AsSpan(row * hiddenSize, hiddenSize), states.AsSpan(row * TCell.StateCount * hiddenSize, TCell.StateCount * hiddenSize));
            h.CopyTo(y, time * batchSize * hiddenSize);
        }

        return (y, states);
    }

    /// <summary>All that has a gradient: its name, its double values and the gradient that the engine found.</summary>
    public IEnumerable<(string Name, double[] Values, float[] Gradient)> Named(Recurrent layer, Tensor x, Tensor h0, Tensor c0) =>
    [
        ("x", X, x.Gradient.ToArray()), ("h0", H0, h0.Gradient.ToArray()), ("c0", C0, c0.Gradient.ToArray()),
        .. layer.Parameters.Select((parameter, index) => (parameter.Name, weights[index], parameter.Gradient.ToArray())),
    ];

    private void StepRow(ReadOnlySpan<double> x, Span<double> h, Span<double> states)
    {
        var before = h.ToArray();
        var (after, previous) = (new double[TCell.StateCount], new double[TCell.StateCount]);
        var (sums, recurrentSums) = (new double[TCell.GateCount], new double[TCell.SeparatesRecurrentSums ? TCell.GateCount : 0]);
        for (var unit = 0; unit < hiddenSize; unit++)
        {
            for (var gate = 0; gate < TCell.GateCount; gate++)
            {
                var row = (gate * hiddenSize) + unit;
                var input = inputBias[row] + Dot(inputWeights.AsSpan(row * inputSize, inputSize), x);
                var recurrent = TCell.HasRecurrentMatrix ? recurrentBias[row] + Dot(recurrentWeights.AsSpan(row * hiddenSize, hiddenSize), before) : 0;
                sums[gate] = TCell.SeparatesRecurrentSums ? input : input + recurrent;
                if (TCell.SeparatesRecurrentSums)
                    recurrentSums[gate] = recurrent;
            }

            for (var state = 0; state < previous.Length; state++)
                previous[state] = states[(state * hiddenSize) + unit];
            var ofUnit = Array.ConvertAll(unitWeights, values => values[unit]);
            h[unit] = StepProbe.Run(cell, sums, recurrentSums, before[unit], previous, ofUnit, after);
            for (var state = 0; state < after.Length; state++)
                states[(state * hiddenSize) + unit] = after[state];
        }
    }

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var sum = 0.0;
        for (var index = 0; index < left.Length; index++)
            sum += left[index] * right[index];
        return sum;
    }
}
