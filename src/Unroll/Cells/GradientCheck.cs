using System.Globalization;
using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>
/// Holds the gradient of a cell, as training uses it, against central differences of its step in double precision: the one that the engine finds, or the one
/// that the cell gives by hand.
/// </summary>
public static class GradientCheck
{
    /// <summary>Float32 rounding over some tens of operations, relative to the gradient, or to 1 where that is smaller.</summary>
    private const double Tolerance = 1e-3;

    private const double Difference = 1e-5;

    private const int Trials = 200;

    /// <summary>Stands for the filtered output among the results, of which the others are the output and, from 1 on, the states.</summary>
    private const int Filtered = -1;

    private const int Output = 0;

    /// <summary>Fails unless every derivative of output and states with respect to gates, previous output, previous states and unit weights agrees.</summary>
    /// <typeparam name="TCell">The equations.</typeparam>
    /// <param name="cell">Their constants.</param>
    /// <param name="range">Inputs are drawn from −<paramref name="range"/>…<paramref name="range"/>, unit weights from where new ones are.</param>
    /// <returns>The largest difference found, relative to the derivative or to 1 where that is smaller.</returns>
    /// <exception cref="ArgumentException">The cell cannot be used; the message says why.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range is not a positive finite number.</exception>
    /// <exception cref="InvalidOperationException">
    /// A derivative differs; the message names what is derived by what, both numbers, the place and how far they are apart. A kink, as of max(0, x) at 0, may
    /// cause it. Or a backward by hand is not linear in the gradients that it is given.
    /// </exception>
    public static double Verify<TCell>(TCell cell = default, float range = 2)
        where TCell : struct, ICell
    {
        if (!(range > 0) || !float.IsFinite(range))
            throw new ArgumentOutOfRangeException(nameof(range), range, "The range of the inputs is a positive finite number.");
        var kernel = CellCheck.Run(cell, comparesBackward: false);
        if (Compare(cell, kernel, range, Trials, Tolerance, out var largest) is { } wrong)
            throw new InvalidOperationException($"The cell '{TCell.Name}': {wrong}.");
        return largest;
    }

    /// <summary>Looks for a derivative that differs.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="kernel">Its kernel, whose gradients are those of training.</param>
    /// <param name="range">Inputs are drawn from −<paramref name="range"/>…<paramref name="range"/>.</param>
    /// <param name="trials">At how many places.</param>
    /// <param name="tolerance">By how much they may differ, relative to the derivative or to 1 where that is smaller.</param>
    /// <param name="largest">The largest difference found until then.</param>
    /// <returns>What differs, or null.</returns>
    internal static string? Compare<TCell>(TCell cell, CustomCellKernel<TCell> kernel, float range, int trials, double tolerance, out double largest)
        where TCell : struct, ICell
    {
        var random = new Random(1);
        largest = 0;
        var values = new float[CustomCellKernel<TCell>.InputCount];
        var (gradients, seeds) = (new float[values.Length], new float[TCell.StateCount]);
        for (var trial = 0; trial < trials; trial++)
        {
            Draw<TCell>(random, range, values);
            for (var result = TCell.FilteredGateCount > 0 ? Filtered : Output; result <= TCell.StateCount; result++)
            {
                for (var state = 0; state < seeds.Length; state++)
                    seeds[state] = result == 1 + state ? 1 : 0;
                kernel.Gradients(filter: result == Filtered, values, result is Output or Filtered ? 1 : 0, seeds, gradients);
                for (var input = 0; input < values.Length; input++)
                {
                    if (Compare(cell, values, result, input, gradients[input], tolerance, ref largest) is { } wrong)
                        return wrong;
                }
            }

            if (TCell.HasBackward && FindNonlinear(kernel, random, values, tolerance) is { } nonlinear)
                return nonlinear;
        }

        return null;
    }

    private static void Draw<TCell>(Random random, float range, float[] values)
        where TCell : struct, ICell
    {
        for (var index = 0; index < values.Length; index++)
            values[index] = range * ((2 * random.NextSingle()) - 1);
        for (var weight = 0; weight < TCell.UnitWeightCount; weight++)
        {
            var (low, high) = (TCell.UnitWeights[weight].Low, TCell.UnitWeights[weight].High);
            values[CustomCellKernel<TCell>.UnitWeightsStart + weight] = float.Lerp(low, high, random.NextSingle());
        }
    }

    private static string? Compare<TCell>(TCell cell, float[] values, int result, int input, double gradient, double tolerance, ref double largest)
        where TCell : struct, ICell
    {
        var expected = (ResultAt(cell, values, result, input, Difference) - ResultAt(cell, values, result, input, -Difference)) / (2 * Difference);
        var difference = Math.Abs(expected - gradient) / Math.Max(1, Math.Abs(expected));
        if (difference <= tolerance)
        {
            largest = Math.Max(largest, difference);
            return null;
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"the derivative of {NameOf(result)} with respect to {CellInputs.NameOf<TCell>(input)} is {gradient:G6}; differences give {expected:G6}, at {values[input]:G6}: off by {Math.Abs(expected - gradient):G3}");
    }

    /// <summary>A backward by hand whose gradients for several results at once are not the sum of those for each of them.</summary>
    private static string? FindNonlinear<TCell>(CustomCellKernel<TCell> kernel, Random random, float[] values, double tolerance)
        where TCell : struct, ICell
    {
        var (sums, gradients) = (new double[values.Length], new float[values.Length]);
        var seeds = new float[1 + TCell.StateCount];
        foreach (ref var seed in seeds.AsSpan())
            seed = 2 + random.NextSingle();
        for (var result = 0; result < seeds.Length; result++)
        {
            var alone = new float[seeds.Length];
            alone[result] = 1;
            kernel.Gradients(filter: false, values, alone[0], alone.AsSpan(1), gradients);
            for (var input = 0; input < values.Length; input++)
                sums[input] += seeds[result] * (double)gradients[input];
        }

        kernel.Gradients(filter: false, values, seeds[0], seeds.AsSpan(1), gradients);
        for (var input = 0; input < values.Length; input++)
        {
            var difference = Math.Abs(sums[input] - gradients[input]) / Math.Max(1, Math.Abs(sums[input]));
            if (!(difference <= tolerance))
            {
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"the gradient with respect to {CellInputs.NameOf<TCell>(input)} is {gradients[input]:G6} for gradients of output and states of 2 to 3, and {sums[input]:G6} added up from those of each alone: backward is linear in the gradients that come in");
            }
        }

        return null;
    }

    private static string NameOf(int result) => result switch
    {
        Filtered => "the filtered output",
        Output => "the output",
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
        return result == Output ? output : states[result - 1];
    }
}
