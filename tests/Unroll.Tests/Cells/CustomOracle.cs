using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Cells;

/// <summary>One layer of a cell over time in double precision: products as plain loops, the cell's own step in double.</summary>
internal class CustomOracle<TCell>
    where TCell : struct, ICell
{
    private readonly TCell cell;
    private readonly int timeSteps;
    private readonly int batchSize;
    private readonly int inputSize;
    private readonly int hiddenSize;
    private readonly int outputSize;
    private readonly double[][] weights;
    private readonly double[] inputWeights;
    private readonly double[] recurrentWeights;
    private readonly double[] inputBias;
    private readonly double[] recurrentBias;
    private readonly double[] inputGain;
    private readonly double[] recurrentGain;
    private readonly double[] projection;
    private readonly double[][] unitWeights;

    public CustomOracle(TCell cell, Recurrent layer, int timeSteps, int batchSize, Random random)
    {
        (this.cell, this.timeSteps, this.batchSize) = (cell, timeSteps, batchSize);
        (inputSize, hiddenSize, outputSize) = (layer.InputSize, layer.HiddenSize, layer.OutputSize);
        weights = [.. layer.Parameters.Select(parameter => RandomValues.ToDouble(parameter.Values))];
        var names = layer.Parameters.Select(parameter => parameter.Name).ToArray();
        double[] Of(string name) => Array.IndexOf(names, name) is >= 0 and var index ? weights[index] : [];
        (inputWeights, recurrentWeights, inputBias, recurrentBias) = (Of("weight_ih_l0"), Of("weight_hh_l0"), Of("bias_ih_l0"), Of("bias_hh_l0"));
        (inputGain, recurrentGain) = (Of("gain_ih_l0"), Of("gain_hh_l0"));
        projection = Of("weight_hr_l0");
        unitWeights = [.. TCell.UnitWeights.Select(weight => Of(weight.Name + "_l0"))];
        X = RandomValues.Uniform(random, timeSteps * batchSize * inputSize);
        H0 = RandomValues.Uniform(random, batchSize * outputSize);
        C0 = RandomValues.Uniform(random, batchSize * TCell.StateCount * hiddenSize);
        DY = RandomValues.Uniform(random, timeSteps * batchSize * outputSize);
        DStates = RandomValues.Uniform(random, C0.Length);
    }

    /// <summary>Recurrent dropout and zoneout, or null.</summary>
    public OracleRegularization? Regularization { get; init; }

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
        var y = new double[timeSteps * batchSize * outputSize];
        var (h, states) = ((double[])H0.Clone(), (double[])C0.Clone());
        for (var time = 0; time < timeSteps; time++)
        {
            for (var row = 0; row < batchSize; row++)
                StepRow(time, row, X.AsSpan(((time * batchSize) + row) * inputSize, inputSize), h.AsSpan(row * outputSize, outputSize), states.AsSpan(row * TCell.StateCount * hiddenSize, TCell.StateCount * hiddenSize));
            h.CopyTo(y, time * batchSize * outputSize);
        }

        return (y, states);
    }

    /// <summary>All that has a gradient: its name, its double values and the gradient that the engine found.</summary>
    public IEnumerable<(string Name, double[] Values, float[] Gradient)> Named(Recurrent layer, Tensor x, Tensor h0, Tensor? c0) =>
    [
        ("x", X, x.Gradient.ToArray()), ("h0", H0, h0.Gradient.ToArray()), ("c0", C0, c0?.Gradient.ToArray() ?? []),
        .. layer.Parameters.Index().Where(entry => !entry.Item.IsFixed).Select(entry => (entry.Item.Name, weights[entry.Index], entry.Item.Gradient.ToArray())),
    ];

    /// <summary>One step of one unit: sets the states after it and returns the output.</summary>
    protected virtual double StepUnit(double[] sums, double[] recurrentSums, double previousOutput, double[] previous, double[] unitWeights, double[] states) =>
        StepProbe.Run(cell, sums, recurrentSums, previousOutput, previous, unitWeights, states);

    /// <summary>The filtered output of one unit.</summary>
    protected virtual double FilterUnit(double[] sums, double previousOutput, double[] previous, double[] unitWeights) =>
        StepProbe.RunFilter(cell, sums, previousOutput, previous, unitWeights);

    private void StepRow(int time, int row, ReadOnlySpan<double> x, Span<double> h, Span<double> states)
    {
        var (before, old) = (h.ToArray(), states.ToArray());
        var inputs = Sums(inputWeights, inputBias, x, inputGain);
        var recurrent = TCell.HasRecurrentMatrix ? Sums(WholeRecurrent(), recurrentBias, Dropped(row, before), recurrentGain) : new double[inputs.Length];
        if (TCell.FilteredGateCount > 0)
        {
            var filtered = new double[hiddenSize];
            for (var unit = 0; unit < hiddenSize; unit++)
                filtered[unit] = FilterUnit(OfUnit(inputs, recurrent, unit), before[unit], StatesOf(old, unit), WeightsOf(unit));
            var first = (TCell.GateCount - TCell.FilteredGateCount) * hiddenSize;
            Sums(WholeRecurrent(), recurrentBias, Dropped(row, filtered), []).AsSpan(first).CopyTo(recurrent.AsSpan(first));
        }

        var (after, output) = (new double[TCell.StateCount], new double[hiddenSize]);
        for (var unit = 0; unit < hiddenSize; unit++)
        {
            var previous = TCell.ProjectsOutput ? 0 : before[unit];
            output[unit] = TCell.SeparatesRecurrentSums
                ? StepUnit(OfUnit(inputs, [], unit), OfUnit(recurrent, [], unit), previous, StatesOf(old, unit), WeightsOf(unit), after)
                : StepUnit(OfUnit(inputs, recurrent, unit), [], previous, StatesOf(old, unit), WeightsOf(unit), after);
            for (var state = 0; state < after.Length; state++)
                states[(state * hiddenSize) + unit] = after[state];
        }

        for (var index = 0; index < outputSize; index++)
            h[index] = TCell.ProjectsOutput ? Dot(projection.AsSpan(index * hiddenSize, hiddenSize), output) : output[index];
        if (Regularization is null)
            return;
        Regularization.Output(time, row, before, h.ToArray()).CopyTo(h);
        for (var state = 0; state < (TCell.ZoneoutStateCount ?? TCell.StateCount); state++)
        {
            var units = (state * hiddenSize)..((state + 1) * hiddenSize);
            Regularization.State(state, time, row, old[units], states[units].ToArray()).CopyTo(states[units]);
        }
    }

    private double[] Dropped(int row, double[] values) => Regularization?.Dropped(row, values) ?? values;

    /// <summary>[G·H]: products and biases, normalised over all of them where there is a gain.</summary>
    private double[] Sums(double[] matrix, double[] bias, ReadOnlySpan<double> operand, double[] gain)
    {
        var sums = new double[TCell.GateCount * hiddenSize];
        for (var row = 0; row < sums.Length; row++)
            sums[row] = Dot(matrix.AsSpan(row * operand.Length, operand.Length), operand);
        if (gain.Length > 0)
        {
            var mean = sums.Average();
            var spread = Math.Sqrt(sums.Average(sum => (sum - mean) * (sum - mean)) + 1e-5);
            sums = [.. sums.Select((sum, row) => gain[row] * (sum - mean) / spread)];
        }

        return [.. sums.Zip(bias, (sum, addend) => sum + addend)];
    }

    /// <summary>U [G·H, R], zero between heads.</summary>
    private double[] WholeRecurrent()
    {
        if (cell.Heads == 1)
            return recurrentWeights;
        var size = hiddenSize / cell.Heads;
        var whole = new double[TCell.GateCount * hiddenSize * hiddenSize];
        for (var row = 0; row < TCell.GateCount * hiddenSize; row++)
        {
            for (var column = 0; column < size; column++)
                whole[(row * hiddenSize) + (row % hiddenSize / size * size) + column] = recurrentWeights[(row * size) + column];
        }

        return whole;
    }

    /// <summary>The sums of all gates of a unit.</summary>
    private double[] OfUnit(double[] sums, double[] more, int unit) =>
        [.. Enumerable.Range(0, TCell.GateCount).Select(gate => sums[(gate * hiddenSize) + unit] + (more.Length > 0 ? more[(gate * hiddenSize) + unit] : 0))];

    private double[] StatesOf(double[] states, int unit) => [.. Enumerable.Range(0, TCell.StateCount).Select(state => states[(state * hiddenSize) + unit])];

    private double[] WeightsOf(int unit) => Array.ConvertAll(unitWeights, values => values[unit]);

    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        var sum = 0.0;
        for (var index = 0; index < left.Length; index++)
            sum += left[index] * right[index];
        return sum;
    }
}
