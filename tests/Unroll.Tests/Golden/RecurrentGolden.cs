using Unroll.Tests.Oracles;

namespace Unroll.Tests.Golden;

/// <summary>A golden file of one <c>nn.RNN</c>, <c>nn.LSTM</c> or <c>nn.GRU</c>.</summary>
internal sealed class RecurrentGolden
{
    public RecurrentGolden(GoldenFile file)
    {
        File = file;
        Bidirectional = file.Flag("bidirectional");
        (InputSize, HiddenSize, Layers) = (file.Number("input_size"), file.Number("hidden_size"), file.Number("num_layers"));
        (TimeSteps, BatchSize) = (file.Number("time"), file.Number("batch"));
        StateLength = Layers * Directions * BatchSize * HiddenSize;
    }

    public GoldenFile File { get; }

    public bool Bidirectional { get; }

    public int Directions => Bidirectional ? 2 : 1;

    public int InputSize { get; }

    public int HiddenSize { get; }

    public int Layers { get; }

    public int TimeSteps { get; }

    public int BatchSize { get; }

    /// <summary>L·D·B·H</summary>
    public int StateLength { get; }

    public bool HasCell => File.Cell == OracleCell.Lstm;

    public bool StateIsGiven => File.Text("initial_state") switch
    {
        "given" => true,
        "zero" => false,
        var other => throw new NotSupportedException($"{File.Name}: initial_state '{other}' is neither 'given' nor 'zero'."),
    };

    public OracleWeights[] Weights()
    {
        var weights = new OracleWeights[Layers * Directions];
        for (var index = 0; index < weights.Length; index++)
        {
            var suffix = RecurrentOracle.Suffix(index, Bidirectional);
            var bias = File.Flag("bias");
            weights[index] = new(
                File.Cell,
                index < Directions ? InputSize : Directions * HiddenSize,
                HiddenSize,
                File.Doubles("param.weight_ih" + suffix),
                File.Doubles("param.weight_hh" + suffix),
                bias ? File.Doubles("param.bias_ih" + suffix) : null,
                bias ? File.Doubles("param.bias_hh" + suffix) : null);
        }

        return weights;
    }

    public OracleSequence Sequence() => new(
        TimeSteps,
        BatchSize,
        File.Doubles("x"),
        StateIsGiven ? File.Doubles("h0") : new double[StateLength],
        !HasCell ? [] : StateIsGiven ? File.Doubles("c0") : new double[StateLength],
        File.Has("lengths") ? File.Integers("lengths") : null);
}
