using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;

namespace Unroll.Tests.Cells;

/// <summary>A backward by hand that is incomplete or wrong is refused when a layer is made of its cell, with the gate or state and by how much.</summary>
public sealed class BadBackwardTests
{
    private static int counter;

    [Fact]
    public void A_backward_that_is_not_there() => Refuses<Missing>("'missing'", "HasBackward", "no Backward");

    [Fact]
    public void A_backward_that_is_not_switched_on() => Refuses<Idle>("'idle'", "HasBackward is false");

    [Fact]
    public void A_kept_value_without_a_backward() => Refuses<Keeper>("'keeper'", "in the place of gate 0", "HasBackward is false");

    [Fact]
    public void A_kept_value_that_hides_a_sum_which_is_read_later() => Refuses<EarlyKeeper>("'early-keeper'", "sum of gate 0 after it has kept");

    [Fact]
    public void Two_kept_values_in_one_place() => Refuses<DoubleKeeper>("'double-keeper'", "gate 0 twice");

    [Fact]
    public void A_kept_value_of_a_gate_that_is_not_there() => Refuses<FarKeeper>("'far-keeper'", "gate 7", "it has 2");

    [Fact]
    public void A_kept_value_in_the_place_of_a_sum_that_the_filter_reads() => Refuses<FilterKeeper>("'filter-keeper'", "gate 0", "its filter reads", "from 1 on");

    [Fact]
    public void A_gradient_of_a_sum_that_is_never_set() => Refuses<ForgottenSum>("'forgotten-sum'", "its Backward does not set", "the sum of gate 1 (second)");

    [Fact]
    public void A_gradient_that_is_set_twice() => Refuses<DoubleSum>("'double-sum'", "the sum of gate 1 (second) twice");

    [Fact]
    public void A_gradient_of_a_gate_that_is_not_there() => Refuses<FarSum>("'far-sum'", "gate 2", "the cell has 2");

    /// <summary>Far behind all memory that a step has: found out before anything is written there.</summary>
    [Fact]
    public void A_gradient_of_a_state_far_away() => Refuses<FarState>("'far-state'", "state 100000000", "the cell has 1");

    [Fact]
    public void A_gradient_of_a_previous_state_that_is_never_set() => Refuses<ForgottenState>("'forgotten-state'", "the previous state 0");

    [Fact]
    public void A_gradient_of_a_state_that_is_read_after_its_place_was_used() => Refuses<LateState>("'late-state'", "gradient of state 0 after");

    [Fact]
    public void A_sum_that_is_read_after_its_place_was_used() => Refuses<LateSum>("'late-sum'", "place of gate 0 (first) after");

    [Fact]
    public void A_gradient_of_the_previous_output_that_is_never_set() => Refuses<ForgottenOutput>("'forgotten-output'", "the previous output, which its step reads");

    [Fact]
    public void A_gradient_of_a_unit_weight_that_is_never_set() => Refuses<ForgottenWeight>("'forgotten-weight'", "unit weight 0");

    [Fact]
    public void A_gradient_of_a_whole_sum_of_parts() => Refuses<WholeOfParts>("'whole-of-parts'", "SetInputSumGradient");

    [Fact]
    public void A_gradient_of_a_part_of_a_whole_sum() => Refuses<PartOfWhole>("'part-of-whole'", "SetRecurrentSumGradient(0)", "SetSumGradient(0)");

    [Fact]
    public void A_gradient_of_a_recurrent_sum_that_is_never_set() => Refuses<ForgottenPart>("'forgotten-part'", "the recurrent sum of gate 1 (second)");

    [Fact]
    public void A_kept_value_that_nobody_kept() => Refuses<NothingKept>("'nothing-kept'", "Kept(0)");

    [Fact]
    public void A_sum_in_whose_place_something_was_kept() => Refuses<SumOfKept>("'sum-of-kept'", "has to read Kept(0)");

    [Fact]
    public void A_previous_output_of_another_size() => Refuses<ProjectedOutput>("'projected-output'", "the gradient of the previous output");

    [Fact]
    public void A_gradient_that_is_no_number() => Refuses<NoNumber>("'no-number'", "gradient with respect to the sum of gate 1 (second)");

    [Fact]
    public void A_memory_of_its_own() => Refuses<WithMemory>("'with-memory'", "Backward gives different results");

