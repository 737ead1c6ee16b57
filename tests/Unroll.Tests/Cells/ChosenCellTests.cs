using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Cells;

/// <summary>Cells with a clip or with hard activations, against equations in double precision that have them written out.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class ChosenCellTests
{
    private const int InputSize = 3;
    private const int TimeSteps = 5;

    /// <summary>Holds about half of the states of random cells.</summary>
    private const float Clip = 0.4f;

    /// <summary>Without σ and tanh, or dividing by gates.</summary>
    private static readonly string[] NeverHard = ["rnn-relu", "indrnn", "minlstm"];

    public static TheoryData<string> Names => [.. ByHand, .. Family.Names.Select(row => row.Data)];

    public static TheoryData<string> HardNames => [.. Names.Select(row => row.Data).Except(NeverHard)];

    private static string[] ByHand => ["lstm", "gru", "rnn-tanh", "rnn-relu"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_clip_bounds_states_or_the_output_and_stops_their_gradient(string name) => Run(name, Cell.Find(name)!.WithClip(Clip), new(isHard: false, Clip));

    [Theory]
    [MemberData(nameof(HardNames))]
    public void Hard_activations_take_the_place_of_both(string name) => Run(name, Cell.Find(name)!.WithHardActivations(), new(isHard: true));

    [Theory]
    [MemberData(nameof(HardNames))]
    public void Both_choices_go_together(string name) => Run(name, Cell.Find(name)!.WithHardActivations().WithClip(Clip), new(isHard: true, Clip));

    /// <summary>
    /// The way around by lanes of their own changes nothing but what was chosen. A cell with choices has the gradient of its equations, which one by hand equals
    /// within rounding.
    /// </summary>
    [Theory]
    [MemberData(nameof(Family.Names), MemberType = typeof(Family))]
    public void A_clip_that_holds_nothing_changes_nothing(string name)
    {
        var plain = Cell.Find(name)!;
        var (expected, actual) = (Everything(plain), Everything(plain.WithClip(1e30f)));
        foreach (var ((what, values), (_, found)) in expected.Zip(actual))
        {
            if (what is "y" or "states")
                Close.Bits(what, values, found);
            else
                Close.Gradients(what, RandomValues.ToDouble(values), found);
        }

        Assert.NotEqual(expected[0].Values, Everything(plain.WithClip(Clip))[0].Values);
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("gru")]
    [InlineData("gru-reset-before")]
    [InlineData("layer-norm-lstm")]
    [InlineData("projected-lstm")]
    [InlineData("slstm")]
    public void Streams_batches_and_whole_sequences_are_bit_for_bit_the_same(string name) =>
        LayerChecks.CompareStreams(Cell.Find(name)!.WithHardActivations().WithClip(Clip));

    [Fact]
    public void A_cell_with_choices_is_that_cell_with_them()
    {
        var cell = Cell.Lstm.WithClip(3);
        Assert.Equal("lstm", cell.Name);
        Assert.Equal((3f, false), (cell.Clip, cell.HasHardActivations));
        Assert.Equal(Cell.Lstm.GateNames, cell.GateNames);
        Assert.Equal((4, 1, (int?)1), (cell.GateCount, cell.StateCount, cell.ForgetGate));
        Assert.Equal(Cell.Lstm.Description, cell.Description);
        Assert.NotEqual(Cell.Lstm, cell);
        Assert.Equal(cell, Cell.Lstm.WithClip(3));
        Assert.NotEqual(cell, Cell.Lstm.WithClip(4));
        Assert.Equal(Cell.Lstm.WithClip(4), cell.WithClip(4));
        Assert.Equal(cell.WithHardActivations(), Cell.Lstm.WithHardActivations().WithClip(3));
        Assert.Same(cell, cell.WithClip(3));
        Assert.Null(Cell.Lstm.Clip);
        Assert.Equal(Cell.SLstm.WithHeads(4).WithClip(2), Cell.SLstm.WithClip(2).WithHeads(4));
        Assert.Equal(4, Cell.SLstm.WithHeads(4).WithClip(2).Heads);
        Assert.Equal("slstm, heads = 4, clip = 2, hard activations", Cell.SLstm.WithHeads(4).WithClip(2).WithHardActivations().Signature);
        Assert.Equal("gru", Cell.Gru.WithHardActivations().Name);
        Assert.Equal(Cell.Gru.SeparatesRecurrentSums, Cell.Gru.WithClip(1).SeparatesRecurrentSums);
    }

    [Fact]
    public void A_cell_from_outside_has_the_same_choices()
    {
        var layer = LayerChecks.Filled(new Recurrent(Cell.Of<MyLstm>().WithClip(Clip), InputSize, 9), new Random(2));
        LayerChecks.CompareWithOracle(layer, new FamilyOracle<LstmEquations>(layer, TimeSteps, 2, new Random(2), choices: new(isHard: false, Clip)), TimeSteps);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_clip_is_a_positive_number(float limit) =>
        Assert.Contains("positive finite number, such as 10", Assert.Throws<ArgumentOutOfRangeException>(() => Cell.Lstm.WithClip(limit)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("rnn-relu", "The cell 'rnn-relu' uses neither σ nor tanh, so no hard ones can take their place.")]
    [InlineData("indrnn", "The cell 'indrnn' uses neither σ nor tanh, so no hard ones can take their place.")]
    [InlineData("minlstm", "The cell 'minlstm' cannot be used with hard activations: its step or its gradient gives no number for sums of ±8.")]
    public void Cells_that_hard_activations_do_not_fit_are_refused(string name, string expected) =>
        Assert.Equal(expected, Assert.Throws<InvalidOperationException>(() => Cell.Find(name)!.WithHardActivations()).Message);

    [Fact]
    public void The_hard_functions_are_those_of_ONNX()
    {
        for (var x = -6f; x <= 6; x += 0.25f)
        {
            var lane = LanesScalar.Broadcast(x);
            Close.Absolute($"hard sigmoid of {x}", [Math.Max(0, Math.Min(1, (0.2 * x) + 0.5))], [LanesScalar.Sum(HardActivations.Sigmoid(lane))]);
            Assert.Equal(Math.Clamp(x, -1, 1), LanesScalar.Sum(HardActivations.Tanh(lane)));
        }

        Assert.True(float.IsNaN(LanesScalar.Sum(HardActivations.Sigmoid(LanesScalar.Broadcast(float.NaN)))));
        Assert.True(float.IsNaN(LanesScalar.Sum(HardActivations.Tanh(LanesScalar.Broadcast(float.NaN)))));
    }

    private static void Run(string name, Cell cell, FamilyEquations equations)
    {
        var comparison = new Comparison(cell, equations);
        switch (name)
        {
            case "lstm": comparison.Run<LstmEquations>(); break;
            case "gru": comparison.Run<GruEquations>(); break;
            case "rnn-tanh": comparison.Run<ElmanEquations<TanhActivation>>(); break;
            case "rnn-relu": comparison.Run<ElmanEquations<ReluActivation>>(); break;
            default: Family.Run(name, comparison); break;
        }
    }

    /// <summary>Outputs, states and gradients of a small layer.</summary>
    private static List<(string Name, float[] Values)> Everything(Cell cell)
    {
        var random = new Random(6);
        var layer = LayerChecks.Filled(new Recurrent(cell, InputSize, 18), random);
        var tape = new Tape(recording: true);
        var x = Tensor.FromArray(RandomValues.Singles(random, TimeSteps * 2 * InputSize), new(TimeSteps, 2, InputSize), requiresGradient: true);
        var output = layer.Forward(tape, x);
        output.Output.SeedGradient(RandomValues.Singles(random, output.Output.Values.Length));
        tape.Backward();
        return
        [
            ("y", output.Output.Values.ToArray()), ("states", output.FinalCell is { } states ? states.Values.ToArray() : []), ("x", x.Gradient.ToArray()),
            .. layer.Parameters.Where(parameter => !parameter.IsFixed).Select(parameter => (parameter.Name, parameter.Gradient.ToArray())),
        ];
    }

    private sealed record Comparison(Cell Chosen, FamilyEquations Equations) : IFamilyTest
    {
        public void Run<TCell>()
            where TCell : struct, ICell
        {
            const int Units = 17, Rows = 3;
            var random = new Random(Units);
            var layer = LayerChecks.Filled(new Recurrent(Chosen, InputSize, Units), random);
            LayerChecks.CompareWithOracle(layer, new FamilyOracle<TCell>(layer, TimeSteps, Rows, random, choices: Equations), TimeSteps);
        }
    }
}
