using static Unroll.Tests.Oracles.ActivationOracle;

namespace Unroll.Tests.Oracles;

/// <summary>What one step of one row leaves for its backward.</summary>
/// <param name="X">[I]</param>
/// <param name="HPrevious">[H]</param>
/// <param name="CPrevious">[H]; empty unless LSTM.</param>
/// <param name="Gates">[G·H], after their activations.</param>
/// <param name="RecurrentCandidate">[H]; U·h + b of the GRU's candidate, before the reset gate; empty otherwise.</param>
/// <param name="H">[H]</param>
/// <param name="C">[H]; empty unless LSTM.</param>
internal sealed record OracleStep(
    double[] X, double[] HPrevious, double[] CPrevious, double[] Gates, double[] RecurrentCandidate, double[] H, double[] C);

/// <summary>The gradients of what one step read.</summary>
internal sealed record OracleStepGradient(double[] X, double[] HPrevious, double[] CPrevious);

/// <summary>One time step of one row in double precision: forward, and backward which adds to the weight gradients.</summary>
internal static class CellOracle
{
    /// <summary>One step.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="x">[I].</param>
    /// <param name="hPrevious">[H].</param>
    /// <param name="cPrevious">[H]; empty unless LSTM.</param>
    /// <param name="dropped">What the recurrent matrix reads in the place of <paramref name="hPrevious"/>, or null; not for backward.</param>
    public static OracleStep Forward(OracleWeights weights, double[] x, double[] hPrevious, double[] cPrevious, double[]? dropped = null)
    {
        var fromInput = MatrixOracle.Apply(weights.InputWeights, x);
        if (weights.InputBias is not null)
            MatrixOracle.Add(fromInput, weights.InputBias);
        var fromState = MatrixOracle.Apply(weights.RecurrentWeights, dropped ?? hPrevious);
        if (weights.RecurrentBias is not null)
            MatrixOracle.Add(fromState, weights.RecurrentBias);
        return weights.Cell switch
        {
            OracleCell.Lstm => ForwardLstm(x, hPrevious, cPrevious, fromInput, fromState),
            OracleCell.Gru => ForwardGru(x, hPrevious, fromInput, fromState),
            _ => ForwardRnn(weights.Cell, x, hPrevious, fromInput, fromState),
        };
    }

    public static OracleStepGradient Backward(OracleWeights weights, OracleStep step, double[] dH, double[] dC, OracleWeights gradients)
    {
        var hidden = weights.HiddenSize;
        var dFromInput = new double[step.Gates.Length];
        var dFromState = new double[step.Gates.Length];
        var dHDirect = new double[hidden];
        var dCPrevious = new double[step.CPrevious.Length];
        if (weights.Cell == OracleCell.Lstm)
            BackwardLstm(step, dH, dC, dFromInput, dFromState, dCPrevious);
        else if (weights.Cell == OracleCell.Gru)
            BackwardGru(step, dH, dFromInput, dFromState, dHDirect);
        else
            BackwardRnn(weights.Cell, step, dH, dFromInput, dFromState);
        MatrixOracle.AddOuter(gradients.InputWeights, dFromInput, step.X);
        MatrixOracle.AddOuter(gradients.RecurrentWeights, dFromState, step.HPrevious);
        if (gradients.InputBias is not null)
            MatrixOracle.Add(gradients.InputBias, dFromInput);
        if (gradients.RecurrentBias is not null)
            MatrixOracle.Add(gradients.RecurrentBias, dFromState);
        MatrixOracle.Add(dHDirect, MatrixOracle.ApplyTransposed(weights.RecurrentWeights, dFromState, hidden));
        return new(MatrixOracle.ApplyTransposed(weights.InputWeights, dFromInput, weights.InputSize), dHDirect, dCPrevious);
    }

    // h = φ(W·x + U·h' + b)
    private static OracleStep ForwardRnn(OracleCell cell, double[] x, double[] hPrevious, double[] fromInput, double[] fromState)
    {
        var h = new double[hPrevious.Length];
        for (var unit = 0; unit < h.Length; unit++)
        {
            var a = fromInput[unit] + fromState[unit];
            h[unit] = cell == OracleCell.RnnTanh ? Math.Tanh(a) : Relu(a);
        }

        return new(x, hPrevious, [], h, [], h, []);
    }

    private static void BackwardRnn(OracleCell cell, OracleStep step, double[] dH, double[] dFromInput, double[] dFromState)
    {
        for (var unit = 0; unit < dH.Length; unit++)
        {
            var slope = cell == OracleCell.RnnTanh ? TanhSlope(step.H[unit]) : ReluSlope(step.H[unit]);
            dFromInput[unit] = dFromState[unit] = dH[unit] * slope;
        }
    }