    [Fact]
    public void A_wrong_gradient_is_refused_with_the_gate_and_by_how_much()
    {
        Refuses<Wrong>("'wrong'", "of its Backward, the derivative of the output with respect to the sum of gate 1 (second) is 1.5; differences give 1", "off by 0.5");
        var failure = Assert.Throws<InvalidOperationException>(() => GradientCheck.Verify<Wrong>());
        Assert.Contains("'wrong': the derivative of the output with respect to the sum of gate 1 (second) is 1.5", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_gradient_of_a_state_is_refused_with_the_state() =>
        Refuses<WrongState>("'wrong-state'", "the derivative of state 0 with respect to the previous state 0 is 0.25; differences give 0.5", "off by 0.25");

    [Fact]
    public void A_backward_that_multiplies_the_gradients_that_come_in() => Refuses<Squared>("'squared'", "linear", "gate 0 (first)");

    /// <summary>Off by less than what construction looks at, and found by the check with its many places.</summary>
    [Fact]
    public void A_slightly_wrong_gradient_is_found_by_the_check()
    {
        _ = new Recurrent<Slightly>(3, 4);
        var failure = Assert.Throws<InvalidOperationException>(() => GradientCheck.Verify<Slightly>());
        Assert.Contains("gate 0 (first) is 1.004", failure.Message, StringComparison.Ordinal);
    }

    private static void Refuses<TCell>(params string[] words)
        where TCell : struct, ICell
    {
        var failure = Assert.Throws<ArgumentException>(() => new Recurrent<TCell>(3, 4));
        Assert.All(words, word => Assert.Contains(word, failure.Message, StringComparison.Ordinal));
    }

    /// <summary><c>h = a + b</c> with its gradient.</summary>
    private interface ISummed : ITwoGates
    {
        static bool ICell.HasBackward => true;

        void ICell.Backward<T>(in UnitGradient<T> step)
        {
            step.SetSumGradient(0, step.OutputGradient);
            step.SetSumGradient(1, step.OutputGradient);
        }
    }

    /// <summary><c>c = (c' + a) / 2, h = b + c</c>.</summary>
    private interface IWithState : ITwoGates
    {
        static int ICell.StateCount => 1;

        static bool ICell.HasBackward => true;

        void ICell.Step<T>(in UnitStep<T> step)
        {
            var c = T.Broadcast(0.5f) * (step.PreviousState(0) + step.Sum(0));
            step.SetState(0, c);
            step.SetOutput(c + step.Sum(1));
        }
    }

    private readonly struct Missing : ITwoGates
    {
        public static string Name => "missing";

        public static bool HasBackward => true;
    }

    private readonly struct Idle : ISummed
    {
        public static string Name => "idle";

        public static bool HasBackward => false;
    }

    private readonly struct Keeper : ITwoGates
    {
        public static string Name => "keeper";

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var sum = step.Sum(0) + step.Sum(1);
            step.Keep(0, sum);
            step.SetOutput(sum);
        }
    }

    private readonly struct EarlyKeeper : ISummed
    {
        public static string Name => "early-keeper";

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            step.Keep(0, step.Sum(1));
            step.SetOutput(step.Sum(0) + step.Sum(1));
        }
    }

