using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
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
    private readonly UnitEquations equations = FamilyEquations.Of(TCell.Name);

    public FamilyOracle(Recurrent layer, int timeSteps, int batchSize, Random random, TCell cell = default)
        : base(cell, layer, timeSteps, batchSize, random)
    {
        // The normaliser of a sequence that has begun is at least 1.
        for (var index = 0; TCell.Name == Cell.SLstm.Name && index < C0.Length; index++)
            C0[index] += index / layer.HiddenSize % TCell.StateCount == 1 ? 2 : 0;
    }

    protected override double StepUnit(double[] sums, double[] recurrentSums, double previousOutput, double[] previous, double[] unitWeights, double[] states) =>
        equations([.. sums, .. recurrentSums], previousOutput, previous, unitWeights, states);

    // Cho and others (2014): r∘h'; Zhou and others (2016): f∘h'. Both gates come first.
    protected override double FilterUnit(double[] sums, double previousOutput, double[] previous, double[] unitWeights) => Sigmoid(sums[0]) * previousOutput;
}

/// <summary>The equations of the family as their papers write them.</summary>
internal static class FamilyEquations
{
    public static UnitEquations Of(string name) => name switch
    {
        "peephole-lstm" => PeepholeLstm,
        "coupled-lstm" => CoupledLstm,
        "projected-lstm" => static (sums, _, before, _, after) => Lstm(sums[0], sums[1], sums[2], sums[3], before, after),
        "layer-norm-lstm" => static (sums, _, before, _, after) => Lstm(sums[0] + sums[4], sums[1] + sums[5], sums[2] + sums[6], sums[3] + sums[7], before, after),
        "gru-reset-before" => static (sums, h, _, _, _) => ((1 - Sigmoid(sums[1])) * Math.Tanh(sums[2])) + (Sigmoid(sums[1]) * h),
        "minimal-gated" => static (sums, h, _, _, _) => ((1 - Sigmoid(sums[0])) * h) + (Sigmoid(sums[0]) * Math.Tanh(sums[1])),
        "layer-norm-gru" => LayerNormGru,
        "jordan" => static (sums, _, _, _, _) => Math.Tanh(sums[0]),
        "echo-state" => static (sums, h, _, weights, _) => ((1 - weights[0]) * h) + (weights[0] * Math.Tanh(sums[0])),
        "indrnn" => static (sums, h, _, weights, _) => Relu(sums[0] + (weights[0] * h)),
        "sru" => Sru,
        "qrnn" => Qrnn,
        "mingru" => MinGru,
        "minlstm" => MinLstm,
        "lru" => Lru,
        "slstm" => SLstm,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There are no equations of this cell."),
    };

    // Hochreiter and Schmidhuber (1997), Gers and others (2000); Sak and others (2014) and Ba and others (2016) around it.
    private static double Lstm(double i, double f, double g, double o, double[] before, double[] after)
    {
        after[0] = (Sigmoid(f) * before[0]) + (Sigmoid(i) * Math.Tanh(g));
        return Sigmoid(o) * Math.Tanh(after[0]);
    }

    // Ba and others (2016), with the reset gate of Cho and others after the product.
    private static double LayerNormGru(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var (r, z) = (Sigmoid(sums[0] + sums[3]), Sigmoid(sums[1] + sums[4]));
        return ((1 - z) * Math.Tanh(sums[2] + (r * sums[5]))) + (z * h);
    }

    // Graves (2013), equations 7–11.
    private static double PeepholeLstm(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var i = Sigmoid(sums[0] + (weights[0] * before[0]));
        var f = Sigmoid(sums[1] + (weights[1] * before[0]));
        var c = (f * before[0]) + (i * Math.Tanh(sums[2]));
        var o = Sigmoid(sums[3] + (weights[2] * c));
        after[0] = c;
        return o * Math.Tanh(c);
    }

    // Greff and others (2017), CIFG.
    private static double CoupledLstm(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var i = 1 - Sigmoid(sums[0]);
        after[0] = ((1 - i) * before[0]) + (i * Math.Tanh(sums[1]));
        return Sigmoid(sums[2]) * Math.Tanh(after[0]);
    }

    // Lei and others (2018), equations 1–4, with a projection of x.
    private static double Sru(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var f = Sigmoid(sums[1] + (weights[0] * before[0]));
        var r = Sigmoid(sums[2] + (weights[1] * before[0]));
        after[0] = (f * before[0]) + ((1 - f) * sums[0]);
        return (r * after[0]) + ((1 - r) * sums[3]);
    }

    // Bradbury and others (2017), equation 4; what the convolution makes of the step before is in the states 1 to 3.
    private static double Qrnn(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var (z, f, o) = (Math.Tanh(sums[0] + before[1]), Sigmoid(sums[1] + before[2]), Sigmoid(sums[2] + before[3]));
        after[0] = (f * before[0]) + ((1 - f) * z);
        (after[1], after[2], after[3]) = (sums[3], sums[4], sums[5]);
        return o * after[0];
    }

    // Feng and others (2024), minGRU.
    private static double MinGru(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var z = Sigmoid(sums[0]);
        return ((1 - z) * h) + (z * sums[1]);
    }

    // Feng and others (2024), minLSTM with normalised gates.
    private static double MinLstm(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var (f, i) = (Sigmoid(sums[0]), Sigmoid(sums[1]));
        return ((f / (f + i)) * h) + ((i / (f + i)) * sums[2]);
    }

    // De and others (2024), equations 1–4, Λ = −λ.
    private static double Lru(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var logarithm = 8 * Sigmoid(sums[0]) * Math.Log(Sigmoid(-weights[0]));
        var rest = logarithm > -1e-5 ? -2 * logarithm * (1 + logarithm) : 1 - Math.Exp(2 * logarithm);
        return (Math.Exp(logarithm) * h) + (Math.Sqrt(rest) * Sigmoid(sums[1]) * sums[2]);
    }

    // Beck and others (2024), equations 8–17.
    private static double SLstm(double[] sums, double h, double[] before, double[] weights, double[] after)
    {
        var logarithm = -Math.Log(1 + Math.Exp(-sums[1]));
        var m = before[1] > 0 ? Math.Max(logarithm + before[2], sums[0]) : sums[0];
        var (i, f) = (Math.Exp(sums[0] - m), before[1] > 0 ? Math.Exp(logarithm + before[2] - m) : 0);
        (after[0], after[1], after[2]) = ((f * before[0]) + (i * Math.Tanh(sums[2])), (f * before[1]) + i, m);
        return Sigmoid(sums[3]) * after[0] / after[1];
    }
}
