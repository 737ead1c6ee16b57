using CsCheck;
using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Cells;

/// <summary>
/// The text of the cells in double precision against the oracle, which is held against finite differences: the formulas, without rounding.
/// </summary>
public sealed class CellMathTests
{
    /// <summary>Two ways to write the same formula in double precision differ by a few roundings.</summary>
    private const double Tolerance = 1e-13;

    /// <summary>Sums of gates, up to where they saturate.</summary>
    private static readonly Gen<double[]> numbers = Gen.OneOf(Gen.Double[-3, 3], Gen.Double[-30, 30], Gen.Const(0.0)).Array[12];

    [Fact]
    public void Lstm() => numbers.Sample(n =>
    {
        // With W the identity and U zero the oracle's sums are its input.
        var weights = new OracleWeights(OracleCell.Lstm, 4, 1, Identity(4), new double[4], null, null);
        var expected = CellOracle.Forward(weights, n[..4], [0], [n[4]]);
        var expectedGradient = CellOracle.Backward(weights, expected, [n[5]], [n[6]], weights.ZerosAlike());

        var sums = new LstmGates<ProbeLane>(new(n[0]), new(n[1]), new(n[2]), new(n[3]));
        var gates = LstmCell.Forward(sums, new(n[4]), out var c, out var h);
        var dSums = LstmCell.Backward(gates, new(n[4]), c, new(n[5]), new ProbeLane(n[6]), out var dcPrevious);

        Close.Relative("h", expected.H, [h.Value], Tolerance);
        Close.Relative("c", expected.C, [c.Value], Tolerance);
        Close.Relative("gates", expected.Gates, Values(gates), Tolerance);
        Close.Relative("dSums", expectedGradient.X, Values(dSums), Tolerance);
        Close.Relative("dcPrevious", expectedGradient.CPrevious, [dcPrevious.Value], Tolerance);
    });

    [Fact]
    public void Gru() => numbers.Sample(n =>
    {
        // U zero: the recurrent sums are the oracle's second bias.
        var weights = new OracleWeights(OracleCell.Gru, 3, 1, Identity(3), new double[3], new double[3], n[3..6]);
        var gradients = weights.ZerosAlike();
        var expected = CellOracle.Forward(weights, n[..3], [n[6]], []);
        var expectedGradient = CellOracle.Backward(weights, expected, [n[7]], [], gradients);

        var inputSums = new GruGates<ProbeLane>(new(n[0]), new(n[1]), new(n[2]));
        var recurrentSums = new GruGates<ProbeLane>(new(n[3]), new(n[4]), new(n[5]));
        var gates = GruCell.Forward(inputSums, recurrentSums, new(n[6]), out var h);
        var dInput = GruCell.Backward(gates, recurrentSums.Candidate, new(n[6]), new(n[7]), out var dRecurrent, out var dhPrevious);

        Close.Absolute("h", expected.H, [h.Value], Tolerance * 100);
        Close.Relative("gates", expected.Gates, Values(gates), Tolerance);
        Close.Relative("dInput", expectedGradient.X, Values(dInput), Tolerance);
        Close.Relative("dRecurrent", gradients.RecurrentBias, Values(dRecurrent), Tolerance);
        Close.Relative("dhPrevious", expectedGradient.HPrevious, [dhPrevious.Value], Tolerance);
    });

    [Fact]
    public void Elman() => numbers.Sample(n =>
    {
        CheckElman<TanhActivation>(OracleCell.RnnTanh, n[0], n[1]);
        CheckElman<ReluActivation>(OracleCell.RnnRelu, n[0], n[1]);
    });

    private static void CheckElman<TActivation>(OracleCell cell, double sum, double dh)
        where TActivation : struct, IElmanActivation
    {
        var weights = new OracleWeights(cell, 1, 1, [1], [0], null, null);
        var expected = CellOracle.Forward(weights, [sum], [0], []);
        var expectedGradient = CellOracle.Backward(weights, expected, [dh], [], weights.ZerosAlike());

        var h = ElmanCell<TActivation>.Forward(new ProbeLane(sum));
        var dSum = ElmanCell<TActivation>.Backward(h, new(dh));

        Close.Relative("h", expected.H, [h.Value], Tolerance);
        Close.Relative("dSum", expectedGradient.X, [dSum.Value], Tolerance);
    }

    private static double[] Values(LstmGates<ProbeLane> gates) => [gates.Input.Value, gates.Forget.Value, gates.Candidate.Value, gates.Output.Value];

    private static double[] Values(GruGates<ProbeLane> gates) => [gates.Reset.Value, gates.Update.Value, gates.Candidate.Value];

    private static double[] Identity(int size)
    {
        var identity = new double[size * size];
        for (var index = 0; index < size; index++)
            identity[(index * size) + index] = 1;
        return identity;
    }
}
