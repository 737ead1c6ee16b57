using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tests.Oracles;
using static Unroll.Tests.Oracles.ActivationOracle;

namespace Unroll.Tests.Cells;

/// <summary>
/// One unit's step in double precision: sums, behind them the recurrent sums where they are apart, h', states before, unit weights; sets the states after it and
/// returns h.
/// </summary>
internal delegate double UnitEquations(double[] sums, double h, double[] before, double[] weights, double[] after);

/// <summary>The layer of <see cref="CustomOracle{TCell}"/> with the equations of a paper written out, and none of the cell's own code.</summary>
internal sealed class FamilyOracle<TCell> : CustomOracle<TCell>
    where TCell : struct, ICell
{
    private readonly FamilyEquations family;
    private readonly UnitEquations equations;

    public FamilyOracle(Recurrent layer, int timeSteps, int batchSize, Random random, TCell cell = default, FamilyEquations? choices = null)
        : base(cell, layer, timeSteps, batchSize, random)
    {
        family = choices ?? new();
        equations = family.Of(TCell.Name);
        // The normaliser of a sequence that has begun is at least 1.
        for (var index = 0; TCell.Name == Cell.SLstm.Name && index < C0.Length; index++)
            C0[index] += index / layer.HiddenSize % TCell.StateCount == 1 ? 2 : 0;
    }

    protected override double StepUnit(double[] sums, double[] recurrentSums, double previousOutput, double[] previous, double[] unitWeights, double[] states)
    {
        var output = equations([.. sums, .. recurrentSums], previousOutput, previous, unitWeights, states);
        return TCell.StateCount > 0 ? output : family.Kept(output);
    }

    // Cho and others (2014): r∘h'; Zhou and others (2016): f∘h'. Both gates come first.
    protected override double FilterUnit(double[] sums, double previousOutput, double[] previous, double[] unitWeights) => family.Sigmoid(sums[0]) * previousOutput;
}

/// <summary>The equations of the family as their papers write them, with the choices that any cell has.</summary>
/// <param name="isHard">Whether ONNX's HardSigmoid and the identity between −1 and 1 stand for σ and tanh.</param>
/// <param name="clip">The bound of states, or of the output where there are none.</param>
internal sealed class FamilyEquations(bool isHard = false, double clip = double.PositiveInfinity)
{
    public UnitEquations Of(string name) => name switch
    {
        "lstm" => (sums, _, before, _, after) => Lstm(sums[0], sums[1], sums[2], sums[3], before, after),
        "gru" => LayerNormGru,
        "rnn-tanh" => (sums, _, _, _, _) => Tanh(sums[0]),
        "rnn-relu" => static (sums, _, _, _, _) => Relu(sums[0]),
        "peephole-lstm" => PeepholeLstm,
        "coupled-lstm" => CoupledLstm,
        "projected-lstm" => (sums, _, before, _, after) => Lstm(sums[0], sums[1], sums[2], sums[3], before, after),
        "layer-norm-lstm" => (sums, _, before, _, after) => Lstm(sums[0] + sums[4], sums[1] + sums[5], sums[2] + sums[6], sums[3] + sums[7], before, after),
        "gru-reset-before" => (sums, h, _, _, _) => ((1 - Sigmoid(sums[1])) * Tanh(sums[2])) + (Sigmoid(sums[1]) * h),
        "minimal-gated" => (sums, h, _, _, _) => ((1 - Sigmoid(sums[0])) * h) + (Sigmoid(sums[0]) * Tanh(sums[1])),
        "layer-norm-gru" => LayerNormGru,
        "jordan" => (sums, _, _, _, _) => Tanh(sums[0]),
        "echo-state" => (sums, h, _, weights, _) => ((1 - weights[0]) * h) + (weights[0] * Tanh(sums[0])),
        "indrnn" => (sums, h, _, weights, _) => Relu(sums[0] + (weights[0] * h)),
        "sru" => Sru,
        "qrnn" => Qrnn,
        "mingru" => MinGru,
        "minlstm" => MinLstm,
        "lru" => Lru,
        "slstm" => SLstm,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There are no equations of this cell."),
    };

    public double Sigmoid(double x) => isHard ? Math.Clamp((0.2 * x) + 0.5, 0, 1) : ActivationOracle.Sigmoid(x);