    // i, f, o = σ(…), g = tanh(…), c = f·c' + i·g, h = o·tanh(c)
    private static OracleStep ForwardLstm(double[] x, double[] hPrevious, double[] cPrevious, double[] fromInput, double[] fromState)
    {
        var hidden = hPrevious.Length;
        var gates = new double[4 * hidden];
        var h = new double[hidden];
        var c = new double[hidden];
        for (var unit = 0; unit < hidden; unit++)
        {
            var (input, forget, candidate, output) = (unit, hidden + unit, (2 * hidden) + unit, (3 * hidden) + unit);
            gates[input] = Sigmoid(fromInput[input] + fromState[input]);
            gates[forget] = Sigmoid(fromInput[forget] + fromState[forget]);
            gates[candidate] = Math.Tanh(fromInput[candidate] + fromState[candidate]);
            gates[output] = Sigmoid(fromInput[output] + fromState[output]);
            c[unit] = (gates[forget] * cPrevious[unit]) + (gates[input] * gates[candidate]);
            h[unit] = gates[output] * Math.Tanh(c[unit]);
        }

        return new(x, hPrevious, cPrevious, gates, [], h, c);
    }

    private static void BackwardLstm(OracleStep step, double[] dH, double[] dC, double[] dFromInput, double[] dFromState, double[] dCPrevious)
    {
        var hidden = dH.Length;
        for (var unit = 0; unit < hidden; unit++)
        {
            var (input, forget, candidate, output) = (unit, hidden + unit, (2 * hidden) + unit, (3 * hidden) + unit);
            var tanhC = Math.Tanh(step.C[unit]);
            var dCell = dC[unit] + (dH[unit] * step.Gates[output] * TanhSlope(tanhC));
            dFromInput[input] = dCell * step.Gates[candidate] * SigmoidSlope(step.Gates[input]);
            dFromInput[forget] = dCell * step.CPrevious[unit] * SigmoidSlope(step.Gates[forget]);
            dFromInput[candidate] = dCell * step.Gates[input] * TanhSlope(step.Gates[candidate]);
            dFromInput[output] = dH[unit] * tanhC * SigmoidSlope(step.Gates[output]);
            dCPrevious[unit] = dCell * step.Gates[forget];
        }

        dFromInput.CopyTo(dFromState, 0);
    }

    // r, z = σ(…), n = tanh(W·x + b + r·(U·h' + b)), h = (1 − z)·n + z·h'
    private static OracleStep ForwardGru(double[] x, double[] hPrevious, double[] fromInput, double[] fromState)
    {
        var hidden = hPrevious.Length;
        var gates = new double[3 * hidden];
        var recurrentCandidate = new double[hidden];
        var h = new double[hidden];
        for (var unit = 0; unit < hidden; unit++)
        {
            var (reset, update, candidate) = (unit, hidden + unit, (2 * hidden) + unit);
            recurrentCandidate[unit] = fromState[candidate];
            gates[reset] = Sigmoid(fromInput[reset] + fromState[reset]);
            gates[update] = Sigmoid(fromInput[update] + fromState[update]);
            gates[candidate] = Math.Tanh(fromInput[candidate] + (gates[reset] * recurrentCandidate[unit]));
            h[unit] = ((1 - gates[update]) * gates[candidate]) + (gates[update] * hPrevious[unit]);
        }

        return new(x, hPrevious, [], gates, recurrentCandidate, h, []);
    }

    private static void BackwardGru(OracleStep step, double[] dH, double[] dFromInput, double[] dFromState, double[] dHDirect)
    {
        var hidden = dH.Length;
        for (var unit = 0; unit < hidden; unit++)
        {
            var (reset, update, candidate) = (unit, hidden + unit, (2 * hidden) + unit);
            var dCandidate = dH[unit] * (1 - step.Gates[update]) * TanhSlope(step.Gates[candidate]);
            var dUpdate = dH[unit] * (step.HPrevious[unit] - step.Gates[candidate]) * SigmoidSlope(step.Gates[update]);
            var dReset = dCandidate * step.RecurrentCandidate[unit] * SigmoidSlope(step.Gates[reset]);
            dFromInput[reset] = dFromState[reset] = dReset;
            dFromInput[update] = dFromState[update] = dUpdate;
            dFromInput[candidate] = dCandidate;
            dFromState[candidate] = dCandidate * step.Gates[reset];
            dHDirect[unit] = dH[unit] * step.Gates[update];
        }
    }
}
