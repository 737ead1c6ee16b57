using Unroll.Cells;
using Unroll.Recurrence;
using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>Choices of a recurrent stack besides its cell and sizes.</summary>
public sealed record RecurrentOptions
{
    /// <summary>L: layers on top of each other, at least 1.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>
    /// The hidden size of each layer, bottom layer first, or null where all have that of the stack. There are as many as layers, each at least 1, and the
    /// last one is the hidden size of the stack.
    /// </summary>
    public IReadOnlyList<int>? LayerSizes
    {
        get;
        init => field = LayerSizeList.Of(value);
    }

    /// <summary>Whether a second set of weights reads each sequence from its end; <see cref="Merge"/> says what becomes of the two outputs.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>How the outputs of two directions become one; anything but concatenation needs two.</summary>
    public DirectionMerge Merge { get; init; }

    /// <summary>
    /// What a layer above the first does with its input besides reading it; anything but plain needs two layers or more, all of one size. Dropout is applied to
    /// what the cell reads, and not to what is led past it.
    /// </summary>
    public LayerConnection Connection { get; init; }

    /// <summary>
    /// R, how many values a layer of a cell that projects its output gives, 1 to the hidden size; null for half of that, rounded up. Other cells take none.
    /// </summary>
    public int? ProjectionSize { get; init; }

    /// <summary>Whether there are biases.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>
    /// Whether the state before the first step is learned, a vector for each layer and direction, instead of zero. It is used where no initial state is
    /// given, and for one that was just created or cleared.
    /// </summary>
    public bool TrainableStart { get; init; }

    /// <summary>The dropout rate between layers while training, 0…1, with a mask of its own for each step; needs more than one layer to have an effect.</summary>
    public float Dropout { get; init; }

    /// <summary>
    /// The rate of variational dropout while training, 0…1: on the input of every layer, the first one too, with one mask for all steps of a sequence.
    /// Independent of <see cref="Dropout"/>; where both are given, both are applied.
    /// </summary>
    /// <remarks>Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks" (2016): the input masks of equation 7.</remarks>
    public float VariationalDropout { get; init; }

    /// <summary>
    /// The rate of recurrent dropout while training, 0…1: the output of the step before loses the same values before the recurrent matrix U at every step of a
    /// sequence. Where a cell reads that output besides through U, it reads all of it. Needs a cell with a recurrent matrix that is trained.
    /// </summary>
    /// <remarks>Gal and Ghahramani, "A Theoretically Grounded Application of Dropout in Recurrent Neural Networks" (2016): the mask on h of equation 7.</remarks>
    public float RecurrentDropout { get; init; }

    /// <summary>
    /// The rate z of zoneout of the output, 0…1: while training, each value keeps that of the step before with this probability, drawn anew at each step.
    /// Otherwise, and in streams, it is the expectation <c>z·old + (1 − z)·new</c>. Of a cell that projects its output, this is the projected one.
    /// </summary>
    /// <remarks>Krueger et al., "Zoneout: Regularizing RNNs by Randomly Preserving Hidden Activations" (2017), section 3.</remarks>
    public float ZoneoutOutput { get; init; }

    /// <summary>
    /// The same of the states besides the output, such as the LSTM's c, each with a mask of its own. The output of a step is made of the states before they are
    /// kept, as in the paper. Needs a cell with states that may be kept, <see cref="Cell.ZoneoutStateCount"/>.
    /// </summary>
    public float ZoneoutState { get; init; }

    /// <summary>D: 2 when bidirectional, else 1.</summary>
    internal int Directions => Bidirectional ? 2 : 1;

    /// <summary>Whether layers are stepped as they lie: of one size, each reading the hidden state of the one below.</summary>
    internal bool IsUniform => Connection == LayerConnection.Plain && LayerSizes is null;

    /// <summary>Recurrent dropout and zoneout of one layer in one direction.</summary>
    /// <param name="layer">Which, 0 for the bottom.</param>
    /// <param name="direction">0, or 1 for the reverse one.</param>
    /// <param name="dropout">Names the masks of the stack, or null where nothing is random.</param>
    internal Regularization RegularizationOf(int layer, int direction, DropoutKey? dropout)
    {
        // Other masks of a stack and the model around it have the places up to 2·L + 1.
        var place = (2 * Layers) + 2 + (direction * Layers) + layer;
        return new(RecurrentDropout, ZoneoutOutput, ZoneoutState, dropout is { } key ? key.At(key.Place + place) : null, 2 * Layers);
    }

    /// <summary>H of one layer.</summary>
    internal int SizeOf(int layer, int hiddenSize) => LayerSizes is { } sizes ? sizes[layer] : hiddenSize;

