using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Tests.Cells;

/// <summary>Cells that cannot be used are refused when a layer is made of them, with the cell's name and what is wrong.</summary>
public sealed class BadCellTests
{
    private static int counter;

    [Fact]
    public void A_name_that_no_file_should_hold() => Refuses<Named>("My Cell", "lower-case");

    [Fact]
    public void The_name_of_a_built_in_cell() => Refuses<Lstm>("'lstm'", "cell of the library");

    [Fact]
    public void The_name_of_a_built_in_cell_of_equations() => Refuses<Sru>("'sru'", "cell of the library");

    [Fact]
    public void A_forget_gate_that_is_not_there() => Refuses<NoForgetGate>("'no-forget-gate'", "ForgetGate is 1", "1 gates");

    [Fact]
    public void No_gates() => Refuses<NoGates>("'no-gates'", "GateCount is 0");

    [Fact]
    public void More_names_than_gates() => Refuses<WrongNames>("'wrong-names'", "names 2 gates", "GateCount is 1");

    [Fact]
    public void A_gate_that_is_not_there() => Refuses<MissingGate>("'missing-gate'", "gate 1", "it has 1");

    [Fact]
    public void A_state_that_is_not_there() => Refuses<MissingState>("'missing-state'", "state 0", "StateCount is 0");

    [Fact]
    public void More_states_to_keep_than_there_are() => Refuses<KeepsTooMany>("'keeps-too-many'", "ZoneoutStateCount is 2", "0 to 1");

    /// <summary>Far behind all memory that a step has: found out before anything is written there.</summary>
    [Fact]
    public void A_state_far_away_is_refused_before_it_is_written() => Refuses<FarState>("'far-state'", "state 100000000", "it has 1");

    [Fact]
    public void A_state_that_is_not_set() => Refuses<ForgottenState>("'forgotten-state'", "state 1");

    [Fact]
    public void No_output() => Refuses<NoOutput>("'no-output'", "sets no output");

    [Fact]
    public void A_state_that_is_read_after_it_was_set() => Refuses<LateRead>("'late-read'", "state 0", "before");

    [Fact]
    public void Parts_of_sums_that_are_not_apart() => Refuses<PartsOfSums>("'parts-of-sums'", "SeparatesRecurrentSums");

    [Fact]
    public void A_sum_of_parts_that_are_apart() => Refuses<SumOfParts>("'sum-of-parts'", "InputSum(0)");

    [Fact]
    public void A_memory_of_its_own() => Refuses<HiddenMemory>("'hidden-memory'", "different results");

    [Fact]
    public void An_output_that_is_no_number() => Refuses<NoNumber>("'no-number'", "output");

    [Fact]
    public void A_gradient_that_is_no_number() => Refuses<NoGradient>("'no-gradient'", "gradient", "gate 0 (sum)");

    [Fact]
    public void No_number_at_the_start_of_a_sequence() => Refuses<BadStart>("'bad-start'", "start of a sequence");

    [Fact]
    public void Constants_that_no_file_should_hold()
    {
        RefusesConstants([new("Rate", 1)], "constant is named 'Rate'", "lower-case");
        RefusesConstants([new("rate", double.NaN)], "constant 'rate' is NaN", "finite");
        RefusesConstants([new("rate", float.PositiveInfinity)], "constant 'rate' is Infinity", "finite");
        RefusesConstants([new("rate", 1), new("rate", 1)], "lists the constant 'rate' twice");
        RefusesConstants([null!], "constant is named ''");
        RefusesConstants(null, "Constants are null");
    }

    [Fact]
    public void Constants_that_change() => Refuses<ChangingConstants>("'changing-constants'", "others when they are asked for again");

    [Fact]
    public void Too_many_operations() => Refuses<TooLong>("'too-long'", "1024 operations");

