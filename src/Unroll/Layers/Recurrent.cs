using System.Globalization;
using Unroll.Cells;
using Unroll.Recurrence;
using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>
/// A recurrent network: one cell unrolled over time, stacked, in one direction or both. Parameters are PyTorch's, by name and shape.
/// </summary>
/// <remarks>
/// Back-propagation through time: Werbos (1990). Both directions: Schuster and Paliwal, "Bidirectional Recurrent Neural Networks" (1997).
/// </remarks>
public class Recurrent : Layer, IRecurrentLayer
{
    private readonly List<Parameter> parameters = [];
    private readonly StackSizes sizes;
    private readonly RecurrentStack stack;

    /// <summary>A stack of zeros, and ones where sums are normalised; an initialiser or a file gives the values.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputSize">I, at least 1.</param>
    /// <param name="hiddenSize">H, at least 1; where the layers differ in size, that of the top layer.</param>
    /// <param name="options">Layers, directions, biases, dropout and more; null for one plain layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the number of layers is below 1, or a rate of dropout or zoneout is outside [0, 1).</exception>
    /// <exception cref="ArgumentException">The options contradict each other, the cell or the hidden size, or a layer's size is not divisible by the heads of the cell.</exception>
    public Recurrent(Cell cell, int inputSize, int hiddenSize, RecurrentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, 1);
        CheckOptions(Options, cell, hiddenSize);
        Cell = cell;
        InputSize = inputSize;
        HiddenSize = hiddenSize;
        sizes = new(cell, inputSize, hiddenSize, Options);
        // The largest matrices, before memory is taken for the others.
        for (var layer = 0; layer < Options.Layers; layer++)
            _ = new Shape(GateRows(cell, sizes.HiddenOf(layer)), Math.Max(sizes.InputOf(layer), sizes.HiddenOf(layer)));
        var weights = new CellWeights[Options.Layers][];
        for (var layer = 0; layer < Options.Layers; layer++)
        {
            weights[layer] = new CellWeights[Directions];
            for (var direction = 0; direction < Directions; direction++)
                weights[layer][direction] = CreateWeights(layer, direction);
        }

