using Unroll.Cells;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Cells;

/// <summary>One of the one-step classes unrolled by hand over a few steps, with random weights, inputs and gradients from above.</summary>
internal sealed class OneStepCase
{
    private readonly Random random;
    private readonly LstmStep lstm;
    private readonly GruStep gru;
    private readonly VanillaStep vanilla;

    public OneStepCase(OracleCell cell, int inputSize, int hiddenSize, int timeSteps)
    {
        (Cell, InputSize, HiddenSize) = (cell, inputSize, hiddenSize);
        random = new(inputSize + (100 * hiddenSize));
        lstm = new(inputSize, hiddenSize);
        gru = new(inputSize, hiddenSize);
        vanilla = new(inputSize, hiddenSize, hiddenSize);
        foreach (var parameter in lstm.Parameters.Concat(gru.Parameters).Concat(vanilla.Parameters))
            Values(parameter.Values.Length).CopyTo(parameter.Values);
        // The output layer out of the way: y = h.
        vanilla.Why.Values.Clear();
        vanilla.By.Values.Clear();
        for (var unit = 0; unit < hiddenSize; unit++)
            vanilla.Why.Values[(unit * hiddenSize) + unit] = 1;
        X = [.. Enumerable.Range(0, timeSteps).Select(_ => Values(inputSize))];
        DH = [.. Enumerable.Range(0, timeSteps).Select(_ => Values(hiddenSize))];
        (H0, C0, DCLast) = (Values(hiddenSize), Values(hiddenSize), Values(hiddenSize));
    }

    public OracleCell Cell { get; }

    public int InputSize { get; }

    public int HiddenSize { get; }

    public float[][] X { get; }

    public float[] H0 { get; }

    public float[] C0 { get; }

    /// <summary>The gradient of each step's h from above.</summary>
    public float[][] DH { get; }

    /// <summary>The gradient of the last step's c, for the LSTM.</summary>
    public float[] DCLast { get; }

    /// <summary>The results of the run, each step's h.</summary>
    public StepVector[] H { get; private set; } = [];

    public StepVector CLast { get; private set; }

    public StepVector[] DX { get; private set; } = [];

    public StepVector DH0 { get; private set; }

    public StepVector DC0 { get; private set; }

    /// <summary>The parameters by PyTorch's names, gates one under the other.</summary>
    public (string Name, StepParameter?[] Parts)[] Parameters => Cell switch
    {
        OracleCell.Lstm => Named([lstm.Input, lstm.Forget, lstm.Candidate, lstm.Output], null, null, null, null),
        OracleCell.Gru => Named([gru.Reset, gru.Update, gru.Candidate], null, null, gru.CandidateRecurrentBias),
        _ => [("weight_ih", [vanilla.Wxh]), ("weight_hh", [vanilla.Whh]), ("bias_ih", [vanilla.Bh]), ("bias_hh", [null])],
    };

    /// <summary>All values of a named parameter; a part that the class does not have is zero.</summary>
    public float[] ValuesOf(StepParameter?[] parts) => [.. parts.SelectMany(part => part is null ? new float[HiddenSize] : part.Values.ToArray())];

    /// <summary>Forward from the first step to the last, backward from the last to the first.</summary>
    public void Run()
    {
        (H, DX) = (new StepVector[X.Length], new StepVector[X.Length]);
        foreach (var (_, parts) in Parameters)
        {
            foreach (var part in parts)
                part?.ClearGradient();
        }

        switch (Cell)
        {
            case OracleCell.Lstm: RunLstm(); break;
            case OracleCell.Gru: RunGru(); break;
            default: RunVanilla(); break;
        }
    }

    private void RunVanilla()
    {
        var traces = new VanillaStep.Trace[X.Length];
        StepVector h = H0;
        for (var t = 0; t < X.Length; t++)
        {
            traces[t] = vanilla.Forward(X[t], h);
            H[t] = h = traces[t].H;
            Close.Bits("y", h.Values, traces[t].Y.Values);
        }

        DH0 = StepVector.Zeros(HiddenSize);
        for (var t = X.Length - 1; t >= 0; t--)
            (DX[t], DH0) = vanilla.Backward(traces[t], DH[t], DH0);
    }

    private void RunLstm()
    {
        var traces = new LstmStep.Trace[X.Length];
        (StepVector h, StepVector c) = (H0, C0);
        for (var t = 0; t < X.Length; t++)
        {
            traces[t] = lstm.Forward(X[t], h, c);
            H[t] = h = traces[t].H;
            CLast = c = traces[t].C;
        }

        (DH0, DC0) = (StepVector.Zeros(HiddenSize), DCLast);
        for (var t = X.Length - 1; t >= 0; t--)
            (DX[t], DH0, DC0) = lstm.Backward(traces[t], DH0 + DH[t], DC0);
    }

    private void RunGru()
    {
        var traces = new GruStep.Trace[X.Length];
        StepVector h = H0;
        for (var t = 0; t < X.Length; t++)
        {
            traces[t] = gru.Forward(X[t], h);
            H[t] = h = traces[t].H;
        }

        DH0 = StepVector.Zeros(HiddenSize);
        for (var t = X.Length - 1; t >= 0; t--)
            (DX[t], DH0) = gru.Backward(traces[t], DH0 + DH[t]);
    }

    private static (string Name, StepParameter?[] Parts)[] Named(StepGate[] gates, params StepBias?[] recurrentBias) =>
    [
        ("weight_ih", [.. gates.Select(gate => gate.W)]),
        ("weight_hh", [.. gates.Select(gate => gate.U)]),
        ("bias_ih", [.. gates.Select(gate => gate.B)]),
        ("bias_hh", [.. recurrentBias]),
    ];

    private float[] Values(int length) => RandomValues.Singles(random, length);
}