    [Fact]
    public void The_gradient_of_cells_that_are_well_made_is_that_of_differences()
    {
        Assert.InRange(GradientCheck.Verify<MyLstm>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify<MyGru>(), 1e-12, 1e-4);
        Assert.InRange(GradientCheck.Verify(new ExponentialGates(0.9f)), 1e-12, 1e-3);
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientCheck.Verify<MyLstm>(range: 0));
    }

    [Fact]
    public void A_gradient_that_differs_is_named()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => GradientCheck.Verify<TwoFaced>());
        Assert.Contains("'two-faced'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the output with respect to the sum of gate 0 (sum)", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>One thread fails in the middle of the steps of one sequence, which two threads share; the other must not wait for it for ever.</summary>
    [Fact]
    public void A_step_that_throws_while_threads_wait_for_each_other_ends_in_its_exception()
    {
        var before = Parallelism.ThreadCount;
        try
        {
            Parallelism.ThreadCount = 2;
            var layer = new Recurrent<Failing>(256, 512);
            var x = new Tensor(new(20, 1, 256));
            layer.Forward(new Tape(recording: false), x);
            Failing.StepsLeft = 200;
            var failure = Assert.Throws<NotSupportedException>(() => layer.Forward(new Tape(recording: false), x));
            Assert.Equal("One step too many.", failure.Message);
            Failing.StepsLeft = int.MaxValue;
            layer.Forward(new Tape(recording: false), x);
        }
        finally
        {
            Parallelism.ThreadCount = before;
            Failing.StepsLeft = int.MaxValue;
        }
    }

    private static void Refuses<TCell>(params string[] words)
        where TCell : struct, ICell
    {
        var failure = Assert.Throws<ArgumentException>(() => new Recurrent<TCell>(3, 4));
        Assert.All(words, word => Assert.Contains(word, failure.Message, StringComparison.Ordinal));
    }

    private static void RefusesConstants(IReadOnlyList<CellConstant>? constants, params string[] words)
    {
        var failure = Assert.Throws<ArgumentException>(() => Cell.Of(new WithConstants(constants)));
        Assert.StartsWith("The cell 'with-constants' cannot be used: ", failure.Message, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, failure.Message, StringComparison.Ordinal));
    }

    private readonly struct WithConstants(IReadOnlyList<CellConstant>? constants) : ICell
    {
        public static string Name => "with-constants";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public IReadOnlyList<CellConstant> Constants => constants!;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0));
    }

    private readonly struct ChangingConstants : ICell
    {
        public static string Name => "changing-constants";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public IReadOnlyList<CellConstant> Constants => [new("turn", counter++)];

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0));
    }

    private readonly struct Named : ICell
    {
        public static string Name => "My Cell";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0));
    }

    private readonly struct Lstm : ICell
    {
        public static string Name => "lstm";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0));
    }

    private readonly struct Sru : ICell
    {
        public static string Name => "sru";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0));
    }

    private readonly struct NoForgetGate : ICell
    {
        public static string Name => "no-forget-gate";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public static int? ForgetGate => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0));
    }

    private readonly struct NoGates : ICell
    {
        public static string Name => "no-gates";

        public static IReadOnlyList<string> GateNames => [];

        public static int GateCount => 0;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.PreviousOutput);
    }

    private readonly struct WrongNames : ICell
    {
        public static string Name => "wrong-names";

        public static IReadOnlyList<string> GateNames => ["sum", "other"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0));
    }

    private readonly struct MissingGate : ICell
    {
        public static string Name => "missing-gate";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(1));
    }

    private readonly struct MissingState : ICell
    {
        public static string Name => "missing-state";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) + step.PreviousState(0));
    }

    private readonly struct FarState : ICell
    {
        public static string Name => "far-state";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public static int StateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            step.SetState(100_000_000, step.Sum(0));
            step.SetOutput(step.Sum(0));
        }
    }

    private readonly struct KeepsTooMany : ICell
    {
        public static string Name => "keeps-too-many";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public static int StateCount => 1;

        public static int? ZoneoutStateCount => 2;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            step.SetState(0, step.Sum(0));
            step.SetOutput(step.Sum(0));
        }
    }

    private readonly struct ForgottenState : ICell
    {
        public static string Name => "forgotten-state";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public static int StateCount => 2;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            step.SetState(0, step.Sum(0));
            step.SetOutput(step.Sum(0));
        }
    }

    private readonly struct NoOutput : ICell
    {
        public static string Name => "no-output";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public static int StateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetState(0, step.Sum(0));
    }

    private readonly struct LateRead : ICell
    {
        public static string Name => "late-read";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public static int StateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            step.SetState(0, step.Sum(0));
            step.SetOutput(step.PreviousState(0));
        }
    }

    private readonly struct PartsOfSums : ICell
    {
        public static string Name => "parts-of-sums";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.RecurrentSum(0));
    }

    private readonly struct SumOfParts : ICell
    {
        public static string Name => "sum-of-parts";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public static bool SeparatesRecurrentSums => true;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0));
    }

    private readonly struct HiddenMemory : ICell
    {
        public static string Name => "hidden-memory";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) + T.Broadcast(counter++));
    }

    private readonly struct NoNumber : ICell
    {
        public static string Name => "no-number";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) / T.Broadcast(0));
    }

    private readonly struct BadStart : ICell
    {
        public static string Name => "bad-start";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public static int StateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var previous = step.PreviousState(0);
            step.SetState(0, step.Sum(0));
            step.SetOutput(previous / previous);
        }
    }

    private readonly struct NoGradient : ICell
    {
        public static string Name => "no-gradient";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        /// <summary>Zero, whose factor on the way has no finite float32.</summary>
        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var tiny = T.Broadcast(1e-30f);
            step.SetOutput(step.Sum(0) * tiny / (tiny * tiny) * T.Broadcast(0));
        }
    }

    private readonly struct TooLong : ICell
    {
        public static string Name => "too-long";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var sum = step.Sum(0);
            for (var turn = 0; turn < 2000; turn++)
                sum = sum * T.Broadcast(0.5f);
            step.SetOutput(sum);
        }
    }

    /// <summary>Does something else where it is not differentiated.</summary>
    private readonly struct TwoFaced : ICell
    {
        public static string Name => "two-faced";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T> => step.SetOutput(step.Sum(0) * T.Broadcast(typeof(T) == typeof(ProbeLane) ? 2 : 1));
    }

    /// <summary>Fails once, after a number of steps of some units.</summary>
    private readonly struct Failing : ICell
    {
        private static int stepsLeft = int.MaxValue;

        public static int StepsLeft { set => Volatile.Write(ref stepsLeft, value); }

        public static string Name => "failing";

        public static IReadOnlyList<string> GateNames => ["sum"];

        public static int GateCount => 1;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            if (Interlocked.Decrement(ref stepsLeft) == 0)
                throw new NotSupportedException("One step too many.");
            step.SetOutput(T.Tanh(step.Sum(0)));
        }
    }
}
