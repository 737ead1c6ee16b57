using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>Rows of a table by number on a tape; backward adds each row's gradient to the table's.</summary>
internal sealed class EmbeddingOperation : Operation
{
    private readonly GatheredRows gathered = new();
    private int[] ids = [];
    private Parameter table = null!;
    private Tensor output = null!;

    /// <summary>Where the rows of the result come from.</summary>
    public GatheredRows Gathered => gathered;

    public Tensor Forward(Tape tape, Parameter weight, ReadOnlySpan<int> tokens, int timeSteps, int batchSize)
    {
        if (ids.Length < tokens.Length)
            ids = new int[tokens.Length];
        tokens.CopyTo(ids);
        table = weight;
        var (vocabularySize, width) = (weight.Shape[0], weight.Shape[1]);
        output = tape.Allocate(new(timeSteps, batchSize, width), requiresGradient: !weight.IsFixed);
        for (var position = 0; position < tokens.Length; position++)
        {
            if ((uint)tokens[position] >= (uint)vocabularySize)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(tokens),
                    $"Token {tokens[position]} at position {position} is outside the vocabulary (size {vocabularySize}). Was the text encoded with another vocabulary?");
            }
        }

        RowGather.Copy(weight.Pointer, width, ids, 0, tokens.Length, width, output.Pointer, width);
        gathered.Table = table;
        gathered.Numbers = ids;
        GC.KeepAlive(this);
        return output;
    }

    public override void Backward()
    {
        if (!output.GradientWritten)
            return;
        var (rows, width) = (output.Shape.Rows, table.Shape[1]);
        RowGather.Add(output.GradientPointer, width, ids, 0, rows, width, table.UseGradientRows(ids.AsSpan(0, rows)), width);
    }
}
