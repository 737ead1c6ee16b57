using System.Globalization;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Holds the gradient of a cell, as training uses it, against central differences of its step in double precision.</summary>
public static class GradientCheck
{
    /// <summary>Float32 rounding over some tens of operations, relative to the gradient, or to 1 where that is smaller.</summary>
    private const double Tolerance = 1e-3;

    private const double Difference = 1e-5;

    private const int Trials = 200;

    /// <summary>Stands for the filtered output among the results, of which 0 is the output and 1 + s state s.</summary>
    private const int Filtered = -1;

    /// <summary>Fails unless every derivative of output and states with respect to gates, previous output, previous states and unit weights agrees.</summary>
    /// <typeparam name="TCell">The equations.</typeparam>
    /// <param name="cell">Their constants.</param>
    /// <param name="range">Inputs are drawn from −<paramref name="range"/>…<paramref name="range"/>, unit weights from where new ones are.</param>
    /// <returns>The largest difference found, relative to the derivative or to 1 where that is smaller.</returns>
    /// <exception cref="ArgumentException">The cell cannot be used; the message says why.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not a positive finite number.</exception>
    /// <exception cref="InvalidOperationException">
    /// A derivative differs; the message names what is derived by what, both numbers and the place. A kink, as of max(0, x) at 0, may cause it.
    /// </exception>
    public static double Verify<TCell>(TCell cell = default, float range = 2)
        where TCell : struct, ICell
    {
        if (!(range > 0) || !float.IsFinite(range))
            throw new ArgumentOutOfRangeException(nameof(range), range, "The range of the inputs is a positive finite number.");
        var kernel = CellCheck.Run(cell);
        var random = new Random(1);
        var largest = 0.0;
        var values = new float[CustomCellKernel<TCell>.InputCount];
        var (gradients, seeds) = (new float[values.Length], new float[TCell.StateCount]);
        for (var trial = 0; trial < Trials; trial++)
        {
            for (var index = 0; index < values.Length; index++)
                values[index] = range * ((2 * random.NextSingle()) - 1);
            for (var weight = 0; weight < TCell.UnitWeightCount; weight++)
            {
                var (low, high) = (TCell.UnitWeights[weight].Low, TCell.UnitWeights[weight].High);
                values[CustomCellKernel<TCell>.UnitWeightsStart + weight] = float.Lerp(low, high, random.NextSingle());
            }

            for (var result = 0; result <= TCell.StateCount; result++)
            {
                for (var state = 0; state < seeds.Length; state++)
                    seeds[state] = result == 1 + state ? 1 : 0;
                kernel.Gradients(filter: false, values, result == 0 ? 1 : 0, seeds, gradients);
                for (var input = 0; input < values.Length; input++)
                    largest = Math.Max(largest, Compare(cell, values, result, input, gradients[input]));
            }

            if (TCell.FilteredGateCount == 0)
                continue;
            kernel.Gradients(filter: true, values, 1, seeds, gradients);
            for (var input = 0; input < values.Length; input++)
                largest = Math.Max(largest, Compare(cell, values, Filtered, input, gradients[input]));
        }

        return largest;
    }

    private static double Compare<TCell>(TCell cell, float[] values, int result, int input, double gradient)
        where TCell : struct, ICell
    {
        var expected = (ResultAt(cell, values, result, input, Difference) - ResultAt(cell, values, result, input, -Difference)) / (2 * Difference);
        var difference = Math.Abs(expected - gradient) / Math.Max(1, Math.Abs(expected));
        if (difference <= Tolerance)
            return difference;
        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"The cell '{TCell.Name}': the derivative of {NameOf(result)} with respect to {CellInputs.NameOf<TCell>(input)} is {gradient:G6}; differences give {expected:G6}, at {values[input]:G6}."));
    }

    private static string NameOf(int result) => result switch
    {
        Filtered => "the filtered output",
        0 => "the output",
        _ => string.Create(CultureInfo.InvariantCulture, $"state {result - 1}"),
    };

    /// <summary>Output, state or filtered output with one input moved.</summary>
    private static double ResultAt<TCell>(TCell cell, float[] values, int result, int input, double by)
        where TCell : struct, ICell
    {
        var inputs = Array.ConvertAll(values, value => (double)value);
        inputs[input] += by;
        if (result == Filtered)
            return CellInputs.Filter(cell, inputs);
        var states = new double[TCell.StateCount];
        var output = CellInputs.Step(cell, inputs, states);
        return result == 0 ? output : states[result - 1];
    }
}