        stack = new(cell, Options, sizes, weights);
        parameters.AddRange(stack.Parameters);
    }

    /// <summary>The cell.</summary>
    public Cell Cell { get; }

    /// <summary>I.</summary>
    public int InputSize { get; }

    /// <summary>H; where the layers differ in size, that of the top layer.</summary>
    public int HiddenSize { get; }

    /// <summary>Layers, directions, biases, dropout and more.</summary>
    public RecurrentOptions Options { get; }

    /// <inheritdoc/>
    public int LayerCount => Options.Layers;

    /// <inheritdoc/>
    public WeightFormat Weights => WeightFormat.Float32;

    /// <summary>D: 2 when bidirectional, else 1.</summary>
    public int Directions => Options.Directions;

    /// <summary>The size of the last dimension of the output: D·H, or H where directions are merged otherwise than by concatenation.</summary>
    public int OutputSize => sizes.OutputOf(Options.Layers - 1);

    /// <summary>
    /// For each layer and direction: <c>weight_ih_l0</c> [G·H, I], <c>weight_hh_l0</c> [G·H, H], <c>bias_ih_l0</c> and <c>bias_hh_l0</c> [G·H],
    /// the reverse direction with the suffix <c>_reverse</c>. A cell without a recurrent matrix has no <c>_hh</c>; its unit weights, each [H], come last.
    /// After the layers, for each highway of W values, <c>weight_highway_l1</c> [W, W] and <c>bias_highway_l1</c> [W]; then, for each layer and direction with a
    /// trainable start, <c>start_hidden_l0</c> [H] and <c>start_cell_l0</c> [S·H].
    /// </summary>
    public sealed override IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>A state of zeros. Until somebody writes to it, it stands for none: a layer with a trainable start begins with that.</summary>
    /// <param name="batchSize">B, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    public RecurrentState CreateState(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return RecurrentState.Zero(Cell, Options.Layers * Directions, batchSize, sizes.Largest, sizes.LargestGiven);
    }

    /// <summary>Runs all time steps of a batch of sequences.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">[T, B, I], T and B at least 1.</param>
    /// <param name="initial">The state before the first step, or null for zero or what the layer has learned to start with.</param>
    /// <param name="lengths">
    /// The length of each row, 1…T, or empty when all are T. Steps beyond a row's length are not computed; the reverse direction starts at each
    /// row's own end.
    /// </param>
    /// <param name="dropout">Names the masks while training, which have the 22·L + 1 places after its own; null for none, and zoneout in expectation.</param>
    /// <exception cref="ArgumentException">The input, the state or the lengths do not fit.</exception>
    public RecurrentOutput Forward(
        Tape tape, Tensor input, RecurrentState? initial = null, ReadOnlySpan<int> lengths = default, DropoutKey? dropout = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        return Forward(tape, input, null, initial, lengths, dropout);
    }

    /// <summary>
    /// Runs all time steps of a batch of token sequences: the embedding's forward and this layer's, with the same outputs and gradients of all
    /// parameters. A vocabulary smaller than half of T·B costs less here than apart, because equal tokens share their input product.
    /// </summary>
    /// <param name="tape">The tape.</param>
    /// <param name="embedding">Vectors of size I.</param>
    /// <param name="tokens">T·B tokens, time-major.</param>
    /// <param name="timeSteps">T, at least 1.</param>
    /// <param name="batchSize">B, at least 1.</param>
    /// <param name="initial">The state before the first step, or null for zero or what the layer has learned to start with.</param>
    /// <param name="lengths">
    /// The length of each row, 1…T, or empty when all are T; tokens beyond it are looked up and not read, so any token of the vocabulary will do there.
    /// </param>
    /// <param name="dropout">Names the masks while training, which have the 22·L + 1 places after its own; null for none, and zoneout in expectation.</param>
    /// <exception cref="ArgumentException">The embedding, the tokens, the state or the lengths do not fit.</exception>
    public RecurrentOutput Forward(
        Tape tape, Embedding embedding, ReadOnlySpan<int> tokens, int timeSteps, int batchSize, RecurrentState? initial = null,
        ReadOnlySpan<int> lengths = default, DropoutKey? dropout = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(embedding);
        var input = LinearOperations.LookUp(tape, embedding.Weight, tokens, timeSteps, batchSize, out var gathered);
        return Forward(tape, input, gathered, initial, lengths, dropout);
    }

    /// <summary>
    /// What a whole sequence has come to, for a head that answers once for all of it: the hidden state of the top layer after each row's last step, its
    /// directions merged as the options say. The reverse direction's last step is at the row's beginning, so both have read everything.
    /// </summary>
    /// <param name="tape">The tape of the forward pass.</param>
    /// <param name="output">What <see cref="Forward(Tape, Tensor, RecurrentState?, ReadOnlySpan{int}, DropoutKey?)"/> of this layer gave.</param>
    /// <returns>[B, <see cref="OutputSize"/>]. Inputs that a connection leads past the top layer are not in it.</returns>
    /// <exception cref="ArgumentException">The output is that of another layer.</exception>
    public Tensor FinalTop(Tape tape, RecurrentOutput output)
    {
        ArgumentNullException.ThrowIfNull(tape);
        var final = output.FinalHidden;
        if (final is null || final.Shape.Rank != 3 || final.Shape[0] != Options.Layers * Directions || final.Shape[2] != sizes.LargestGiven)
            throw new ArgumentException($"The output has final states of shape {final?.Shape.ToString() ?? "none"}; this layer gives [{Options.Layers * Directions}, batchSize, {sizes.LargestGiven}]. Was it another layer's?", nameof(output));
        return stack.FinalTop(tape, final);
    }

    private RecurrentOutput Forward(
        Tape tape, Tensor input, GatheredRows? gathered, RecurrentState? initial, ReadOnlySpan<int> lengths, DropoutKey? dropout)
    {
        RecurrentCall.CheckInput(input, InputSize);
        RecurrentCall.CheckState(initial, Cell, Options.Layers * Directions, input.Shape[1], sizes);
        SequenceOperations.CheckLengths(lengths, input.Shape);
        return stack.Forward(tape, input, gathered, initial, lengths, dropout);
    }

    /// <summary>Opens a stream: this layer step by step with a state of its own. Many streams may share one layer, from many threads.</summary>
    /// <exception cref="InvalidOperationException">The layer is bidirectional: its reverse direction needs the end of the sequence first.</exception>
    public RecurrentStream OpenStream()
    {
        CheckSteps();
        return stack.OpenStream(this);
    }

    /// <inheritdoc/>
    public RecurrentStreamBatch OpenStreamBatch()
    {
        CheckSteps();
        return stack.OpenStreamBatch(this);
    }

    /// <summary>A copy whose matrices take fewer bits, for steps alone: it is smaller, steps faster, and computes nearly the same.</summary>
    /// <param name="weights">The format of the copy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is float32, which this layer is, or unknown.</exception>
    /// <exception cref="InvalidOperationException">
    /// The layer is bidirectional, its cell splits the units into heads, or a weight is not finite or too large for the format.
    /// </exception>
    public QuantizedRecurrent Quantize(WeightFormat weights)
    {
        StoredWeights.CheckNarrow(weights, nameof(weights));
        if (Cell.Heads > 1)
            throw new InvalidOperationException($"A layer whose units are split into heads cannot be quantized; '{Cell}' has {Cell.Heads}.");
        if (Options.Bidirectional)
            throw new InvalidOperationException("A bidirectional layer cannot be quantized: quantized layers run step by step, and its reverse direction starts at the end of the sequence.");
        return new(Cell, Options, [.. parameters.Select(parameter => StoredWeights.Of(parameter, weights))]);
    }

    private CellWeights CreateWeights(int layer, int direction)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $"_l{layer}{(direction == 1 ? "_reverse" : "")}");
        var all = CellParameter.Of(Cell, sizes.InputOf(layer), sizes.HiddenOf(layer), sizes.GivenOf(layer), Options.Bias, suffix);
        var parameters = all.Select(parameter => Add(parameter.Name, new([.. parameter.Dimensions.Select(size => checked((int)size))])));
        parameters.InputGain?.Values.Fill(1);
        parameters.RecurrentGain?.Values.Fill(1);
        return new(Cell, parameters);
    }

    /// <summary>G·H.</summary>
    private static int GateRows(Cell cell, int hiddenSize)
    {
        var gates = cell.GateCount;
        if (hiddenSize > Shape.MaximumLength / (2 * gates))
            throw new ArgumentOutOfRangeException(nameof(hiddenSize), hiddenSize, $"The weights of {gates} gates of {hiddenSize} units fit no tensor.");
        return gates * hiddenSize;
    }

    private Parameter Add(string name, Shape shape)
    {
        var parameter = new Parameter(name, shape) { IsFixed = Cell.IsFixed };
        parameters.Add(parameter);
        return parameter;
    }

    private void CheckSteps()
    {
        if (Options.Bidirectional)
            throw new InvalidOperationException("A bidirectional layer cannot run step by step: its reverse direction starts at the end of the sequence.");
    }

    private static void CheckOptions(RecurrentOptions options, Cell cell, int hiddenSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Layers, 1, nameof(options));
        foreach (var rate in (ReadOnlySpan<float>)[options.Dropout, options.VariationalDropout, options.RecurrentDropout])
        {
            if (!(rate >= 0 && rate < 1))
                throw new ArgumentOutOfRangeException(nameof(options), rate, "A dropout rate is at least 0 and below 1.");
        }

        foreach (var rate in (ReadOnlySpan<float>)[options.ZoneoutOutput, options.ZoneoutState])
        {
            if (!(rate >= 0 && rate < 1))
                throw new ArgumentOutOfRangeException(nameof(options), rate, "A zoneout rate is at least 0 and below 1.");
        }

        if (options.Problem(cell, hiddenSize) is { } problem)
            throw new ArgumentException(problem, nameof(options));
    }
}