    /// <summary>A value as a clipped cell keeps it.</summary>
    public double Kept(double value) => Math.Clamp(value, -clip, clip);

    private double Tanh(double x) => isHard ? Math.Clamp(x, -1, 1) : Math.Tanh(x);

    // Hochreiter and Schmidhuber (1997), Gers and others (2000); Sak and others (2014) and Ba and others (2016) around it.
    private double Lstm(double i, double f, double g, double o, double[] before, double[] after)
    {
        after[0] = Kept((Sigmoid(f) * before[0]) + (Sigmoid(i) * Tanh(g)));
        return Sigmoid(o) * Tanh(after[0]);
    }

    // Ba and others (2016), with the reset gate of Cho and others after the product.
    private double LayerNormGru(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var (r, z) = (Sigmoid(sums[0] + sums[3]), Sigmoid(sums[1] + sums[4]));
        return ((1 - z) * Tanh(sums[2] + (r * sums[5]))) + (z * h);
    }

    // Graves (2013), equations 7–11.
    private double PeepholeLstm(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var i = Sigmoid(sums[0] + (weights[0] * before[0]));
        var f = Sigmoid(sums[1] + (weights[1] * before[0]));
        var c = Kept((f * before[0]) + (i * Tanh(sums[2])));
        var o = Sigmoid(sums[3] + (weights[2] * c));
        after[0] = c;
        return o * Tanh(c);
    }

    // Greff and others (2017), CIFG.
    private double CoupledLstm(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var i = 1 - Sigmoid(sums[0]);
        after[0] = Kept(((1 - i) * before[0]) + (i * Tanh(sums[1])));
        return Sigmoid(sums[2]) * Tanh(after[0]);
    }

    // Lei and others (2018), equations 1–4, with a projection of x.
    private double Sru(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var f = Sigmoid(sums[1] + (weights[0] * before[0]));
        var r = Sigmoid(sums[2] + (weights[1] * before[0]));
        after[0] = Kept((f * before[0]) + ((1 - f) * sums[0]));
        return (r * after[0]) + ((1 - r) * sums[3]);
    }

    // Bradbury and others (2017), equation 4; what the convolution makes of the step before is in the states 1 to 3.
    private double Qrnn(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var (z, f, o) = (Tanh(sums[0] + before[1]), Sigmoid(sums[1] + before[2]), Sigmoid(sums[2] + before[3]));
        after[0] = Kept((f * before[0]) + ((1 - f) * z));
        (after[1], after[2], after[3]) = (Kept(sums[3]), Kept(sums[4]), Kept(sums[5]));
        return o * after[0];
    }

    // Feng and others (2024), minGRU.
    private double MinGru(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var z = Sigmoid(sums[0]);
        return ((1 - z) * h) + (z * sums[1]);
    }

    // Feng and others (2024), minLSTM with normalised gates.
    private double MinLstm(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var (f, i) = (Sigmoid(sums[0]), Sigmoid(sums[1]));
        return ((f / (f + i)) * h) + ((i / (f + i)) * sums[2]);
    }

    // De and others (2024), equations 1–4, Λ = −λ.
    private double Lru(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var logarithm = -8 * Sigmoid(sums[0]) * Math.Log(1 + Math.Exp(weights[0]));
        var rest = logarithm > -1e-5 ? -2 * logarithm * (1 + logarithm) : 1 - Math.Exp(2 * logarithm);
        return (Math.Exp(logarithm) * h) + (Math.Sqrt(rest) * Sigmoid(sums[1]) * sums[2]);
    }

    // Beck and others (2024), equations 8–17.
    private double SLstm(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var logarithm = -Math.Log(1 + Math.Exp(-sums[1]));
        var m = before[1] > 0 ? Math.Max(logarithm + before[2], sums[0]) : sums[0];
        var (i, f) = (Math.Exp(sums[0] - m), before[1] > 0 ? Math.Exp(logarithm + before[2] - m) : 0);
        (after[0], after[1], after[2]) = (Kept((f * before[0]) + (i * Tanh(sums[2]))), Kept((f * before[1]) + i), Kept(m));
        return Sigmoid(sums[3]) * after[0] / after[1];
    }
}
