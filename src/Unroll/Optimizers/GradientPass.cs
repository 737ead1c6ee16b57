using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Optimizers;

/// <summary>One pass over the gradients of some parameters, shared by the workers; rows that are zero are not read.</summary>
internal sealed class GradientPass : IPieceWork
{
    [ThreadStatic]
    private static GradientPass? shared;

    private readonly ParameterPieces pieces = new();
    private double[] sums = [];
    private Kind kind;
    private float bound;

    private enum Kind
    {
        SumOfSquares,
        Scale,
        Clamp,
    }

    /// <summary>Σ g² in double precision: over each piece, over the pieces of each parameter, over the parameters.</summary>
    public static double SumOfSquares(IReadOnlyList<Parameter> parameters)
    {
        var pass = Run(parameters, Kind.SumOfSquares, 0);
        var (total, sum) = (0.0, 0.0);
        for (var number = 0; number < pass.pieces.Count; number++)
        {
            sum += pass.sums[number];
            if (number + 1 < pass.pieces.Count && pass.pieces[number + 1].Index == pass.pieces[number].Index)
                continue;
            total += sum;
            sum = 0;
        }

        return total;
    }

    /// <summary>g ← factor · g.</summary>
    public static void Scale(IReadOnlyList<Parameter> parameters, float factor) => Run(parameters, Kind.Scale, factor);

    /// <summary>Limits each value to [−limit, limit].</summary>
    public static void Clamp(IReadOnlyList<Parameter> parameters, float limit) => Run(parameters, Kind.Clamp, limit);

    void IPieceWork.Run(int number, in ParameterPiece piece)
    {
        var squares = default(SumOfSquares);
        var start = 0;
        while (piece.Next(ref start) is > 0 and var length)
        {
            var values = piece.Parameter.GradientValues.Slice(start, length);
            switch (kind)
            {
                case Kind.SumOfSquares: squares.Add(values, piece.RowLength); break;
                case Kind.Scale: OptimizerKernels.Scale(values, bound); break;
                default: OptimizerKernels.Clamp(values, bound); break;
            }

            start += length;
        }

        sums[number] = squares.Total;
    }

    private static GradientPass Run(IReadOnlyList<Parameter> parameters, Kind kind, float bound)
    {
        var pass = shared ??= new();
        pass.kind = kind;
        pass.bound = bound;
        pass.pieces.Set(parameters);
        if (pass.sums.Length < pass.pieces.Count)
            pass.sums = new double[pass.pieces.Count];
        pass.pieces.Run(pass);
        return pass;
    }
}
