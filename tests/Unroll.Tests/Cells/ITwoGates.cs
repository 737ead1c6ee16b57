using Unroll.Kernels;

namespace Unroll.Tests.Cells;

/// <summary>A cell of two gates with nothing wrong: <c>h = a + b</c>. What implements it says only what it does otherwise.</summary>
internal interface ITwoGates : ICell
{
    static IReadOnlyList<string> ICell.GateNames => ["first", "second"];

    static int ICell.GateCount => 2;

    void ICell.Step<T>(in UnitStep<T> step) => step.SetOutput(step.Sum(0) + step.Sum(1));
}

/// <summary>The same with separate recurrent sums.</summary>
internal interface ITwoParts : ITwoGates
{
    static bool ICell.SeparatesRecurrentSums => true;

    void ICell.Step<T>(in UnitStep<T> step) => step.SetOutput(step.InputSum(0) + step.RecurrentSum(0) + step.InputSum(1) + step.RecurrentSum(1));
}
