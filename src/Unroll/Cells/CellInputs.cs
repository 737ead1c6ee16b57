using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>What the step of a cell depends on, as one list: sums, recurrent sums where they are apart, the previous output, the previous states.</summary>
internal static class CellInputs
{
    /// <summary>The parts of a list.</summary>
    public static Parts<double> Split<TCell>(double[] inputs)
        where TCell : struct, ICell
    {
        var gates = TCell.GateCount;
        var recurrent = TCell.SeparatesRecurrentSums ? gates : 0;
        return new(
            inputs.AsSpan(0, gates), inputs.AsSpan(gates, recurrent), inputs[gates + recurrent], inputs.AsSpan(gates + recurrent + 1, TCell.StateCount));
    }

    /// <summary>An entry of a list in words.</summary>
    public static string NameOf<TCell>(int index)
        where TCell : struct, ICell
    {
        var gates = TCell.GateCount;
        var recurrent = TCell.SeparatesRecurrentSums ? gates : 0;
        if (index < gates)
            return $"the {(TCell.SeparatesRecurrentSums ? "input sum" : "sum")} of gate {index} ({TCell.GateNames[index]})";
        if (index < gates + recurrent)
            return $"the recurrent sum of gate {index - gates} ({TCell.GateNames[index - gates]})";
        return index == gates + recurrent ? "the previous output" : $"the previous state {index - gates - recurrent - 1}";
    }

    /// <summary>The parts of a list of inputs.</summary>
    public readonly ref struct Parts<T>(ReadOnlySpan<T> sums, ReadOnlySpan<T> recurrentSums, T previousOutput, ReadOnlySpan<T> previousStates)
    {
        public ReadOnlySpan<T> Sums { get; } = sums;

        public ReadOnlySpan<T> RecurrentSums { get; } = recurrentSums;

        public T PreviousOutput { get; } = previousOutput;

        public ReadOnlySpan<T> PreviousStates { get; } = previousStates;
    }
}
