using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Makes a cell with choices. It is a type of its own so that a program which makes no choice holds no code for it.</summary>
internal abstract class CellChooser
{
    /// <summary>The cell with choices of which at least one is made.</summary>
    /// <exception cref="InvalidOperationException">The cell does not work with them.</exception>
    public abstract Cell Choose(CellChoices choices);
}

/// <summary>The same for cells of some equations.</summary>
/// <typeparam name="TCell">The equations.</typeparam>
/// <param name="cell">Their constants.</param>
internal sealed class CellChooser<TCell>(TCell cell) : CellChooser
    where TCell : struct, ICell
{
    /// <inheritdoc/>
    public override Cell Choose(CellChoices choices)
    {
        var chosen = new ChosenCell<TCell>(cell, choices.Clip ?? float.PositiveInfinity, choices.HardActivations);
        var kernel = new CustomCellKernel<ChosenCell<TCell>>(chosen);
        if (ChoiceCheck.ProblemOf(chosen, kernel) is { } problem)
            throw new InvalidOperationException(problem);
        return new CellOf<CustomCellKernel<ChosenCell<TCell>>>(kernel, this, choices);
    }
}
