using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>What the step of a cell depends on, as one list: sums, recurrent sums where they are apart, the previous output, the previous states, the unit's weights.</summary>
internal static class CellInputs
{
    /// <summary>One step in double precision, watched.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputs">The list.</param>
    /// <param name="states">Where the new states go.</param>
    /// <returns>The output.</returns>
    public static double Step<TCell>(TCell cell, ReadOnlySpan<double> inputs, Span<double> states)
        where TCell : struct, ICell
    {
        var (gates, output, weights) = (TCell.GateCount, CustomCellKernel<TCell>.OutputStart, CustomCellKernel<TCell>.UnitWeightsStart);
        return StepProbe.Run(cell, inputs[..gates], inputs[gates..output], inputs[output], inputs[(output + 1)..weights], inputs[weights..], states);
    }

    /// <summary>The filter in double precision, watched.</summary>
    /// <param name="cell">A cell with filtered gates.</param>
    /// <param name="inputs">The list.</param>
    /// <returns>The filtered output.</returns>
    public static double Filter<TCell>(TCell cell, ReadOnlySpan<double> inputs)
        where TCell : struct, ICell
    {
        var (output, weights) = (CustomCellKernel<TCell>.OutputStart, CustomCellKernel<TCell>.UnitWeightsStart);
        return StepProbe.RunFilter(cell, inputs[..TCell.GateCount], inputs[output], inputs[(output + 1)..weights], inputs[weights..]);
    }

    /// <summary>A step and its backward by hand in double precision, watched.</summary>
    /// <param name="cell">A cell with a backward by hand.</param>
    /// <param name="inputs">The list.</param>
    public static void Backward<TCell>(TCell cell, ReadOnlySpan<double> inputs)
        where TCell : struct, ICell
    {
        var (gates, output, weights) = (TCell.GateCount, CustomCellKernel<TCell>.OutputStart, CustomCellKernel<TCell>.UnitWeightsStart);
        BackwardProbe.Run(cell, inputs[..gates], inputs[gates..output], inputs[output], inputs[(output + 1)..weights], inputs[weights..]);
    }

    /// <summary>An entry of a list in words.</summary>
    public static string NameOf<TCell>(int index)
        where TCell : struct, ICell
    {
        var (gates, output) = (TCell.GateCount, CustomCellKernel<TCell>.OutputStart);
        if (index < gates)
            return $"the {(TCell.SeparatesRecurrentSums ? "input sum" : "sum")} of gate {index} ({TCell.GateNames[index]})";
        if (index < output)
            return $"the recurrent sum of gate {index - gates} ({TCell.GateNames[index - gates]})";
        if (index >= CustomCellKernel<TCell>.UnitWeightsStart)
            return $"the unit weight '{TCell.UnitWeights[index - CustomCellKernel<TCell>.UnitWeightsStart].Name}'";
        return index == output ? "the previous output" : $"the previous state {index - output - 1}";
    }
}
