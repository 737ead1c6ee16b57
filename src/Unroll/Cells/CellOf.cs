using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>A cell with the type of its maths.</summary>
/// <typeparam name="TCell">The maths.</typeparam>
/// <param name="cell">Its constants.</param>
/// <param name="chooser">Makes the same cell with choices.</param>
/// <param name="choices">Those of this one.</param>
internal sealed class CellOf<TCell>(TCell cell, CellChooser chooser, CellChoices choices = default) : Cell
    where TCell : struct, ICellKernel
{
    /// <inheritdoc/>
    public override string Name => TCell.Name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> GateNames { get; } = TCell.GateNames;

    /// <inheritdoc/>
    public override int GateCount => TCell.GateCount;

    /// <inheritdoc/>
    public override int StateCount => TCell.StateCount;

    /// <inheritdoc/>
    public override int ZoneoutStateCount => TCell.ZoneoutStateCount;

    /// <inheritdoc/>
    public override bool SeparatesRecurrentSums => TCell.SeparatesRecurrentGates;

    /// <inheritdoc/>
    public override bool HasRecurrentMatrix => TCell.HasRecurrentMatrix;

    /// <inheritdoc/>
    public override IReadOnlyList<UnitWeight> UnitWeights { get; } = TCell.UnitWeights;

    /// <inheritdoc/>
    public override int FilteredGateCount => TCell.FilteredGateCount;

    /// <inheritdoc/>
    public override bool NormalizesSums => TCell.NormalizesSums;

    /// <inheritdoc/>
    public override bool ProjectsOutput => TCell.ProjectsOutput;

    /// <inheritdoc/>
    public override bool IsFixed => TCell.IsFixed;

    /// <inheritdoc/>
    public override int Heads { get; } = cell.Heads;

    /// <inheritdoc/>
    public override IReadOnlyList<CellConstant> Constants { get; } = [.. cell.Constants];

    /// <inheritdoc/>
    public override int? ForgetGate => TCell.ForgetGate;

    /// <inheritdoc/>
    public override CellDescription? Description => TCell.Description;

    /// <inheritdoc/>
    public override bool Equals(Cell? other) => ReferenceEquals(this, other) || (other is CellOf<TCell> same && EqualityComparer<TCell>.Default.Equals(cell, same.Maths));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, cell);

    /// <inheritdoc/>
    internal override CellChoices Choices => choices;

    private TCell Maths => cell;

    /// <inheritdoc/>
    internal override Cell With(CellChoices other) => other == choices ? this : chooser.Choose(other);

    /// <inheritdoc/>
    internal override TResult Accept<TVisitor, TResult>(TVisitor visitor) => visitor.Visit(cell);
}

/// <summary>Something that has to be made for a cell whose type is known only at run time.</summary>
/// <typeparam name="TResult">What it makes.</typeparam>
internal interface ICellVisitor<TResult>
{
    /// <summary>Makes it.</summary>
    /// <typeparam name="TCell">The maths of the cell.</typeparam>
    /// <param name="cell">Its constants.</param>
    TResult Visit<TCell>(TCell cell)
        where TCell : struct, ICellKernel;
}
