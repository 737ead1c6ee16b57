using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Layers;

/// <summary>Stacks that differ from plain layers of one size in one way, in two, or in all that go together.</summary>
internal static class StackCases
{
    public const int InputSize = 5;
    public const int HiddenSize = 18;

    private static readonly Dictionary<string, RecurrentOptions> choices = new()
    {
        ["plain"] = new() { Layers = 2 },
        ["residual"] = new() { Layers = 3, Connection = LayerConnection.Residual },
        ["highway"] = new() { Layers = 3, Connection = LayerConnection.Highway },
        ["highway without biases"] = new() { Layers = 2, Connection = LayerConnection.Highway, Bias = false },
        ["growing"] = new() { Layers = 3, LayerSizes = [3, 17, HiddenSize] },
        ["shrinking"] = new() { Layers = 2, LayerSizes = [35, HiddenSize], TrainableStart = true },
        ["start"] = new() { Layers = 2, TrainableStart = true },
        ["highway from a start"] = new() { Layers = 2, Connection = LayerConnection.Highway, TrainableStart = true },
        ["sum"] = new() { Layers = 2, Bidirectional = true, Merge = DirectionMerge.Sum },
        ["mean"] = new() { Layers = 1, Bidirectional = true, Merge = DirectionMerge.Mean },
        ["product"] = new() { Layers = 2, Bidirectional = true, Merge = DirectionMerge.Product },
        ["two directions of two sizes"] = new() { Layers = 2, Bidirectional = true, LayerSizes = [7, HiddenSize], TrainableStart = true },
        ["two directions past a layer"] = new() { Layers = 2, Bidirectional = true, Connection = LayerConnection.Residual },
        ["kept and dropped"] = new() { Layers = 2, ZoneoutOutput = 0.3f, RecurrentDropout = 0.4f },
        ["kept from a start"] = new() { Layers = 2, LayerSizes = [35, HiddenSize], TrainableStart = true, ZoneoutOutput = 0.2f },
        ["dropped past a layer"] = new() { Layers = 2, Connection = LayerConnection.Residual, RecurrentDropout = 0.4f },
        ["kept and dropped in two directions"] = new() { Layers = 2, Bidirectional = true, ZoneoutOutput = 0.3f, RecurrentDropout = 0.4f },
        ["merged directions past a highway"] = new()
        {
            Layers = 2,
            Bidirectional = true,
            Merge = DirectionMerge.Mean,
            Connection = LayerConnection.Highway,
            TrainableStart = true,
        },
    };

    /// <summary>All of them by name.</summary>
    public static IReadOnlyCollection<string> Names => choices.Keys;

    /// <summary>Those that run step by step.</summary>
    public static IEnumerable<string> Streamed => choices.Where(choice => !choice.Value.Bidirectional).Select(choice => choice.Key);

    public static RecurrentOptions Options(string name) => choices[name];

    /// <summary>The same for one cell: where outputs are kept, so are its states if it has any.</summary>
    public static RecurrentOptions Options(string name, Cell cell) =>
        choices[name] with { ZoneoutState = choices[name].ZoneoutOutput > 0 && cell.ZoneoutStateCount > 0 ? 0.4f : 0 };

    /// <summary>A layer with random parameters.</summary>
    public static Recurrent Create(Cell cell, RecurrentOptions options, int seed = 3)
    {
        var layer = new Recurrent(cell, InputSize, HiddenSize, options);
        var random = new Random(seed);
        foreach (var parameter in layer.Parameters)
            EngineRun.Write(parameter, RandomValues.Uniform(random, parameter.Length, 0.4));
        return layer;
    }

    /// <summary>The parameters of a layer in double precision, by name.</summary>
    public static Dictionary<string, double[]> Values(Recurrent layer) =>
        layer.Parameters.ToDictionary(parameter => parameter.Name, parameter => RandomValues.ToDouble(parameter.Values));
}
