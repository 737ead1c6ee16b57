using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Layers;

/// <summary>Stacks of every kind against a loop in double precision, their gradients against its finite differences.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class StackOracleTests
{
    private const int TimeSteps = 4;
    private const int BatchSize = 3;

    /// <summary>The cube root of the double's precision balances truncation against rounding.</summary>
    private const double Step = 6e-6;

    private static readonly DropoutKey key = new(Seed: 5, Update: 7, Place: 2);

    private static readonly OracleCell[] cells = [OracleCell.Lstm, OracleCell.Gru, OracleCell.RnnTanh];

    public static MatrixTheoryData<string, string> Cases => new(StackCases.Names, cells.Select(cell => cell.ToString()));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_and_gradients_are_those_of_the_loop(string name, string cell)
    {
        foreach (var (given, mixed) in new[] { (false, false), (true, false), (false, true) })
        {
            var kind = Enum.Parse<OracleCell>(cell);
            var options = StackCases.Options(name, EngineRun.CellOf(kind));
            Check(kind, options, given, mixed);
            if (options.RecurrentDropout > 0 || options.ZoneoutOutput > 0)
                Check(kind, options, given, mixed, dropout: key);
        }
    }

    /// <summary>The masks are read off the operation, whose own test says what they are.</summary>
    [Theory]
    [InlineData(0f, 0.4f, LayerConnection.Plain)]
    [InlineData(0.3f, 0f, LayerConnection.Residual)]
    [InlineData(0f, 0.4f, LayerConnection.Residual)]
    [InlineData(0.3f, 0.4f, LayerConnection.Highway)]
    public void Masks_lie_on_what_the_cells_read_and_on_nothing_else(float dropout, float variational, LayerConnection connection)
    {
        var options = new RecurrentOptions { Layers = 3, Dropout = dropout, VariationalDropout = variational, Connection = connection };
        double[] Mask(int layer, int length)
        {
            var ones = Enumerable.Repeat(1f, length).ToArray();
            var tape = new Tape(recording: false);
            var mask = Tensor.FromArray(ones, new(TimeSteps, length / TimeSteps));
            if (layer > 0)
                mask = tape.Dropout(mask, dropout, key.At(key.Place + layer));
            return RandomValues.ToDouble(tape.VariationalDropout(mask, variational, key.At(key.Place + options.Layers + 1 + layer)).Values);
        }

        foreach (var mixed in new[] { false, true })
            Check(OracleCell.Gru, options, given: false, mixed, Mask, key);
    }

    private static void Check(OracleCell cell, RecurrentOptions options, bool given, bool mixed, OracleMask? masks = null, DropoutKey? dropout = null)
    {
        var layer = StackCases.Create(EngineRun.CellOf(cell), options);
        var random = new Random(11);
        var states = layer.CreateState(BatchSize);
        var x = RandomValues.Uniform(random, TimeSteps * BatchSize * StackCases.InputSize);
        double[] State(Tensor? tensor) => given && tensor is not null ? RandomValues.Uniform(random, tensor.Length) : [];
        var sequence = new OracleSequence(TimeSteps, BatchSize, x, State(states.Hidden), State(states.Cell), mixed ? [2, 4, 1] : null);
        var parameters = StackCases.Values(layer);
        var oracle = new StackOracle(cell, StackCases.InputSize, StackCases.HiddenSize, options, parameters);
        var expected = oracle.Forward(sequence, masks, dropout);

        var tape = new Tape();
        var input = Tensor.FromArray(RandomValues.ToSingle(x), new(TimeSteps, BatchSize, StackCases.InputSize), requiresGradient: true);
        var state = given ? EngineRun.StateOf(layer, sequence, requiresGradient: true) : null;
        var output = layer.Forward(tape, input, state, sequence.Lengths, dropout);
        Close.Absolute("y", expected.Y, output.Output.Values);
        Close.Absolute("hn", expected.Hn, output.FinalHidden.Values);
        Close.Absolute("cn", expected.Cn, output.FinalCell is { } cells ? cells.Values : default);

        var (dY, dHn, dCn) = (Seed(expected.Y, random), Seed(expected.Hn, random), Seed(expected.Cn, random));
        output.Output.SeedGradient(RandomValues.ToSingle(dY));
        output.FinalHidden.SeedGradient(RandomValues.ToSingle(dHn));
        output.FinalCell?.SeedGradient(RandomValues.ToSingle(dCn));
        tape.Backward();
        double Loss()
        {
            var result = oracle.Forward(sequence, masks, dropout);
            return FiniteDifferences.Dot(result.Y, dY) + FiniteDifferences.Dot(result.Hn, dHn) + FiniteDifferences.Dot(result.Cn, dCn);
        }

        Compare("dx", x, input.Gradient, Loss);
        Compare("dh0", sequence.H0, state is null ? default : state.Hidden.Gradient, Loss);
        Compare("dc0", sequence.C0, state?.Cell is { } initial ? initial.Gradient : default, Loss);
        foreach (var parameter in layer.Parameters)
            Compare(parameter.Name, parameters[parameter.Name], parameter.Gradient, Loss);
    }

    private static double[] Seed(double[] values, Random random) => RandomValues.Uniform(random, values.Length);

    /// <summary>Compares some entries of a gradient, spread over all of them, with differences: each costs two passes of the loop.</summary>
    private static void Compare(string name, double[] values, ReadOnlySpan<float> gradient, Func<double> loss)
    {
        const int most = 12;
        Assert.Equal(values.Length, gradient.Length);
        var indices = Enumerable.Range(0, values.Length).Where(index => values.Length <= most || index % ((values.Length + most - 1) / most) == 0).ToArray();
        var expected = new double[indices.Length];
        var actual = new float[indices.Length];
        foreach (var (place, index) in indices.Index())
        {
            var kept = values[index];
            values[index] = kept + Step;
            var above = loss();
            values[index] = kept - Step;
            var below = loss();
            values[index] = kept;
            (expected[place], actual[place]) = ((above - below) / (2 * Step), gradient[index]);
        }

        Close.Gradients(name, expected, actual);
    }
}
