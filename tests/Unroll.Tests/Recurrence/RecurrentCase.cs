using CsCheck;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Recurrence;

/// <summary>A random recurrent stack and a batch for it.</summary>
internal sealed record RecurrentCase(
    OracleCell Cell, int InputSize, int HiddenSize, int Layers, bool Bidirectional, bool Bias, int TimeSteps, int BatchSize, int Seed)
{
    /// <summary>Sizes around one vector and one block of units at every lane width, and rests of them.</summary>
    private static readonly int[] sizeChoices = [1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 47, 48, 49, 65];

    private static readonly Gen<int> sizes = Gen.Int[0, sizeChoices.Length - 1].Select(index => sizeChoices[index]);

    public static Gen<RecurrentCase> All { get; } =
        from cell in Gen.Enum<OracleCell>()
        from inputSize in sizes
        from hiddenSize in sizes
        from layers in Gen.Int[1, 3]
        from bidirectional in Gen.Bool
        from bias in Gen.Bool
        from timeSteps in Gen.Int[1, 7]
        from batchSize in Gen.Int[1, 7]
        from seed in Gen.Int[0, 1_000_000]
        select new RecurrentCase(cell, inputSize, hiddenSize, layers, bidirectional, bias, timeSteps, batchSize, seed);

    public int Directions => Bidirectional ? 2 : 1;

    public int StateRows => Layers * Directions;

    public bool HasCell => Cell == OracleCell.Lstm;

    public OracleWeights[] Weights() =>
        RecurrentOracle.RandomWeights(Cell, InputSize, HiddenSize, Layers, Bidirectional, Bias, new Random(Seed));

    public OracleSequence Sequence(bool mixedLengths = false)
    {
        var random = new Random(Seed + 1);
        var states = StateRows * BatchSize * HiddenSize;
        return new(
            TimeSteps,
            BatchSize,
            RandomValues.Uniform(random, TimeSteps * BatchSize * InputSize),
            RandomValues.Uniform(random, states),
            RandomValues.Uniform(random, HasCell ? states : 0),
            mixedLengths ? [.. Enumerable.Range(0, BatchSize).Select(_ => random.Next(1, TimeSteps + 1))] : null);
    }

    public (double[] Y, double[] Hn, double[] Cn) Seeds()
    {
        var random = new Random(Seed + 2);
        var states = StateRows * BatchSize * HiddenSize;
        return (
            RandomValues.Uniform(random, TimeSteps * BatchSize * Directions * HiddenSize),
            RandomValues.Uniform(random, states),
            RandomValues.Uniform(random, HasCell ? states : 0));
    }
}
