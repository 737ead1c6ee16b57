using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Finds out whether a cell works with choices. What holds for the cell itself has been checked.</summary>
internal static class ChoiceCheck
{
    /// <summary>Trials near zero, and as many far from it.</summary>
    private const int Trials = 8;

    /// <summary>In the flat part of every activation, where hard gates are exactly 0 or 1.</summary>
    private const float Far = 8;

    /// <summary>Why the cell cannot be used with the choices, or null.</summary>
    public static string? ProblemOf<TCell>(ChosenCell<TCell> chosen, CustomCellKernel<ChosenCell<TCell>> kernel)
        where TCell : struct, ICell
    {
        var differs = false;
        for (var trial = 0; trial < 2 * Trials; trial++)
        {
            var values = InputsOf<TCell>(trial);
            var place = trial < Trials ? "for values between −1 and 1" : FormattableString.Invariant($"for sums of ±{Far}");
            if (!AreNumbers(chosen, kernel, values))
                return $"The cell '{TCell.Name}' cannot be used with {ChoicesOf(chosen)}: its step or its gradient gives no number {place}.";
            differs |= Differs(chosen, values);
        }

        return !chosen.IsHard || differs ? null : $"The cell '{TCell.Name}' uses neither σ nor tanh, so no hard ones can take their place.";
    }

    private static float[] InputsOf<TCell>(int trial)
        where TCell : struct, ICell
    {
        var values = CellCheck.InputsOf<TCell>(trial);
        // All gates shut, all of them open, and mixtures, each at the start of a sequence and later.
        for (var sum = 0; trial >= Trials && sum < CustomCellKernel<TCell>.OutputStart; sum++)
            values[sum] = MathF.CopySign(Far, (trial - Trials) / 2 switch { 0 => -1, 1 => 1, _ => values[sum] });
        return values;
    }

    private static bool AreNumbers<TCell>(ChosenCell<TCell> chosen, CustomCellKernel<ChosenCell<TCell>> kernel, float[] values)
        where TCell : struct, ICell
    {
        var (states, gradients) = (new double[TCell.StateCount], new float[values.Length]);
        if (!double.IsFinite(CellInputs.Step(chosen, Array.ConvertAll(values, value => (double)value), states)) || !states.All(double.IsFinite))
            return false;
        var seeds = new float[TCell.StateCount];
        Array.Fill(seeds, 1);
        kernel.Gradients(filter: false, values, 1, seeds, gradients);
        if (!gradients.All(float.IsFinite))
            return false;
        if (TCell.FilteredGateCount == 0)
            return true;
        kernel.Gradients(filter: true, values, 1, seeds, gradients);
        return gradients.All(float.IsFinite);
    }

    /// <summary>Whether the choices make a difference.</summary>
    private static bool Differs<TCell>(ChosenCell<TCell> chosen, float[] values)
        where TCell : struct, ICell
    {
        var unbounded = chosen with { Limit = float.PositiveInfinity };
        var inputs = Array.ConvertAll(values, value => (double)value);
        var (states, plainStates) = (new double[TCell.StateCount], new double[TCell.StateCount]);
        return CellInputs.Step(unbounded, inputs, states) != CellInputs.Step(chosen.Cell, inputs, plainStates)
            || !states.AsSpan().SequenceEqual(plainStates)
            || (TCell.FilteredGateCount > 0 && CellInputs.Filter(unbounded, inputs) != CellInputs.Filter(chosen.Cell, inputs));
    }

    private static string ChoicesOf<TCell>(ChosenCell<TCell> chosen)
        where TCell : struct, ICell
    {
        var clip = FormattableString.Invariant($"a clip of {chosen.Limit}");
        return !chosen.IsHard ? clip : float.IsFinite(chosen.Limit) ? $"hard activations and {clip}" : "hard activations";
    }
}
