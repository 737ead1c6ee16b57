using Unroll.Cells;
using Unroll.Recurrence;
using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>How the layers of a stack work on each other: dropout, the engine, the merge of directions, connections, and the trainable start.</summary>
/// <param name="cell">The cell.</param>
/// <param name="options">The choices, without a <see cref="RecurrentOptions.Problem"/>.</param>
/// <param name="sizes">The sizes of the layers.</param>
/// <param name="weights">For each layer those of its directions.</param>
internal sealed class RecurrentStack(Cell cell, RecurrentOptions options, StackSizes sizes, CellWeights[][] weights)
{
    private readonly StackConnection connection = new(sizes, options);
    private readonly StackStart? start = options.TrainableStart ? new(sizes, options.Directions, cell.StateCount) : null;

    /// <summary>What belongs to the stack and to no cell: the gates of highways, then the start.</summary>
    public IEnumerable<Parameter> Parameters => start is null ? connection.Parameters : connection.Parameters.Concat(start.Parameters);

    /// <summary>
    /// The place of a variational mask among those of a stack and the model around it: masks of single steps have 1 to L, these L + 1 to 2·L + 1, of which the
    /// last, as L, is for what reads the top layer.
    /// </summary>
    public static int VariationalPlace(int layers, int layer) => layers + 1 + layer;

    /// <summary>Runs all time steps; everything is checked.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">[T, B, I].</param>
    /// <param name="gathered">What the input was looked up in, if nobody else reads it; else null.</param>
    /// <param name="initial">The state before the first step, or null.</param>
    /// <param name="lengths">The length of each row, or empty.</param>
    /// <param name="dropout">Names the masks, or null for none.</param>
    public RecurrentOutput Forward(
        Tape tape, Tensor input, GatheredRows? gathered, RecurrentState? initial, ReadOnlySpan<int> lengths, DropoutKey? dropout)
    {
        var states = States(tape, initial, input.Shape[1]);
        var current = input;
        for (var layer = 0; layer < sizes.Layers; layer++)
        {
            var read = Drop(tape, current, layer, ownsInput: layer > 0 || gathered is not null, dropout);
            // The looked-up rows are those of the table only where no mask was laid on them.
            var rows = layer == 0 && (dropout is null || options.VariationalDropout == 0) ? gathered : null;
            var output = tape.Allocate(input.Shape.WithLast(options.Directions * sizes.GivenOf(layer)), requiresGradient: !cell.IsFixed || read.RequiresGradient);
            tape.Record<RecurrenceOperation>()
                .Forward(cell, weights[layer], layer, layer == sizes.Layers - 1, read, output, states, lengths, rows, tape.KeptShare,
                    (options.RegularizationOf(layer, direction: 0, dropout), options.RegularizationOf(layer, direction: 1, dropout)), tape.Observer);
            if (tape.Observer is not null && layer == sizes.Layers - 1)
                tape.Record<LastStepOperation>().Set(output, lengths, sizes.GivenOf(layer), bothEnds: false);
            current = connection.Forward(tape, layer, Merge(tape, output, sizes.GivenOf(layer)), current);
            if (tape.Observer is not null && layer == sizes.Layers - 1 && current != output)
                tape.Record<LastStepOperation>().Set(current, lengths, current.Shape[2], options.Bidirectional);
        }

        return new(current, states.FinalHidden, states.FinalState);
    }

    /// <summary>The rows of the top layer in a final state, its directions merged: [B, outputs of the stack].</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="final">[L·D, B, R of the largest layer].</param>
    public Tensor FinalTop(Tape tape, Tensor final)
    {
        var (directions, batchSize, width) = (options.Directions, final.Shape[1], sizes.GivenOf(sizes.Layers - 1));
        var top = tape.Slice(final, 0, (sizes.Layers - 1) * directions, directions);
        if (width < final.Shape[2])
            top = tape.Slice(top, 2, 0, width);
        if (directions == 1)
            return tape.Reshape(top, new(batchSize, width));
        var merged = Merge(tape, tape.Reshape(tape.Transpose(top, 0, 1), new(1, batchSize, directions * width)), width);
        return tape.Reshape(merged, new(batchSize, merged.Shape[2]));
    }

    /// <summary>One stream of a layer that owns this stack.</summary>
    public RecurrentStream OpenStream(IRecurrentLayer layer) =>
        new(layer, [.. weights.Index().Select(entry => CellEngine.CreateStepper(cell, entry.Item[0], OfSteps(entry.Index)))], connection.Steps(), start);

    /// <summary>Many streams of a layer that owns this stack.</summary>
    public RecurrentStreamBatch OpenStreamBatch(IRecurrentLayer layer) => new(layer, options.IsUniform
        ? CellEngine.CreateBatchStepper(cell, [.. weights.Select(directions => directions[0])], OfSteps(layer: 0).HasZoneout)
        : new StackBatchStepper([.. weights.Select(directions => CellEngine.CreateBatchStepper(cell, [directions[0]], OfSteps(layer: 0).HasZoneout))], sizes, connection.Steps()));

    /// <summary>Nothing is random in steps.</summary>
    private Regularization OfSteps(int layer) => options.RegularizationOf(layer, direction: 0, dropout: null);

    private RecurrenceTensors States(Tape tape, RecurrentState? initial, int batchSize)
    {
        var (initialHidden, initialState) = start is not null && initial is null or { IsStart: true }
            ? start.Forward(tape, batchSize)
            : (initial?.Hidden, initial?.Cell);
        var rows = sizes.Layers * options.Directions;
        var finalHidden = tape.Allocate(new(rows, batchSize, sizes.LargestGiven), requiresGradient: true);
        var finalState = cell.StateCount > 0 ? tape.Allocate(new(rows, batchSize, cell.StateCount * sizes.Largest), requiresGradient: true) : null;
        if (sizes.Differ)
        {
            finalHidden.Values.Clear();
            finalState?.Values.Clear();
        }

        return new(initialHidden, initialState, finalHidden, finalState);
    }

    /// <summary>What the cell of a layer reads.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">The layer's input.</param>
    /// <param name="layer">Which, 0 for the bottom.</param>
    /// <param name="ownsInput">Whether no caller reads the input.</param>
    /// <param name="dropout">Names the masks, or null for none.</param>
    private Tensor Drop(Tape tape, Tensor input, int layer, bool ownsInput, DropoutKey? dropout)
    {
        if (dropout is not { } key)
            return input;
        var inPlace = ownsInput && !connection.ReadsInputOf(layer);
        var read = input;
        if (layer > 0)
            read = tape.Dropout(read, options.Dropout, key.At(key.Place + layer), inPlace);
        return tape.VariationalDropout(read, options.VariationalDropout, key.At(key.Place + VariationalPlace(sizes.Layers, layer)), inPlace || read != input);
    }

    private Tensor Merge(Tape tape, Tensor output, int width)
    {
        if (options.Merge == DirectionMerge.Concatenate)
            return output;
        var (forward, reverse) = (tape.Slice(output, 2, 0, width), tape.Slice(output, 2, width, width));
        return options.Merge switch
        {
            DirectionMerge.Product => tape.Multiply(forward, reverse),
            DirectionMerge.Mean => tape.Scale(tape.Add(forward, reverse), 0.5f),
            _ => tape.Add(forward, reverse),
        };
    }
}
