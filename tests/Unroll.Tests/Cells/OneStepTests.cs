using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Cells;

/// <summary>The one-step classes: against finite differences of the double oracle, and against the engine.</summary>
public sealed class OneStepTests
{
    /// <summary>The engine computes the same in float32 with other roundings.</summary>
    private const double EngineTolerance = 1e-6;

    /// <summary>Float32 against finite differences in double precision, relative to the largest value.</summary>
    private const double OracleTolerance = 5e-6;

    /// <summary>The cube root of the double's precision balances truncation against rounding.</summary>
    private const double Step = 6e-6;

    public static TheoryData<string, int, int, int> Cases
    {
        get
        {
            var data = new TheoryData<string, int, int, int>();
            foreach (var cell in new[] { OracleCell.RnnTanh, OracleCell.Lstm, OracleCell.Gru })
            {
                foreach (var (inputSize, hiddenSize, timeSteps) in new[] { (1, 1, 1), (3, 2, 1), (2, 5, 4), (4, 7, 6) })
                    data.Add(cell.ToString(), inputSize, hiddenSize, timeSteps);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_gradient_is_that_of_finite_differences(string cell, int inputSize, int hiddenSize, int timeSteps)
    {
        var run = new OneStepCase(Enum.Parse<OracleCell>(cell), inputSize, hiddenSize, timeSteps);
        run.Run();
        var oracle = new Oracle(run);
        oracle.Loss();

        for (var t = 0; t < timeSteps; t++)
            Close.Absolute($"h{t}", oracle.H[t], run.H[t].Values, EngineTolerance);
        foreach (var (name, values, gradient) in oracle.Named(run))
            Close.Relative(name, Differences(values, oracle.Loss), gradient, OracleTolerance);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_engine_computes_the_same(string cell, int inputSize, int hiddenSize, int timeSteps)
    {
        var run = new OneStepCase(Enum.Parse<OracleCell>(cell), inputSize, hiddenSize, timeSteps);
        run.Run();
        var layer = new Recurrent(EngineRun.CellOf(run.Cell), inputSize, hiddenSize);
        foreach (var (name, parts) in run.Parameters)
        {
            var parameter = layer.Parameters.Single(parameter => parameter.Name == name + "_l0");
            run.ValuesOf(parts).CopyTo(parameter.Values);
            parameter.MarkChanged();
        }

        var isLstm = run.Cell == OracleCell.Lstm;
        var stateShape = new Shape(1, 1, hiddenSize);
        var x = Tensor.FromArray(Flat(run.X), new(timeSteps, 1, inputSize), requiresGradient: true);
        var h0 = Tensor.FromArray(run.H0, stateShape, requiresGradient: true);
        var c0 = isLstm ? Tensor.FromArray(run.C0, stateShape, requiresGradient: true) : null;
        var tape = new Tape();
        var (output, _, finalCell) = layer.Forward(tape, x, new(h0, c0));
        output.SeedGradient(Flat(run.DH));
        finalCell?.SeedGradient(run.DCLast);
        tape.Backward();

        Compare("h", [.. run.H.SelectMany(h => h.Values.ToArray())], output.Values);
        Compare("dx", [.. run.DX.SelectMany(dx => dx.Values.ToArray())], x.Gradient);
        Compare("dh0", run.DH0.Values, h0.Gradient);
        if (isLstm)
        {
            Compare("c", run.CLast.Values, finalCell!.Values);
            Compare("dc0", run.DC0.Values, c0!.Gradient);
        }

        foreach (var (name, parts) in run.Parameters)
        {
            var gradient = layer.Parameters.Single(parameter => parameter.Name == name + "_l0").Gradient.ToArray();
            for (var part = 0; part < parts.Length; part++)
            {
                var length = gradient.Length / parts.Length;
                // A bias that the class does not have has the gradient of the one it is added to.
                if (parts[part] is { } mine)
                    Compare($"{name}, part {part}", mine.Gradient, gradient.AsSpan(part * length, length));
            }
        }
    }

    [Fact]
    public void The_output_of_the_vanilla_step_has_its_gradients_too()
    {
        var step = new VanillaStep(2, 3, 4);
        var random = new Random(9);
        foreach (var parameter in step.Parameters)
            RandomValues.Singles(random, parameter.Values.Length).CopyTo(parameter.Values);
        var (x, hPrevious, dy) = (RandomValues.Singles(random, 2), RandomValues.Singles(random, 3), RandomValues.Singles(random, 4));
        var trace = step.Forward(x, hPrevious);
        var (dx, dhPrevious) = step.Backward(trace, dy, StepVector.Zeros(3));

        double[][] values = [.. step.Parameters.Select(parameter => RandomValues.ToDouble(parameter.Values)), RandomValues.ToDouble(x), RandomValues.ToDouble(hPrevious)];
        double Loss()
        {
            var h = MatrixOracle.Apply(values[0], values[5]);
            MatrixOracle.Add(h, MatrixOracle.Apply(values[1], values[6]));
            MatrixOracle.Add(h, values[2]);
            var y = MatrixOracle.Apply(values[3], [.. h.Select(Math.Tanh)]);
            MatrixOracle.Add(y, values[4]);
            return FiniteDifferences.Dot(y, RandomValues.ToDouble(dy));
        }

        for (var index = 0; index < 5; index++)
            Close.Relative($"parameter {index}", Differences(values[index], Loss), step.Parameters[index].Gradient, OracleTolerance);
        Close.Relative("dx", Differences(values[5], Loss), dx.Values, OracleTolerance);
        Close.Relative("dh'", Differences(values[6], Loss), dhPrevious.Values, OracleTolerance);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused_with_numbers()
    {
        var step = new VanillaStep(2, 3, 4);
        var exception = Assert.Throws<ArgumentException>(() => step.Forward(StepVector.Zeros(3), StepVector.Zeros(3)));
        Assert.Contains("A matrix [3, 2] multiplies 2 values; got 3.", exception.Message, StringComparison.Ordinal);
        var trace = step.Forward(StepVector.Zeros(2), StepVector.Zeros(3));
        Assert.Throws<ArgumentException>(() => step.Backward(trace, StepVector.Zeros(3), StepVector.Zeros(3)));
        exception = Assert.Throws<ArgumentException>(() => step.Backward(trace, StepVector.Zeros(4), StepVector.Zeros(2)));
        Assert.Contains("3 values meets one of 2", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("inputSize", () => new LstmStep(0, 3));
        Assert.Throws<ArgumentOutOfRangeException>("hiddenSize", () => new GruStep(3, 0));
        Assert.Throws<ArgumentOutOfRangeException>("outputSize", () => new VanillaStep(3, 2, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => StepVector.OneHot(4, 4));
    }

    private static float[] Flat(float[][] rows) => [.. rows.SelectMany(row => row)];

    private static void Compare(string name, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual) =>
        Close.Relative(name, RandomValues.ToDouble(expected), actual, EngineTolerance);

    private static double[] Differences(double[] values, Func<double> loss)
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

    /// <summary>The same steps in double precision.</summary>
    private sealed class Oracle
    {
        private readonly OracleWeights weights;
        private readonly double[][] x;
        private readonly double[][] dH;
        private readonly double[] h0;
        private readonly double[] c0;
        private readonly double[] dC;

        public Oracle(OneStepCase run)
        {
            var values = run.Parameters.Select(parameter => RandomValues.ToDouble(run.ValuesOf(parameter.Parts))).ToArray();
            weights = new(run.Cell, run.InputSize, run.HiddenSize, values[0], values[1], values[2], values[3]);
            x = [.. run.X.Select(row => RandomValues.ToDouble(row))];
            dH = [.. run.DH.Select(row => RandomValues.ToDouble(row))];
            h0 = RandomValues.ToDouble(run.H0);
            c0 = run.Cell == OracleCell.Lstm ? RandomValues.ToDouble(run.C0) : [];
            dC = run.Cell == OracleCell.Lstm ? RandomValues.ToDouble(run.DCLast) : [];
            H = new double[x.Length][];
        }

        public double[][] H { get; }

        /// <summary>Σ h · dh over the steps, + c · dc of the last one: its derivatives are what the steps return.</summary>
        public double Loss()
        {
            var (loss, h, c) = (0.0, h0, c0);
            for (var t = 0; t < x.Length; t++)
            {
                var step = CellOracle.Forward(weights, x[t], h, c);
                (H[t], h, c) = (step.H, step.H, step.C);
                loss += FiniteDifferences.Dot(h, dH[t]);
            }

            return loss + FiniteDifferences.Dot(c, dC);
        }

        public IEnumerable<(string Name, double[] Values, float[] Gradient)> Named(OneStepCase run)
        {
            for (var t = 0; t < x.Length; t++)
                yield return ($"dx{t}", x[t], run.DX[t].Values.ToArray());
            yield return ("dh0", h0, run.DH0.Values.ToArray());
            yield return ("dc0", c0, run.DC0.Values.ToArray());
            foreach (var ((name, values), (_, parts)) in weights.Named().Zip(run.Parameters))
            {
                if (!parts.Contains(null))
                    yield return (name, values, [.. parts.SelectMany(part => part!.Gradient.ToArray())]);
            }

            if (run.Cell == OracleCell.Gru)
            {
                // Only the candidate has a second bias: the last third.
                yield return ("bias_hh", weights.RecurrentBias!, [.. weights.RecurrentBias!.Select((_, index) => SecondBias(run, index))]);
            }
        }

        // For reset and update the two biases are added, so both have the gradient of the first.
        private static float SecondBias(OneStepCase run, int index)
        {
            var (part, unit) = Math.DivRem(index, run.HiddenSize);
            return (run.Parameters[3].Parts[part] ?? run.Parameters[2].Parts[part])!.Gradient[unit];
        }
    }
}
