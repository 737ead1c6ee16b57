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
    private readonly CellWeights[][] weights;

    /// <summary>A stack of zeros, and ones where sums are normalised; an initialiser or a file gives the values.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputSize">I, at least 1.</param>
    /// <param name="hiddenSize">H, at least 1.</param>
    /// <param name="options">Layers, directions, biases, dropout; null for one plain layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the number of layers is below 1, or the dropout rate is outside [0, 1).</exception>
    /// <exception cref="ArgumentException">The hidden size is not divisible by the heads of the cell.</exception>
    public Recurrent(Cell cell, int inputSize, int hiddenSize, RecurrentOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        Options = options ?? new();
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Options.Layers, 1, nameof(options));
        if (!(Options.Dropout >= 0 && Options.Dropout < 1))
            throw new ArgumentOutOfRangeException(nameof(options), Options.Dropout, "A dropout rate is at least 0 and below 1.");
        if (hiddenSize % cell.Heads != 0)
            throw new ArgumentException($"The cell '{cell}' splits its units into {cell.Heads} heads of the same size; {hiddenSize} units are not divisible by {cell.Heads}.", nameof(hiddenSize));
        Cell = cell;
        InputSize = inputSize;
        HiddenSize = hiddenSize;
        var gates = GateRows(cell, hiddenSize);
        // The largest matrix, before memory is taken for the others.
        _ = new Shape(gates, Math.Max(inputSize, OutputSize));
        weights = new CellWeights[Options.Layers][];
        for (var layer = 0; layer < Options.Layers; layer++)
        {
            weights[layer] = new CellWeights[Directions];
            for (var direction = 0; direction < Directions; direction++)
                weights[layer][direction] = CreateWeights(layer, direction);
        }
    }

    /// <summary>The cell.</summary>
    public Cell Cell { get; }

    /// <summary>I.</summary>
    public int InputSize { get; }

    /// <summary>H.</summary>
    public int HiddenSize { get; }

    /// <summary>Layers, directions, biases, dropout.</summary>
    public RecurrentOptions Options { get; }

    /// <inheritdoc/>
    public int LayerCount => Options.Layers;

    /// <inheritdoc/>
    public WeightFormat Weights => WeightFormat.Float32;

    /// <summary>D: 2 when bidirectional, else 1.</summary>
    public int Directions => Options.Bidirectional ? 2 : 1;

    /// <summary>D·H: the size of the last dimension of the output.</summary>
    public int OutputSize => Directions * HiddenSize;

    /// <summary>
    /// For each layer and direction: <c>weight_ih_l0</c> [G·H, I], <c>weight_hh_l0</c> [G·H, H], <c>bias_ih_l0</c> and <c>bias_hh_l0</c> [G·H],
    /// the reverse direction with the suffix <c>_reverse</c>. A cell without a recurrent matrix has no <c>_hh</c>; its unit weights, each [H], come last.
    /// </summary>
    public sealed override IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>A state of zeros.</summary>
    /// <param name="batchSize">B, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is below 1.</exception>
    public RecurrentState CreateState(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return RecurrentState.Zero(Cell, Options.Layers * Directions, batchSize, HiddenSize);
    }

    /// <summary>Runs all time steps of a batch of sequences.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">[T, B, I], T and B at least 1.</param>
    /// <param name="initial">The state before the first step, or null for zero.</param>
    /// <param name="lengths">
    /// The length of each row, 1…T, or empty when all are T. Steps beyond a row's length are not computed; the reverse direction starts at each
    /// row's own end.
    /// </param>
    /// <param name="dropout">Names the masks between layers while training, or null for none.</param>
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
    /// <param name="initial">The state before the first step, or null for zero.</param>
    /// <param name="dropout">Names the masks between layers while training, or null for none.</param>
    /// <exception cref="ArgumentException">The embedding, the tokens or the state do not fit.</exception>
    public RecurrentOutput Forward(
        Tape tape, Embedding embedding, ReadOnlySpan<int> tokens, int timeSteps, int batchSize, RecurrentState? initial = null,
        DropoutKey? dropout = null)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(embedding);
        var input = LinearOperations.LookUp(tape, embedding.Weight, tokens, timeSteps, batchSize, out var gathered);
        return Forward(tape, input, gathered, initial, default, dropout);
    }

    private RecurrentOutput Forward(
        Tape tape, Tensor input, GatheredRows? gathered, RecurrentState? initial, ReadOnlySpan<int> lengths, DropoutKey? dropout)
    {
        CheckInput(input);
        CheckState(initial, input.Shape[1]);
        CheckLengths(lengths, input.Shape);

        var (timeSteps, batchSize) = (input.Shape[0], input.Shape[1]);
        var rows = Options.Layers * Directions;
        var finalHidden = tape.Allocate(new(rows, batchSize, HiddenSize), requiresGradient: true);
        var finalCell = Cell.StateCount > 0 ? tape.Allocate(new(rows, batchSize, Cell.StateCount * HiddenSize), requiresGradient: true) : null;
        var states = new RecurrenceTensors(initial?.Hidden, initial?.Cell, finalHidden, finalCell);
        var current = input;
        for (var layer = 0; layer < Options.Layers; layer++)
        {
            if (layer > 0 && dropout is { } key)
                current = tape.DropoutInPlace(current, Options.Dropout, key.At(key.Place + layer));
            var output = tape.Allocate(new(timeSteps, batchSize, OutputSize), requiresGradient: true);
            tape.Record<RecurrenceOperation>()
                .Forward(Cell, weights[layer], layer, layer == Options.Layers - 1, current, output, states, lengths, layer == 0 ? gathered : null, tape.KeptShare);
            current = output;
        }

        return new(current, finalHidden, finalCell);
    }

    /// <summary>Opens a stream: this layer step by step with a state of its own. Many streams may share one layer, from many threads.</summary>
    /// <exception cref="InvalidOperationException">The layer is bidirectional: its reverse direction needs the end of the sequence first.</exception>
    public RecurrentStream OpenStream()
    {
        CheckSteps();
        return new(this, [.. weights.Select(directions => CellEngine.CreateStepper(Cell, directions[0]))]);
    }

    /// <inheritdoc/>
    public RecurrentStreamBatch OpenStreamBatch()
    {
        CheckSteps();
        return new(this, CellEngine.CreateBatchStepper(Cell, [.. weights.Select(directions => directions[0])]));
    }

    /// <summary>A copy whose matrices take fewer bits, for steps alone: it is smaller, steps faster, and computes nearly the same.</summary>
    /// <param name="weights">The format of the copy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is float32, which this layer is, or unknown.</exception>
    /// <exception cref="InvalidOperationException">The layer is bidirectional, or a weight is not finite or too large for the format.</exception>
    public QuantizedRecurrent Quantize(WeightFormat weights)
    {
        StoredWeights.CheckNarrow(weights, nameof(weights));
        if (Cell.Heads > 1)
            throw new InvalidOperationException($"A layer whose units are split into heads cannot be quantized; '{Cell}' has {Cell.Heads}.");
        if (Options.Bidirectional)
            throw new InvalidOperationException("A bidirectional layer cannot be quantized: quantized layers run step by step, and its reverse direction starts at the end of the sequence.");
        return new(Cell, Options.Layers, [.. parameters.Select(parameter => StoredWeights.Of(parameter, weights))]);
    }

    private CellWeights CreateWeights(int layer, int direction)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $"_l{layer}{(direction == 1 ? "_reverse" : "")}");
        var all = CellParameter.Of(Cell, layer == 0 ? InputSize : OutputSize, HiddenSize, HiddenSize, Options.Bias, suffix);
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
        var parameter = new Parameter(name, shape);
        parameters.Add(parameter);
        return parameter;
    }

    private void CheckSteps()
    {
        if (Options.Bidirectional)
            throw new InvalidOperationException("A bidirectional layer cannot run step by step: its reverse direction starts at the end of the sequence.");
    }

    private void CheckInput(Tensor input)
    {
        if (input.Shape.Rank != 3 || input.Shape[2] != InputSize)
            throw new ArgumentException($"The input has shape {input.Shape}; this layer needs [timeSteps, batchSize, {InputSize}].", nameof(input));
        if (input.Shape[0] < 1 || input.Shape[1] < 1)
            throw new ArgumentException($"The input has shape {input.Shape}; a sequence has at least one step and a batch at least one row.", nameof(input));
    }

    private void CheckState(RecurrentState? state, int batchSize)
    {
        if (state is null)
            return;
        var expected = new Shape(Options.Layers * Directions, batchSize, HiddenSize);
        if (state.Hidden.Shape != expected)
            throw new ArgumentException($"The initial state has shape {state.Hidden.Shape}; this layer and batch need {expected} (layers · directions, batchSize, hiddenSize).", nameof(state));
        if (state.Cell is null == Cell.StateCount > 0)
            throw new ArgumentException(state.Cell is null ? $"The initial state has no cell state; {Cell} needs one." : $"The initial state has a cell state; {Cell} has none.", nameof(state));
        if (state.Cell is { } cell && cell.Shape[2] != Cell.StateCount * HiddenSize)
            throw new ArgumentException($"The cell state has shape {cell.Shape}; {Cell} needs {Cell.StateCount} · {HiddenSize} values in each row.", nameof(state));
    }

    private static void CheckLengths(ReadOnlySpan<int> lengths, Shape input)
    {
        if (lengths.IsEmpty)
            return;
        if (lengths.Length != input[1])
            throw new ArgumentException($"There are {lengths.Length} lengths for a batch of {input[1]} rows.", nameof(lengths));
        for (var row = 0; row < lengths.Length; row++)
        {
            if (lengths[row] < 1 || lengths[row] > input[0])
                throw new ArgumentOutOfRangeException(nameof(lengths), lengths[row], $"Row {row} has length {lengths[row]}; a length is 1…{input[0]}. Leave empty sequences out of the batch.");
        }
    }
}