    /// <summary>R of one layer.</summary>
    internal int GivenOf(Cell cell, int layer, int hiddenSize)
    {
        var size = SizeOf(layer, hiddenSize);
        return cell.ProjectsOutput ? ProjectionSize ?? (size + 1) / 2 : size;
    }

    /// <summary>What contradicts another option, the cell or the hidden size, or null. Layers is at least 1.</summary>
    internal string? Problem(Cell cell, int hiddenSize)
    {
        if (!Enum.IsDefined(Connection))
            return $"The connection {Connection} does not exist; expected Plain, Residual or Highway.";
        if (!Enum.IsDefined(Merge))
            return $"The merge {Merge} does not exist; expected Concatenate, Sum, Mean or Product.";
        if (Merge != DirectionMerge.Concatenate && !Bidirectional)
            return $"The merge is {Merge} and there is 1 direction; it takes 2 to be merged. Set {nameof(Bidirectional)}, or leave {nameof(Merge)} as it was.";
        return ProblemOfSizes(hiddenSize) ?? ProblemOfCell(cell, hiddenSize) ?? ProblemOfRegularization(cell) ?? ProblemOfConnection(cell, hiddenSize);
    }

    private string? ProblemOfRegularization(Cell cell)
    {
        if (cell.IsFixed && (RecurrentDropout > 0 || ZoneoutOutput > 0 || ZoneoutState > 0))
        {
            return FormattableString.Invariant(
                $"The recurrent dropout is {RecurrentDropout} and the zoneout {ZoneoutOutput} and {ZoneoutState}, and the weights of the cell '{cell}' are never trained, so there is nothing for them to regularize; leave them out.");
        }

        if (RecurrentDropout > 0 && !cell.HasRecurrentMatrix)
        {
            return FormattableString.Invariant(
                $"The recurrent dropout is {RecurrentDropout} and the cell '{cell}' has no recurrent matrix before which an output could be dropped; leave {nameof(RecurrentDropout)} out, or take {nameof(ZoneoutOutput)}.");
        }

        if (ZoneoutState == 0 || cell.ZoneoutStateCount > 0)
            return null;
        var why = cell.StateCount == 0 ? "has no state besides its output" : "has states of which none means anything beside those of another step";
        return FormattableString.Invariant(
            $"The zoneout of states is {ZoneoutState} and the cell '{cell}' {why}; leave {nameof(ZoneoutState)} out, or take {nameof(ZoneoutOutput)}.");
    }

    private string? ProblemOfCell(Cell cell, int hiddenSize)
    {
        if (ProjectionSize is not null && !cell.ProjectsOutput)
            return $"The projection size is {ProjectionSize} and the cell '{cell}' does not project its output; leave it out, or take a cell that does, such as projected-lstm.";
        for (var layer = 0; layer < Layers; layer++)
        {
            var size = SizeOf(layer, hiddenSize);
            if (cell.ProblemOfHeads(size) is { } problem)
                return problem;
            if (ProjectionSize is { } projection && (projection < 1 || projection > size))
                return $"The projection size of the cell '{cell}' is {projection} and layer {layer} has {size} units; a projection gives 1 to as many values as there are units.";
        }

        return null;
    }

    private string? ProblemOfSizes(int hiddenSize)
    {
        if (LayerSizes is not { } sizes)
            return null;
        if (sizes.Count != Layers)
            return $"There are {sizes.Count} layer sizes, {sizes}, for {Layers} layers; give one for each.";
        for (var layer = 0; layer < sizes.Count; layer++)
        {
            if (sizes[layer] < 1)
                return $"Layer {layer} has the size {sizes[layer]}; a layer has at least 1 unit.";
        }

        return sizes[^1] == hiddenSize ? null : $"The hidden size is {hiddenSize} and the top layer has the size {sizes[^1]}; the hidden size of a stack is that of its top layer.";
    }

    private string? ProblemOfConnection(Cell cell, int hiddenSize)
    {
        if (Connection == LayerConnection.Plain)
            return null;
        if (Layers < 2)
            return $"The connection is {Connection} and there is 1 layer; it stands at each layer above the first, so it needs at least 2.";
        for (var layer = 1; layer < Layers; layer++)
        {
            var (below, own) = (GivenOf(cell, layer - 1, hiddenSize), GivenOf(cell, layer, hiddenSize));
            if (below != own)
                return $"The connection is {Connection} and layer {layer} has the size {own} on one of {below}; its input is added to its output, so all layers need one size.";
        }

        return null;
    }
}
