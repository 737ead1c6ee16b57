using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>Makes one vector of the outputs of all steps of each sequence.</summary>
public sealed class Pooling : Layer
{
    private readonly Parameter[] parameters;

    /// <summary>A layer whose attention, if any, is zero; an initialiser or a file gives the values.</summary>
    /// <param name="kind">How.</param>
    /// <param name="size">N, the size of an output, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The kind does not exist or the size is below 1.</exception>
    public Pooling(PoolingKind kind, int size)
    {
        if (!Enum.IsDefined(kind))
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "Pooling is Last, Mean, Max or Attention.");
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        Kind = kind;
        Size = size;
        parameters = kind == PoolingKind.Attention ? [new("weight", new(size, size)), new("bias", new(size)), new("context", new(1, size))] : [];
    }

    /// <summary>How.</summary>
    public PoolingKind Kind { get; }

    /// <summary>N, the size of an output.</summary>
    public int Size { get; }

    /// <summary>For attention <c>weight</c> [N, N], <c>bias</c> [N] and <c>context</c> [1, N]; otherwise none.</summary>
    public override IReadOnlyList<Parameter> Parameters => parameters;

    /// <summary>Pools a batch.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="input">The outputs [T, B, N].</param>
    /// <param name="lengths">The length of each row, 1…T; steps beyond it do not count.</param>
    /// <param name="reverseFrom">From which value on the outputs are those of a reverse direction, whose last step is the first; N where there is none.</param>
    /// <returns>[B, N].</returns>
    /// <exception cref="ArgumentException">The input or the lengths do not fit.</exception>
    public Tensor Forward(Tape tape, Tensor input, ReadOnlySpan<int> lengths, int reverseFrom)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(input);
        if (input.Shape.Rank != 3 || input.Shape.Last != Size)
            throw new ArgumentException($"The input has shape {input.Shape}; this layer needs [timeSteps, batchSize, {Size}].", nameof(input));
        if (lengths.Length != input.Shape[1])
            throw new ArgumentException($"There are {lengths.Length} lengths; the input {input.Shape} has {input.Shape[1]} rows.", nameof(lengths));
        foreach (var length in lengths)
        {
            if (length < 1 || length > input.Shape[0])
                throw new ArgumentException($"A length is {length}; the rows of {input.Shape} have 1 to {input.Shape[0]} steps.", nameof(lengths));
        }

        if (reverseFrom < 0 || reverseFrom > Size)
            throw new ArgumentException($"The reverse direction begins at {reverseFrom}; expected 0 to {Size}.", nameof(reverseFrom));
        var scores = Kind == PoolingKind.Attention ? Scores(tape, input) : null;
        return tape.Record<PoolingOperation>().Forward(tape, Kind, input, scores, lengths, reverseFrom);
    }

    /// <summary>How much a step counts, before the softmax over all steps: <c>v · tanh(W · h + b)</c>.</summary>
    private Tensor Scores(Tape tape, Tensor input) =>
        tape.Linear(tape.Tanh(tape.Linear(input, parameters[0], parameters[1])), parameters[2]);

    /// <summary>The score of one step without a tape.</summary>
    /// <param name="hidden">h [N].</param>
    internal float ScoreOf(ReadOnlySpan<float> hidden)
    {
        ReadOnlySpan<float> weight = parameters[0].Values, bias = parameters[1].Values, context = parameters[2].Values;
        var score = 0.0;
        for (var row = 0; row < Size; row++)
        {
            double sum = bias[row];
            for (var column = 0; column < Size; column++)
                sum += weight[(row * Size) + column] * hidden[column];
            score += context[row] * Math.Tanh(sum);
        }

        return (float)score;
    }
}