    private readonly struct DoubleKeeper : ISummed
    {
        public static string Name => "double-keeper";

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var sum = step.Sum(0) + step.Sum(1);
            step.Keep(0, sum);
            step.Keep(0, sum);
            step.SetOutput(sum);
        }
    }

    private readonly struct FarKeeper : ISummed
    {
        public static string Name => "far-keeper";

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            step.Keep(7, step.Sum(1));
            step.SetOutput(step.Sum(0) + step.Sum(1));
        }
    }

    private readonly struct FilterKeeper : ISummed
    {
        public static string Name => "filter-keeper";

        public static int FilteredGateCount => 1;

        public void Filter<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) * step.PreviousOutput);

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var sum = step.Sum(0) + step.Sum(1);
            step.Keep(0, sum);
            step.SetOutput(sum);
        }
    }

    private readonly struct ForgottenSum : ISummed
    {
        public static string Name => "forgotten-sum";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T> => step.SetSumGradient(0, step.OutputGradient);
    }

    private readonly struct DoubleSum : ISummed
    {
        public static string Name => "double-sum";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            step.SetSumGradient(1, step.OutputGradient);
            step.SetSumGradient(1, step.OutputGradient);
        }
    }

    private readonly struct FarSum : ISummed
    {
        public static string Name => "far-sum";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T> => step.SetSumGradient(2, step.OutputGradient);
    }

    private readonly struct FarState : IWithState
    {
        public static string Name => "far-state";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T> => step.SetPreviousStateGradient(100_000_000, step.OutputGradient);
    }

    private readonly struct ForgottenState : IWithState
    {
        public static string Name => "forgotten-state";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            step.SetSumGradient(0, T.Broadcast(0.5f) * (step.OutputGradient + step.StateGradient(0)));
            step.SetSumGradient(1, step.OutputGradient);
        }
    }

    private readonly struct LateState : IWithState
    {
        public static string Name => "late-state";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            step.SetPreviousStateGradient(0, T.Broadcast(0.5f) * (step.OutputGradient + step.StateGradient(0)));
            step.SetSumGradient(0, T.Broadcast(0.5f) * (step.OutputGradient + step.StateGradient(0)));
            step.SetSumGradient(1, step.OutputGradient);
        }
    }

    private readonly struct LateSum : ISummed
    {
        public static string Name => "late-sum";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            step.SetSumGradient(0, step.OutputGradient);
            step.SetSumGradient(1, step.OutputGradient * step.Sum(0));
        }
    }

    private readonly struct ForgottenOutput : ISummed
    {
        public static string Name => "forgotten-output";

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) + step.Sum(1) + step.PreviousOutput);
    }

    private readonly struct ForgottenWeight : ISummed
    {
        public static string Name => "forgotten-weight";

        public static IReadOnlyList<UnitWeight> UnitWeights => [new("scale", -1, 1)];

        public static int UnitWeightCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) + step.Sum(1) + step.UnitWeight(0));
    }

    private readonly struct WholeOfParts : ITwoParts
    {
        public static string Name => "whole-of-parts";

        public static bool HasBackward => true;

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T> => step.SetSumGradient(0, step.OutputGradient);
    }

    private readonly struct PartOfWhole : ITwoGates
    {
        public static string Name => "part-of-whole";

        public static bool HasBackward => true;

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T> => step.SetRecurrentSumGradient(0, step.OutputGradient);
    }

    private readonly struct ForgottenPart : ITwoParts
    {
        public static string Name => "forgotten-part";

        public static bool HasBackward => true;

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            step.SetInputSumGradient(0, step.OutputGradient);
            step.SetInputSumGradient(1, step.OutputGradient);
            step.SetRecurrentSumGradient(0, step.OutputGradient);
        }
    }

    private readonly struct NothingKept : ISummed
    {
        public static string Name => "nothing-kept";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T> => step.SetSumGradient(0, step.Kept(0));
    }

    private readonly struct SumOfKept : ISummed
    {
        public static string Name => "sum-of-kept";

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var sum = step.Sum(0) + step.Sum(1);
            step.Keep(0, sum);
            step.SetOutput(sum);
        }

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T> => step.SetSumGradient(1, step.Sum(0));
    }

    private readonly struct ProjectedOutput : ISummed
    {
        public static string Name => "projected-output";

        public static bool ProjectsOutput => true;

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            step.SetSumGradient(0, step.OutputGradient);
            step.SetSumGradient(1, step.OutputGradient);
            step.SetPreviousOutputGradient(step.OutputGradient);
        }
    }

    private readonly struct NoNumber : ISummed
    {
        public static string Name => "no-number";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            step.SetSumGradient(0, step.OutputGradient);
            step.SetSumGradient(1, step.OutputGradient / T.Broadcast(0));
        }
    }

    private readonly struct WithMemory : ISummed
    {
        public static string Name => "with-memory";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            step.SetSumGradient(0, step.OutputGradient);
            step.SetSumGradient(1, step.OutputGradient * T.Broadcast(counter++));
        }
    }

    private readonly struct Wrong : ISummed
    {
        public static string Name => "wrong";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            step.SetSumGradient(0, step.OutputGradient);
            step.SetSumGradient(1, step.OutputGradient * T.Broadcast(1.5f));
        }
    }

    private readonly struct WrongState : IWithState
    {
        public static string Name => "wrong-state";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            var dState = step.StateGradient(0);
            var dSum = T.Broadcast(0.5f) * (step.OutputGradient + dState);
            step.SetSumGradient(0, dSum);
            step.SetSumGradient(1, step.OutputGradient);
            step.SetPreviousStateGradient(0, dSum - (T.Broadcast(0.25f) * dState));
        }
    }

    /// <summary>Right for a gradient of 1.</summary>
    private readonly struct Squared : ISummed
    {
        public static string Name => "squared";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            step.SetSumGradient(0, step.OutputGradient * step.OutputGradient);
            step.SetSumGradient(1, step.OutputGradient);
        }
    }

    private readonly struct Slightly : ISummed
    {
        public static string Name => "slightly";

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            step.SetSumGradient(0, step.OutputGradient * T.Broadcast(1.004f));
            step.SetSumGradient(1, step.OutputGradient);
        }
    }
}
