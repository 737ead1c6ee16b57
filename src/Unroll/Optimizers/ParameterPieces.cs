using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Optimizers;

/// <summary>What is done with each piece of the parameters.</summary>
internal interface IPieceWork
{
    /// <summary>Works on one piece; others are worked on at the same time.</summary>
    /// <param name="number">Which piece, in the order of the parameters.</param>
    /// <param name="piece">The piece.</param>
    void Run(int number, in ParameterPiece piece);
}

/// <summary>A part of a parameter's values: whole rows of a matrix.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Index">Its place in the list of parameters.</param>
/// <param name="Start">The first value.</param>
/// <param name="Length">How many values, at least 1.</param>
internal readonly record struct ParameterPiece(Parameter Parameter, int Index, int Start, int Length)
{
    /// <summary>Values of a row; a piece of a vector is one.</summary>
    public int RowLength => Parameter.Shape.Rank > 1 ? Parameter.Shape.Last : Length;

    /// <summary>The next values of this piece whose gradient may differ from zero.</summary>
    /// <param name="position">Where to look from, 0 at first; becomes the first of them, counted from the start of the parameter.</param>
    /// <returns>How many follow one another; 0 for no more.</returns>
    public int Next(ref int position)
    {
        position = Math.Max(position, Start);
        if (Parameter.IsGradientZero)
            return 0;
        if (Parameter.GradientRows.IsAll)
            return Start + Length - position;
        var row = position / RowLength;
        var count = Parameter.GradientRows.Next(ref row, (Start + Length) / RowLength);
        position = row * RowLength;
        return count * RowLength;
    }
}

/// <summary>
/// All values of some parameters that change, in pieces that the workers share. The pieces follow from the shapes alone, so that a sum over each piece and then
/// over the pieces in their order has the same bits for any number of threads.
/// </summary>
internal sealed class ParameterPieces : IParallelWork
{
    /// <summary>Values of a piece, unless one row has more: 64 KiB of each of weights, gradients and what is remembered of them.</summary>
    private const int PieceLength = 1 << 14;

    /// <summary>Below this many values the second thread costs more than it saves.</summary>
    private const int ParallelLength = 1 << 15;

    private readonly List<ParameterPiece> pieces = [];
    private long length;
    private IPieceWork work = null!;

    /// <summary>How many pieces there are.</summary>
    public int Count => pieces.Count;

    /// <summary>A piece.</summary>
    public ParameterPiece this[int number] => pieces[number];

    /// <summary>Cuts parameters into pieces, except those that are fixed.</summary>
    public void Set(IReadOnlyList<Parameter> parameters)
    {
        pieces.Clear();
        length = 0;
        for (var index = 0; index < parameters.Count; index++)
        {
            var parameter = parameters[index];
            if (parameter.IsFixed)
                continue;
            var row = parameter.Shape.Rank > 1 ? parameter.Shape.Last : 1;
            var step = row * Math.Max(1, PieceLength / Math.Max(1, row));
            for (var start = 0; start < parameter.Length; start += Math.Min(step, parameter.Length - start))
                pieces.Add(new(parameter, index, start, Math.Min(step, parameter.Length - start)));
            length += parameter.Length;
        }
    }

    /// <summary>Runs work over every piece.</summary>
    public void Run(IPieceWork pieceWork)
    {
        work = pieceWork;
        Workers.Run(this, pieces.Count, length >= ParallelLength);
    }

    void IParallelWork.Run(int item) => work.Run(item, pieces[item]);
}
