using Unroll.Cells;

namespace Unroll.Benchmarks.Examinations;

/// <summary>How large a network of a cell may be within a number of parameters.</summary>
/// <param name="HiddenSize">H.</param>
/// <param name="Layers">L.</param>
internal readonly record struct NetworkSize(int HiddenSize, int Layers)
{
    // Sizes are multiples of so many units at least, and of the heads of the cell.
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
        // The units of a layer without a recurrent matrix do not see each other: filters side by side, of which papers stack at least two layers.
        var layers = cell.HasRecurrentMatrix ? 1 : 2;
        var step = (Granularity + cell.Heads - 1) / cell.Heads * cell.Heads;
        long CountOf(int steps) => countOf(new(steps * step, layers));
        if (CountOf(1) > budget)
            throw new InvalidOperationException($"{cell}: {step} hidden units have {CountOf(1):N0} parameters with all around them; {budget:N0} are allowed. Raise --parameters.");
        var (fits, tooLarge) = (1, 2);
        while (tooLarge * step <= LargestHiddenSize && CountOf(tooLarge) <= budget)
            (fits, tooLarge) = (tooLarge, tooLarge * 2);
        while (tooLarge - fits > 1)
        {
            var middle = (fits + tooLarge) / 2;
            if (CountOf(middle) <= budget)
                fits = middle;
            else
                tooLarge = middle;
        }

        return new(fits * step, layers);
    }
}
