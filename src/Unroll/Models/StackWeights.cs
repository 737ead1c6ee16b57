using System.Globalization;
using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Recurrence;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>The recurrent stack of a model: its tensors by name and shape before there is one, and how a new one starts.</summary>
internal static class StackWeights
{
    /// <summary>Where the biases of highways start: mostly passing the input on (Srivastava et al., 2015, section 2.2, names −1 and −3).</summary>
    private const float HighwayBias = -1;

    /// <summary>What stands before the names of the parameters of a model's first stack.</summary>
    private const string DefaultPrefix = "rnn.";

    /// <summary>The size of the last dimension of a stack's output.</summary>
    public static int OutputOf(Cell cell, RecurrentOptions stack, int hiddenSize) => stack.Directions * stack.GivenOf(cell, stack.Layers - 1, hiddenSize);

    /// <summary>What that size is called.</summary>
    public static string OutputName(Cell cell, RecurrentOptions stack) => (stack.Bidirectional ? "2 · " : "") + (cell.ProjectsOutput ? "projectionSize" : "hiddenSize");

    /// <summary>The names and shapes of a stack whose directions are concatenated, without making it.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="stack">The choices.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="inputSize">I.</param>
    /// <param name="inputName">What the input size is called.</param>
    /// <param name="prefix">What stands before the names, with the dot.</param>
    public static IEnumerable<(string Name, long[] Shape, string Formula)> ShapesOf(
        Cell cell, RecurrentOptions stack, int hiddenSize, int inputSize, string inputName, string prefix = DefaultPrefix)
    {
        int GivenOf(int layer) => stack.GivenOf(cell, layer, hiddenSize);
        for (var layer = 0; layer < stack.Layers; layer++)
        {
            var (input, name) = layer == 0 ? (inputSize, inputName) : ((long)stack.Directions * GivenOf(layer - 1), OutputName(cell, stack));
            for (var direction = 0; direction < stack.Directions; direction++)
            {
                foreach (var parameter in CellParameter.Of(cell, input, stack.SizeOf(layer, hiddenSize), GivenOf(layer), hasBias: true, Suffix(layer, direction), name).All)
                    yield return (prefix + parameter.Name, parameter.Dimensions, parameter.Formula);
            }
        }

        for (var layer = 1; layer < stack.Layers && stack.Connection == LayerConnection.Highway; layer++)
        {
            var width = (long)stack.Directions * GivenOf(layer);
            yield return ($"{prefix}weight_highway_l{layer}", [width, width], $"{OutputName(cell, stack)}, {OutputName(cell, stack)}");
            yield return ($"{prefix}bias_highway_l{layer}", [width], OutputName(cell, stack));
        }

        for (var layer = 0; layer < stack.Layers && stack.TrainableStart; layer++)
        {
            for (var direction = 0; direction < stack.Directions; direction++)
            {
                yield return ($"{prefix}start_hidden{Suffix(layer, direction)}", [GivenOf(layer)], cell.ProjectsOutput ? "projectionSize" : "hiddenSize");
                if (cell.StateCount > 0)
                    yield return ($"{prefix}start_cell{Suffix(layer, direction)}", [(long)cell.StateCount * stack.SizeOf(layer, hiddenSize)], cell.StateCount == 1 ? "hiddenSize" : $"{cell.StateCount} · hiddenSize");
            }
        }
    }

    /// <summary>Draws the weights of a stack, each parameter from its own stream of the seed.</summary>
    /// <param name="rnn">The stack.</param>
    /// <param name="initialization">What the recurrent weights are drawn from.</param>
    /// <param name="forgetBias">What the biases of a forget gate add up to, or null.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="stream">The stream of the first parameter; moves on to that after the last.</param>
    public static void Initialize(Recurrent rnn, RecurrentInitialization initialization, float? forgetBias, ulong seed, ref ulong stream)
    {
        foreach (var parameter in rnn.Parameters)
        {
            var random = new CounterRandom(seed, stream++);
            Initialize(parameter, rnn, initialization, ref random);
        }

        if (forgetBias is { } bias && rnn.Cell.ForgetGate is { } gate)
            SetForgetBias(rnn, bias, gate, rnn.Cell.GateCount);
    }

    private static void Initialize(Parameter parameter, Recurrent rnn, RecurrentInitialization initialization, ref CounterRandom random)
    {
        var cell = rnn.Cell;
        if (OwnName(parameter).StartsWith("start_", StringComparison.Ordinal) || OwnName(parameter).StartsWith("gain_", StringComparison.Ordinal))
            return;
        if (OwnName(parameter).StartsWith("bias_highway", StringComparison.Ordinal))
            SetAll(parameter, HighwayBias);
        else if (UnitWeightOf(cell, parameter) is { } weight)
            Initializer.Uniform(parameter, weight.Low, weight.High, ref random);
        else if (cell.IsFixed && parameter.Name.Contains("weight_hh", StringComparison.Ordinal))
            Initializer.Reservoir(parameter, ref random);
        else if (initialization == RecurrentInitialization.Orthogonal && parameter.Name.Contains("weight_hh", StringComparison.Ordinal))
            Initializer.Orthogonal(parameter, ref random, cell.GateCount * cell.Heads);
        else
            Initializer.TorchUniform(parameter, SizeOfLayer(parameter, rnn), ref random);
    }

    private static void SetAll(Parameter parameter, float value)
    {
        parameter.Values.Fill(value);
        parameter.MarkChanged();
    }

    /// <summary>H of the layer that a parameter belongs to; its name ends with the layer and perhaps the direction, <c>_l0_reverse</c>.</summary>
    private static int SizeOfLayer(Parameter parameter, Recurrent rnn)
    {
        if (rnn.Options.LayerSizes is not { } sizes)
            return rnn.HiddenSize;
        var digits = parameter.Name.AsSpan(parameter.Name.LastIndexOf("_l", StringComparison.Ordinal) + 2);
        var end = digits.IndexOf('_');
        return sizes[int.Parse(end < 0 ? digits : digits[..end], CultureInfo.InvariantCulture)];
    }

    private static void SetForgetBias(Recurrent rnn, float bias, int gate, int gates)
    {
        var inputBiases = rnn.Parameters.Where(parameter => parameter.Name.Contains("bias_ih", StringComparison.Ordinal)).ToList();
        var recurrentBiases = rnn.Parameters.Where(parameter => parameter.Name.Contains("bias_hh", StringComparison.Ordinal)).ToList();
        for (var index = 0; index < inputBiases.Count; index++)
            Initializer.ForgetGateBias(inputBiases[index], index < recurrentBiases.Count ? recurrentBiases[index] : null, bias, gate, gates);
    }

    /// <summary>The unit weight that a parameter of the recurrent layers holds, or null for a matrix or a bias.</summary>
    private static UnitWeight? UnitWeightOf(Cell cell, Parameter parameter) => cell.UnitWeights.FirstOrDefault(weight =>
        OwnName(parameter)[..OwnName(parameter).LastIndexOf("_l", StringComparison.Ordinal)].SequenceEqual(weight.Name));

    /// <summary>The name of a parameter in its stack, without what stands before the first dot.</summary>
    private static ReadOnlySpan<char> OwnName(Parameter parameter) => parameter.Name.AsSpan(parameter.Name.IndexOf('.') + 1);

    private static string Suffix(int layer, int direction) => string.Create(CultureInfo.InvariantCulture, $"_l{layer}{(direction == 1 ? "_reverse" : "")}");
}
