using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Tests.Oracles;

/// <summary>The masks that variational dropout and dropout of single steps lay on the input of a layer, or null.</summary>
internal delegate double[]? OracleMask(int layer, int length);

/// <summary>
/// A stack with all that <see cref="RecurrentOptions"/> offers, in double precision, one layer, direction, row and step after the other. It reads its parameters
/// by name at each pass, so that they can be varied in place.
/// </summary>
internal sealed class StackOracle(
    OracleCell cell, int inputSize, int hiddenSize, RecurrentOptions options, IReadOnlyDictionary<string, double[]> parameters)
{
    private readonly int directions = options.Bidirectional ? 2 : 1;
    private readonly Dictionary<(int, int, DropoutKey?), OracleRegularization> regularizations = [];

    private int Largest => Enumerable.Range(0, options.Layers).Max(HiddenOf);

    private bool HasCell => cell == OracleCell.Lstm;

    /// <summary>Runs a batch; states are [L·D, B, largest H], zeros behind the units of smaller layers.</summary>
    /// <param name="sequence">What to read; empty states stand for no state.</param>
    /// <param name="masks">What input masks there are, or null.</param>
    /// <param name="dropout">What names the masks of recurrent dropout and zoneout, or null where nothing is random.</param>
    public OracleResult Forward(OracleSequence sequence, OracleMask? masks = null, DropoutKey? dropout = null)
    {
        var states = options.Layers * directions * sequence.BatchSize * Largest;
        var result = new OracleResult([], new double[states], new double[HasCell ? states : 0]);
        var input = sequence.X;
        var width = inputSize;
        for (var layer = 0; layer < options.Layers; layer++)
        {
            var read = masks?.Invoke(layer, input.Length) is { } mask ? [.. input.Zip(mask, (x, m) => x * m)] : input;
            var hidden = HiddenOf(layer);
            var both = Enumerable.Range(0, directions).Select(direction => Direction(layer, direction, width, sequence, read, result, dropout)).ToArray();
            var merged = both.Length == 1 ? both[0] : Merge(both[0], both[1], hidden);
            input = layer == 0 ? merged : Connect(layer, merged, input);
            width = input.Length / (sequence.TimeSteps * sequence.BatchSize);
        }

        return result with { Y = input };
    }

    private int HiddenOf(int layer) => options.LayerSizes?[layer] ?? hiddenSize;

    private double[] Direction(int layer, int direction, int width, OracleSequence sequence, double[] input, OracleResult result, DropoutKey? dropout)
    {
        var (hidden, suffix) = (HiddenOf(layer), $"_l{layer}{(direction == 1 ? "_reverse" : "")}");
        var weights = new OracleWeights(
            cell, width, hidden, parameters["weight_ih" + suffix], parameters["weight_hh" + suffix],
            parameters.GetValueOrDefault("bias_ih" + suffix), parameters.GetValueOrDefault("bias_hh" + suffix));
        if (!regularizations.TryGetValue((layer, direction, dropout), out var regular))
            regularizations[(layer, direction, dropout)] = regular = new(options, layer, direction, dropout, (sequence.TimeSteps, sequence.BatchSize, hidden, hidden));
        var output = new double[sequence.TimeSteps * sequence.BatchSize * hidden];
        for (var row = 0; row < sequence.BatchSize; row++)
        {
            var state = ((((layer * directions) + direction) * sequence.BatchSize) + row) * Largest;
            var h = Start(sequence.H0, state, hidden, "start_hidden" + suffix);
            var c = HasCell ? Start(sequence.C0, state, hidden, "start_cell" + suffix) : [];
            var length = sequence.LengthOf(row);
            for (var taken = 0; taken < length; taken++)
            {
                var time = direction == 1 ? length - 1 - taken : taken;
                var place = (time * sequence.BatchSize) + row;
                var step = CellOracle.Forward(weights, input[(place * width)..((place + 1) * width)], h, c, regular.Dropped(row, h));
                (h, c) = (regular.Output(time, row, h, step.H), HasCell ? regular.State(0, time, row, c, step.C) : []);
                h.CopyTo(output, place * hidden);
            }

            h.CopyTo(result.Hn, state);
            c.CopyTo(result.Cn, HasCell ? state : 0);
        }

        return output;
    }

    private double[] Start(double[] given, int at, int length, string name)
    {
        if (given.Length > 0)
            return given[at..(at + length)];
        return parameters.TryGetValue(name, out var start) ? [.. start] : new double[length];
    }

    private double[] Merge(double[] forward, double[] reverse, int hidden) => options.Merge switch
    {
        DirectionMerge.Sum => [.. forward.Zip(reverse, (f, r) => f + r)],
        DirectionMerge.Mean => [.. forward.Zip(reverse, (f, r) => (f + r) / 2)],
        DirectionMerge.Product => [.. forward.Zip(reverse, (f, r) => f * r)],
        _ => [.. forward.Chunk(hidden).Zip(reverse.Chunk(hidden)).SelectMany(pair => (double[])[.. pair.First, .. pair.Second])],
    };

    private double[] Connect(int layer, double[] hidden, double[] input)
    {
        if (options.Connection == LayerConnection.Plain)
            return hidden;
        if (options.Connection == LayerConnection.Residual)
            return [.. hidden.Zip(input, (h, x) => h + x)];
        var weight = parameters[$"weight_highway_l{layer}"];
        var width = (int)Math.Sqrt(weight.Length);
        var bias = parameters.GetValueOrDefault($"bias_highway_l{layer}") ?? new double[width];
        var output = new List<double>();
        foreach (var (h, x) in hidden.Chunk(width).Zip(input.Chunk(width)))
        {
            var sums = MatrixOracle.Apply(weight, x);
            for (var unit = 0; unit < width; unit++)
            {
                var gate = ActivationOracle.Sigmoid(sums[unit] + bias[unit]);
                output.Add((gate * h[unit]) + ((1 - gate) * x[unit]));
            }
        }

        return [.. output];
    }
}
