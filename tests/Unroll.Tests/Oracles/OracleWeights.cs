namespace Unroll.Tests.Oracles;

internal enum OracleCell
{
    RnnTanh,
    RnnRelu,
    Lstm,
    Gru,
}

/// <summary>The weights of one layer and direction: W [G·H, I], U [G·H, H], both biases [G·H] or none; gates in PyTorch's order.</summary>
internal sealed record OracleWeights(
    OracleCell Cell, int InputSize, int HiddenSize, double[] InputWeights, double[] RecurrentWeights, double[]? InputBias, double[]? RecurrentBias)
{
    public static int Gates(OracleCell cell) => cell switch { OracleCell.Lstm => 4, OracleCell.Gru => 3, _ => 1 };

    public static OracleWeights Random(OracleCell cell, int inputSize, int hiddenSize, bool bias, Random random)
    {
        var rows = Gates(cell) * hiddenSize;
        var scale = 1 / Math.Sqrt(hiddenSize);
        return new(
            cell,
            inputSize,
            hiddenSize,
            RandomValues.Uniform(random, rows * inputSize, scale),
            RandomValues.Uniform(random, rows * hiddenSize, scale),
            bias ? RandomValues.Uniform(random, rows, scale) : null,
            bias ? RandomValues.Uniform(random, rows, scale) : null);
    }

    /// <summary>Zeros of the same sizes, to add gradients to.</summary>
    public OracleWeights ZerosAlike() => this with
    {
        InputWeights = new double[InputWeights.Length],
        RecurrentWeights = new double[RecurrentWeights.Length],
        InputBias = InputBias is null ? null : new double[InputBias.Length],
        RecurrentBias = RecurrentBias is null ? null : new double[RecurrentBias.Length],
    };

    /// <summary>The arrays with PyTorch's names, without the suffix for layer and direction.</summary>
    public IEnumerable<(string Name, double[] Values)> Named()
    {
        yield return ("weight_ih", InputWeights);
        yield return ("weight_hh", RecurrentWeights);
        if (InputBias is not null)
            yield return ("bias_ih", InputBias);
        if (RecurrentBias is not null)
            yield return ("bias_hh", RecurrentBias);
    }
}
