using Unroll.Cells;
using Unroll.Layers;

namespace Unroll.Benchmarks.Examinations;

/// <summary>How large a network of a cell may be within a number of parameters.</summary>
/// <param name="HiddenSize">H.</param>
/// <param name="Layers">L.</param>
internal readonly record struct NetworkSize(int HiddenSize, int Layers)
{
    // Sizes are multiples of it, so that cells with heads can share their units out.
    private const int Granularity = 4;

    // Where the recurrent weights are not trained and so do not count, as in an echo state network, a budget would buy units without end.
    private const int LargestHiddenSize = 1024;

    /// <summary>The largest network, of at most 1,024 units a layer, whose parameters are at most so many.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="budget">The most parameters.</param>
    /// <param name="countOf">The parameters of the whole model at a size; asks its layers.</param>
    /// <exception cref="InvalidOperationException">Even the smallest has more.</exception>
    public static NetworkSize Within(Cell cell, long budget, Func<NetworkSize, long> countOf)
    {
        var layers = MixesUnits(cell) ? 1 : 2;
        long CountOf(int steps) => countOf(new(steps * Granularity, layers));
        if (CountOf(1) > budget)
            throw new InvalidOperationException($"{cell}: {Granularity} hidden units have {CountOf(1):N0} parameters with all around them; {budget:N0} are allowed. Raise --parameters.");
        var (fits, tooLarge) = (1, 2);
        while (tooLarge * Granularity <= LargestHiddenSize && CountOf(tooLarge) <= budget)
            (fits, tooLarge) = (tooLarge, tooLarge * 2);
        while (tooLarge - fits > 1)
        {
            var middle = (fits + tooLarge) / 2;
            if (CountOf(middle) <= budget)
                fits = middle;
            else
                tooLarge = middle;
        }

        return new(fits * Granularity, layers);
    }

    /// <summary>
    /// Whether the units of one layer see each other: then its parameters grow with the square of their number. Where they do not, a single layer is
    /// a set of filters side by side, and papers stack at least two.
    /// </summary>
    private static bool MixesUnits(Cell cell)
    {
        const int Small = 64;
        return new Recurrent(cell, 1, 2 * Small).ParameterCount > 3 * new Recurrent(cell, 1, Small).ParameterCount;
    }
}
