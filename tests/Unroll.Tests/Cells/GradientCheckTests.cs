using Unroll.Cells;
using Unroll.Kernels;

namespace Unroll.Tests.Cells;

/// <summary>The public check of gradients on cells with stages: it passes what is right, and names what is not.</summary>
public sealed class GradientCheckTests
{
    [Fact]
    public void Cells_with_every_kind_of_stage_agree()
    {
        Assert.InRange(GradientCheck.Verify<ResetBefore>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify<AllFiltered>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify<GatedDecay>(), 1e-12, 1e-3);
        Assert.InRange(GradientCheck.Verify<Normalized>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify<Projected>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify<ProjectedParts>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify<ThreeHeads>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify<EchoStateCell>(), 1e-12, 1e-4);
    }

    [Fact]
    public void A_filter_that_differs_is_named_with_the_gate() =>
        Fails<FilterOfSum>("'filter-of-sum'", "the derivative of the filtered output with respect to the sum of gate 0 (first) is 1; differences give 2", "off by 1");

    [Fact]
    public void A_filter_that_differs_is_named_with_the_state() =>
        Fails<FilterOfState>("'filter-of-state'", "the filtered output with respect to the previous state 0 is 3; differences give 6", "off by 3");

    [Fact]
    public void A_filter_that_differs_is_named_with_the_previous_output() =>
        Fails<FilterOfOutput>("'filter-of-output'", "the filtered output with respect to the previous output is 1; differences give 2");

    [Fact]
    public void A_unit_weight_is_named() =>
        Fails<Weighted>("'weighted'", "the derivative of the output with respect to the unit weight 'scale' is 1; differences give 2");

    [Fact]
    public void A_state_is_named() =>
        Fails<Stateful>("'stateful'", "the derivative of state 1 with respect to the previous state 0 is 1; differences give 2");

    [Fact]
    public void A_recurrent_sum_is_named() =>
        Fails<Parts>("'parts'", "the derivative of the output with respect to the recurrent sum of gate 1 (second) is 1; differences give 2");

    private static void Fails<TCell>(params string[] words)
        where TCell : struct, ICell
    {
        var failure = Assert.Throws<InvalidOperationException>(() => GradientCheck.Verify<TCell>());
        Assert.All(words, word => Assert.Contains(word, failure.Message, StringComparison.Ordinal));
    }

    /// <summary>A factor that is 2 in the check's differences, and 1 in training: a cell that cheats in this way stands for any wrong derivative.</summary>
    private static T Factor<T>()
        where T : struct, ILane<T> => T.Broadcast(typeof(T) == typeof(ProbeLane) ? 2 : 1);

    private readonly struct FilterOfSum : ITwoGates
    {
        public static string Name => "filter-of-sum";

        public static int FilteredGateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(Factor<T>() * step.Sum(0));
    }

    private readonly struct FilterOfState : ITwoGates
    {
        public static string Name => "filter-of-state";

        public static int FilteredGateCount => 1;

        public static int StateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) + (Factor<T>() * T.Broadcast(3) * step.PreviousState(0)));

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            step.SetState(0, step.Sum(0));
            step.SetOutput(step.Sum(1));
        }
    }

    private readonly struct FilterOfOutput : ITwoGates
    {
        public static string Name => "filter-of-output";

        public static int FilteredGateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(Factor<T>() * step.PreviousOutput);
    }

    private readonly struct Weighted : ITwoGates
    {
        public static string Name => "weighted";

        public static IReadOnlyList<UnitWeight> UnitWeights => [new("scale", -1, 1)];

        public static int UnitWeightCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) + step.Sum(1) + (Factor<T>() * step.UnitWeight(0)));
    }

    private readonly struct Stateful : ITwoGates
    {
        public static string Name => "stateful";

        public static int StateCount => 2;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var before = step.PreviousState(0);
            step.SetState(0, before);
            step.SetState(1, Factor<T>() * before);
            step.SetOutput(step.Sum(0) + step.Sum(1));
        }
    }

    private readonly struct Parts : ITwoParts
    {
        public static string Name => "parts";

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.InputSum(0) + step.RecurrentSum(0) + step.InputSum(1) + (Factor<T>() * step.RecurrentSum(1)));
    }
}
