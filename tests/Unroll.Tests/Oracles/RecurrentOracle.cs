namespace Unroll.Tests.Oracles;

/// <summary>What a stack read: x [T, B, I], h0 and c0 [L·D, B, H] (c0 only LSTM), one length a row (null: all T).</summary>
internal sealed record OracleSequence(int TimeSteps, int BatchSize, double[] X, double[] H0, double[] C0, int[]? Lengths = null)
{
    public int LengthOf(int row) => Lengths is null ? TimeSteps : Lengths[row];
}

/// <summary>What a stack wrote: y [T, B, D·H] with zeros past each row's length, hn and cn [L·D, B, H] at each row's own end.</summary>
internal sealed record OracleResult(double[] Y, double[] Hn, double[] Cn);

/// <summary>The gradients of everything a stack read.</summary>
internal sealed record OracleGradients(double[] X, double[] H0, double[] C0, OracleWeights[] Weights);

/// <summary>
/// A stack of recurrent layers in double precision, row by row and step by step. Weights stand as layer 0 forward, layer 0 reverse, layer 1 …
/// </summary>
internal sealed class RecurrentOracle(OracleWeights[] weights, bool bidirectional)
{
    private readonly int directions = bidirectional ? 2 : 1;
    private readonly int hidden = weights[0].HiddenSize;
    private readonly bool hasCell = weights[0].Cell == OracleCell.Lstm;

    /// <summary>The steps of the last forward pass: [layer and direction][row][step in the order it was taken].</summary>
    private readonly OracleStep[][][] trace = new OracleStep[weights.Length][][];

    public static OracleWeights[] RandomWeights(
        OracleCell cell, int inputSize, int hiddenSize, int layers, bool bidirectional, bool bias, Random random)
    {
        var directions = bidirectional ? 2 : 1;
        var stack = new OracleWeights[layers * directions];
        for (var index = 0; index < stack.Length; index++)
            stack[index] = OracleWeights.Random(cell, index < directions ? inputSize : directions * hiddenSize, hiddenSize, bias, random);
        return stack;
    }

    /// <summary>The suffix PyTorch gives a parameter: <c>_l0</c>, <c>_l0_reverse</c> …</summary>
    public static string Suffix(int index, bool bidirectional) =>
        bidirectional ? $"_l{index / 2}{(index % 2 == 1 ? "_reverse" : "")}" : $"_l{index}";

    public OracleResult Forward(OracleSequence sequence)
    {
        var (time, batch) = (sequence.TimeSteps, sequence.BatchSize);
        var result = new OracleResult([], new double[weights.Length * batch * hidden], new double[hasCell ? weights.Length * batch * hidden : 0]);
        var layerInput = sequence.X;
        for (var layer = 0; layer < weights.Length / directions; layer++)
        {
            var layerOutput = new double[time * batch * directions * hidden];
            for (var direction = 0; direction < directions; direction++)
            {
                var index = (layer * directions) + direction;
                trace[index] = new OracleStep[batch][];
                for (var row = 0; row < batch; row++)
                    trace[index][row] = ForwardRow(index, row, sequence, layerInput, layerOutput, result);
            }

            layerInput = layerOutput;
        }

        return result with { Y = layerInput };
    }

    /// <summary>The gradients for the seeds dY, dHn, dCn of the last forward pass.</summary>
    public OracleGradients Backward(OracleSequence sequence, double[] dY, double[] dHn, double[] dCn)
    {
        var (time, batch) = (sequence.TimeSteps, sequence.BatchSize);
        var gradients = new OracleGradients(
            [], new double[sequence.H0.Length], new double[sequence.C0.Length], [.. weights.Select(w => w.ZerosAlike())]);
        var dOutput = dY;
        for (var layer = (weights.Length / directions) - 1; layer >= 0; layer--)
        {
            var dInput = new double[time * batch * weights[layer * directions].InputSize];
            for (var direction = 0; direction < directions; direction++)
            {
                for (var row = 0; row < batch; row++)
                    BackwardRow((layer * directions) + direction, row, sequence, dOutput, dInput, (dHn, dCn), gradients);
            }

            dOutput = dInput;
        }

        return gradients with { X = dOutput };
    }

    private OracleStep[] ForwardRow(
        int index, int row, OracleSequence sequence, double[] input, double[] output, OracleResult result)
    {
        var length = sequence.LengthOf(row);
        var steps = new OracleStep[length];
        var state = StateAt(index, row, sequence.BatchSize);
        var h = sequence.H0[state];
        var c = hasCell ? sequence.C0[state] : [];
        for (var taken = 0; taken < length; taken++)
        {
            var place = (TimeOf(index, taken, length) * sequence.BatchSize) + row;
            var inputSize = weights[index].InputSize;
            steps[taken] = CellOracle.Forward(weights[index], input[(place * inputSize)..((place + 1) * inputSize)], h, c);
            (h, c) = (steps[taken].H, steps[taken].C);
            h.CopyTo(output, OutputAt(place, index));
        }

        h.CopyTo(result.Hn, state.Start.Value);
        if (hasCell)
            c.CopyTo(result.Cn, state.Start.Value);
        return steps;
    }

    private void BackwardRow(
        int index, int row, OracleSequence sequence, double[] dOutput, double[] dInput, (double[] Hn, double[] Cn) dFinal, OracleGradients gradients)
    {
        var length = sequence.LengthOf(row);
        var state = StateAt(index, row, sequence.BatchSize);
        var dH = dFinal.Hn[state];
        var dC = hasCell ? dFinal.Cn[state] : [];
        for (var taken = length - 1; taken >= 0; taken--)
        {
            var place = (TimeOf(index, taken, length) * sequence.BatchSize) + row;
            MatrixOracle.Add(dH, dOutput.AsSpan(OutputAt(place, index), hidden));
            var step = CellOracle.Backward(weights[index], trace[index][row][taken], dH, dC, gradients.Weights[index]);
            MatrixOracle.Add(dInput.AsSpan(place * weights[index].InputSize, weights[index].InputSize), step.X);
            (dH, dC) = (step.HPrevious, step.CPrevious);
        }

        dH.CopyTo(gradients.H0, state.Start.Value);
        if (hasCell)
            dC.CopyTo(gradients.C0, state.Start.Value);
    }

    private bool IsReverse(int index) => bidirectional && index % 2 == 1;

    private int TimeOf(int index, int taken, int length) => IsReverse(index) ? length - 1 - taken : taken;

    private int OutputAt(int place, int index) => (place * directions * hidden) + (IsReverse(index) ? hidden : 0);

    private Range StateAt(int index, int row, int batch) =>
        (((index * batch) + row) * hidden)..(((index * batch) + row + 1) * hidden);
}
