using Unroll.Benchmarks.Examinations.Tasks;
using Unroll.Cells;

namespace Unroll.Benchmarks.Examinations;

/// <summary>A task with the way it is trained and marked.</summary>
internal abstract class Examination
{
    /// <summary>What the command line and the results call it.</summary>
    public abstract string Name { get; }

    /// <summary>What has to be answered, what guessing is, and who asked first.</summary>
    public abstract string Question { get; }

    /// <summary>What its results are.</summary>
    public abstract TaskMeasure Measure { get; }

    /// <summary>T of the second test, or null for none.</summary>
    public virtual int? LongerTimeSteps => null;

    /// <summary>Why it cannot be held here, or null.</summary>
    public abstract string? Missing { get; }

    /// <summary>Trains a network of the cell, tests it, and prints how it goes.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="settings">What is the same for every cell.</param>
    public abstract ExaminationResult Examine(Cell cell, ExaminationSettings settings);

    /// <summary>Steps of all sequences a second that the network of the cell is trained with.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="settings">With a time, which is measured after a first part of it for the just-in-time compiler.</param>
    public abstract double Speed(Cell cell, ExaminationSettings settings);
}
