using Unroll.Cells;
using Unroll.Layers;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Layers;

/// <summary>When a learned start is used, and when not.</summary>
public sealed class TrainableStartTests
{
    private static readonly RecurrentOptions options = new() { Layers = 2, TrainableStart = true };

    private readonly Recurrent layer = StackCases.Create(Cell.Lstm, options);
    private readonly Tensor input = Tensor.FromArray(RandomValues.Singles(new Random(1), 3 * 2 * StackCases.InputSize), new(3, 2, StackCases.InputSize));

    [Fact]
    public void It_has_a_vector_for_each_layer_direction_and_state()
    {
        string[] Names(Cell cell, RecurrentOptions choices) =>
            [.. new Recurrent(cell, 2, 3, choices).Parameters.Where(parameter => parameter.Name.StartsWith("start", StringComparison.Ordinal)).Select(parameter => $"{parameter.Name} {parameter.Shape}")];

        Assert.Equal(["start_hidden_l0 [3]", "start_cell_l0 [3]", "start_hidden_l1 [3]", "start_cell_l1 [3]"], Names(Cell.Lstm, options));
        Assert.Equal(
            ["start_hidden_l0 [5]", "start_hidden_l0_reverse [5]", "start_hidden_l1 [3]", "start_hidden_l1_reverse [3]"],
            Names(Cell.Gru, options with { LayerSizes = [5, 3], Bidirectional = true }));
        Assert.Empty(Names(Cell.Lstm, new() { Layers = 2 }));
    }

    [Fact]
    public void States_that_are_new_cleared_or_a_copy_of_such_stand_for_it()
    {
        var expected = Run(null);
        var state = layer.CreateState(2);
        Assert.Equal(expected, Run(state));
        state.Hidden.Values.Fill(0.5f);
        state.Clear();
        Assert.Equal(expected, Run(state));
        var copy = layer.CreateState(2);
        layer.Forward(new(recording: false), input).CopyFinalTo(copy);
        Assert.NotEqual(expected, Run(copy));
        copy.CopyFrom(state);
        Assert.Equal(expected, Run(copy));
    }

    [Fact]
    public void A_state_that_was_written_or_given_is_taken_as_it_is()
    {
        var zero = new RecurrentState(new(new(2, 2, StackCases.HiddenSize)), new(new(2, 2, StackCases.HiddenSize)));
        var expected = new StackOracle(
            OracleCell.Lstm, StackCases.InputSize, StackCases.HiddenSize, options, StackCases.Values(layer)).Forward(
            new(3, 2, RandomValues.ToDouble(input.Values), new double[zero.Hidden.Length], new double[zero.Hidden.Length]));
        Close.Absolute("from zero", expected.Y, Run(zero));

        var written = layer.CreateState(2);
        written.Hidden.Values[0] = 1e-30f;
        Close.Absolute("from almost zero", expected.Y, Run(written));
    }

    /// <summary>Units that are switched off for good are no reason to begin again.</summary>
    [Fact]
    public void A_state_that_has_become_zero_goes_on_from_zero()
    {
        var dead = new Recurrent(Cell.RnnRelu, 1, 2, new() { TrainableStart = true });
        foreach (var parameter in dead.Parameters)
        {
            parameter.Values.Fill(parameter.Name.StartsWith("start", StringComparison.Ordinal) ? 3 : parameter.Name == "weight_hh_l0" ? 1 : 0);
            parameter.MarkChanged();
        }

        var state = dead.CreateState(1);
        var (stop, nothing) = (Tensor.FromArray([0f], new(1, 1, 1)), Tensor.FromArray([0f], new(1, 1, 1)));
        dead.Parameters[2].Values.Fill(-100);
        dead.Parameters[2].MarkChanged();
        dead.Forward(new(recording: false), stop, state).CopyFinalTo(state);
        Assert.Equal([0, 0], state.Hidden.Values.ToArray());
        dead.Parameters[2].Values.Clear();
        dead.Parameters[2].MarkChanged();
        Assert.Equal([0, 0], dead.Forward(new(recording: false), nothing, state).Output.Values.ToArray());
        Assert.Equal([6, 6], dead.Forward(new(recording: false), nothing).Output.Values.ToArray());
    }

    [Fact]
    public void It_learns_where_it_is_used_and_only_there()
    {
        Parameter[] start = [.. layer.Parameters.Where(parameter => parameter.Name.StartsWith("start", StringComparison.Ordinal))];
        float[] Gradients(RecurrentState? state)
        {
            var tape = new Tape();
            foreach (var parameter in layer.Parameters)
                parameter.ClearGradient();
            layer.Forward(tape, input, state).Output.SeedGradient(RandomValues.Singles(new Random(2), 3 * 2 * StackCases.HiddenSize));
            tape.Backward();
            return [.. start.SelectMany(parameter => parameter.Gradient.ToArray())];
        }

        var state = layer.CreateState(2);
        var gradients = Gradients(state);
        Assert.DoesNotContain(0, gradients);
        Assert.Equal(gradients, Gradients(null));
        state.Hidden.Values.Fill(0.1f);
        Assert.All(Gradients(state), gradient => Assert.Equal(0, gradient));

        // An update makes a stream of the same layer begin elsewhere.
        var stream = layer.OpenStream();
        _ = Gradients(null);
        new Sgd(1).Step(layer.Parameters);
        stream.Reset();
        Assert.Equal(start[2].Values.ToArray(), stream.Output.ToArray());
    }

    private float[] Run(RecurrentState? state) => layer.Forward(new(recording: false), input, state).Output.Values.ToArray();
}
