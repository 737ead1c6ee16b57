using CsCheck;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Layers;

/// <summary>The layers around a recurrent stack against the oracle, and the rules every operation on a tape keeps.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class LayerTests
{
    private static readonly int cases = ChildSuite.IsChild ? 10 : 100;

    /// <summary>Rows, inputs and outputs around one vector and one panel.</summary>
    private static readonly Gen<(int Rows, int Inputs, int Outputs, int Seed)> sizes =
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 70], Gen.Int[1, 70], Gen.Int[0, 1_000_000]);

    [Fact]
    public void Linear_agrees_with_the_oracle() => sizes.Sample(
        size =>
        {
            var (rows, inputs, outputs, seed) = size;
            var random = new Random(seed);
            var layer = RandomLinear(inputs, outputs, random);
            var (x, dY) = (RandomValues.Uniform(random, rows * inputs), RandomValues.Uniform(random, rows * outputs));
            var (w, b) = (RandomValues.ToDouble(layer.Weight.Values), RandomValues.ToDouble(layer.Bias!.Values));
            var expected = LayerOracles.LinearBackward(x, w, dY, (rows, inputs, outputs));

            var tape = new Tape();
            var input = Tensor.FromArray(RandomValues.ToSingle(x), new(rows, 1, inputs), requiresGradient: true);
            var output = layer.Forward(tape, input);
            output.SeedGradient(RandomValues.ToSingle(dY));
            tape.Backward();

            Close.Absolute("y", LayerOracles.Linear(x, w, b, (rows, inputs, outputs)), output.Values);
            Close.Relative("dx", expected.X, input.Gradient);
            Close.Relative("dw", expected.W, layer.Weight.Gradient);
            Close.Relative("db", expected.Bias, layer.Bias.Gradient);

            var stepped = new float[outputs];
            layer.Step(input.Values[..inputs], stepped);
            Close.Bits("step", output.Values[..outputs], stepped);
        },
        iter: cases,
        threads: 1);

    [Fact]
    public void Embedding_agrees_with_the_oracle() => sizes.Sample(
        size =>
        {
            var (time, width, vocabulary, seed) = size;
            const int batch = 3;
            var random = new Random(seed);
            var layer = new Embedding(vocabulary, width);
            Fill(layer.Weight, random);
            var ids = Enumerable.Range(0, time * batch).Select(_ => random.Next(vocabulary)).ToArray();
            var dY = RandomValues.Uniform(random, ids.Length * width);

            var tape = new Tape();
            var output = layer.Forward(tape, ids, time, batch);
            output.SeedGradient(RandomValues.ToSingle(dY));
            tape.Backward();

            Assert.Equal(new Shape(time, batch, width), output.Shape);
            Close.Absolute("y", LayerOracles.Embedding(RandomValues.ToDouble(layer.Weight.Values), ids, width), output.Values, 0);
            Close.Relative("dw", LayerOracles.EmbeddingBackward(vocabulary * width, ids, width, dY), layer.Weight.Gradient);
        },
        iter: cases,
        threads: 1);

    [Fact]
    public void The_fused_loss_agrees_with_the_oracle() => sizes.Sample(
        size =>
        {
            var (rows, inputs, classes, seed) = size;
            var random = new Random(seed);
            var layer = RandomLinear(inputs, classes, random);
            var x = RandomValues.Uniform(random, rows * inputs);
            var targets = Enumerable.Range(0, rows).Select(_ => random.Next(classes)).ToArray();
            var (w, b) = (RandomValues.ToDouble(layer.Weight.Values), RandomValues.ToDouble(layer.Bias!.Values));
            var (loss, dLogits) = LayerOracles.SoftmaxCrossEntropy(LayerOracles.Linear(x, w, b, (rows, inputs, classes)), targets, classes);
            var expected = LayerOracles.LinearBackward(x, w, dLogits, (rows, inputs, classes));

            var tape = new Tape();
            var input = Tensor.FromArray(RandomValues.ToSingle(x), new(rows, inputs), requiresGradient: true);
            var fused = tape.LinearSoftmaxCrossEntropy(input, layer.Weight, layer.Bias, targets);
            tape.Backward(fused);
            Close.Absolute("loss", [loss], fused.Values);
            Close.Gradients("dx", expected.X, input.Gradient);
            Close.Gradients("dw", expected.W, layer.Weight.Gradient);
            Close.Gradients("db", expected.Bias, layer.Bias.Gradient);

            // The same in two operations.
            tape.Reset();
            layer.Weight.ClearGradient();
            var apart = tape.CrossEntropy(layer.Forward(tape, input), targets);
            tape.Backward(apart);
            Close.Absolute("loss in two operations", [loss], apart.Values);
            Close.Gradients("dw in two operations", expected.W, layer.Weight.Gradient);

            var quiet = new Tape(recording: false);
            Close.Absolute("loss without gradient", [loss], quiet.LinearSoftmaxCrossEntropy(input, layer.Weight, layer.Bias, targets).Values);
        },
        iter: cases,
        threads: 1);

    /// <summary>Backward adds to the gradients of parameters, overwrites those of data, and adds up what several uses of a tensor give.</summary>
    [Fact]
    public void Gradients_of_parameters_add_up_and_those_of_data_are_of_this_pass()
    {
        var random = new Random(1);
        var (first, second) = (RandomLinear(5, 4, random), RandomLinear(5, 4, random));
        var input = Tensor.FromArray(RandomValues.Singles(random, 15), new(3, 5), requiresGradient: true);
        var dY = RandomValues.Singles(random, 12);
        var tape = new Tape();

        void Pass(params Linear[] layers)
        {
            tape.Reset();
            foreach (var layer in layers)
                layer.Forward(tape, input).SeedGradient(dY);
            tape.Backward();
        }

        Pass(first);
        var (dX1, dW1) = (input.Gradient.ToArray(), first.Weight.Gradient.ToArray());
        Pass(second);
        var dX2 = input.Gradient.ToArray();
        Pass(first);
        Close.Bits("dx of the second pass", dX1, input.Gradient);
        Close.Bits("dw of two passes", [.. dW1.Select(value => 2 * value)], first.Weight.Gradient);

        Pass(first, second);
        Close.Absolute("dx of two uses", [.. dX1.Zip(dX2, (left, right) => (double)left + right)], input.Gradient);
    }

    [Fact]
    public void A_tape_used_again_with_other_shapes_gives_what_a_new_one_gives()
    {
        var random = new Random(2);
        var recurrent = new Recurrent(Cell.Lstm, 6, 17, new() { Layers = 2, Bidirectional = true, Dropout = 0.4f });
        foreach (var parameter in recurrent.Parameters)
            Fill(parameter, random);
        var used = new Tape();
        for (var pass = 0; pass < 30; pass++)
        {
            var (time, batch) = (random.Next(1, 9), random.Next(1, 9));
            var x = RandomValues.Singles(random, time * batch * 6);
            var dY = RandomValues.Singles(random, time * batch * 34);
            var lengths = pass % 3 == 0 ? Enumerable.Range(0, batch).Select(_ => random.Next(1, time + 1)).ToArray() : [];

            (float[] Y, float[] DX, float[] DW) Run(Tape tape)
            {
                tape.Reset();
                recurrent.Parameters[0].ClearGradient();
                var input = Tensor.FromArray(x, new(time, batch, 6), requiresGradient: true);
                var output = recurrent.Forward(tape, input, null, lengths, new DropoutKey(7, pass));
                output.Output.SeedGradient(dY);
                tape.Backward();
                return (output.Output.Values.ToArray(), input.Gradient.ToArray(), recurrent.Parameters[0].Gradient.ToArray());
            }

            var (expected, actual) = (Run(new()), Run(used));
            Close.Bits("y", expected.Y, actual.Y);
            Close.Bits("dx", expected.DX, actual.DX);
            Close.Bits("dw", expected.DW, actual.DW);
        }
    }

    [Fact]
    public void Dropout_between_layers_is_dropout_between_layers()
    {
        var random = new Random(3);
        const int time = 5, batch = 4, inputs = 7, hidden = 9;
        var key = new DropoutKey(11, 22, 33);
        var weights = RecurrentOracle.RandomWeights(OracleCell.Gru, inputs, hidden, 2, bidirectional: false, bias: true, random);
        var stack = new Recurrent(Cell.Gru, inputs, hidden, new() { Layers = 2, Dropout = 0.5f });
        var (lower, upper) = (new Recurrent(Cell.Gru, inputs, hidden), new Recurrent(Cell.Gru, hidden, hidden));
        foreach (var (target, (_, values)) in stack.Parameters.Zip(weights.SelectMany(w => w.Named())))
            Recurrence.EngineRun.Write(target, values);
        foreach (var (target, (_, values)) in lower.Parameters.Concat(upper.Parameters).Zip(weights.SelectMany(w => w.Named())))
            Recurrence.EngineRun.Write(target, values);
        var x = Tensor.FromArray(RandomValues.Singles(random, time * batch * inputs), new(time, batch, inputs), requiresGradient: true);
        var dY = RandomValues.Singles(random, time * batch * hidden);

        var tape = new Tape();
        var whole = stack.Forward(tape, x, dropout: key).Output;
        whole.SeedGradient(dY);
        tape.Backward();
        var dX = x.Gradient.ToArray();

        var apart = new Tape();
        var between = apart.Dropout(lower.Forward(apart, x).Output, 0.5f, key.At(key.Place + 1));
        var top = upper.Forward(apart, between).Output;
        top.SeedGradient(dY);
        apart.Backward();

        Close.Bits("y", top.Values, whole.Values);
        Close.Bits("dx", x.Gradient, dX);
        Assert.InRange(between.Values.Count(0f), 1, between.Length - 1);
        var serving = new Tape(recording: false);
        Assert.NotEqual(whole.Values.ToArray(), stack.Forward(serving, x).Output.Values.ToArray());
    }

    [Fact]
    public void Backward_of_dropout_passes_exactly_what_forward_let_through()
    {
        const float rate = 0.4f;
        var random = new Random(5);
        foreach (var length in new[] { 1, 7, 16, 33, 1000 })
        {
            var input = Tensor.FromArray(Enumerable.Repeat(1f, length).ToArray(), new(length), requiresGradient: true);
            var dY = RandomValues.Singles(random, length);
            var tape = new Tape();
            var output = tape.Dropout(input, rate, new(1, length));
            output.SeedGradient(dY);
            tape.Backward();

            Close.Bits("dx", [.. output.Values.ToArray().Zip(dY, (passed, gradient) => passed == 0 ? 0 : gradient * (1 / (1 - rate)))], input.Gradient);
        }
    }

    [Fact]
    public void Dropout_in_place_gives_the_same_values_and_gradients()
    {
        var random = new Random(6);
        var input = Tensor.FromArray(RandomValues.Singles(random, 300), new(300), requiresGradient: true);
        var factor = Tensor.FromArray(RandomValues.Singles(random, 300), new(300));
        var key = new DropoutKey(3, 4, 5);

        (float[] Values, float[] Gradient) Run(Func<Tape, Tensor, Tensor> drop)
        {
            var tape = new Tape();
            var output = drop(tape, tape.Scale(input, 2));
            tape.Backward(tape.Sum(tape.Multiply(output, factor)));
            return (output.Values.ToArray(), input.Gradient.ToArray());
        }

        var apart = Run((tape, x) => tape.Dropout(x, 0.3f, key));
        var inPlace = Run((tape, x) => tape.DropoutInPlace(x, 0.3f, key));

        Assert.Contains(0f, apart.Values);
        Close.Bits("y", apart.Values, inPlace.Values);
        Close.Bits("dx", apart.Gradient, inPlace.Gradient);
    }

    /// <summary>Either part of an initial state may be learned without the other.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_part_of_the_initial_state_may_want_a_gradient_alone(bool hidden)
    {
        var shape = new Recurrence.RecurrentCase(OracleCell.Lstm, 4, 6, 2, Bidirectional: true, Bias: true, 3, 2, Seed: 1);
        var layer = Recurrence.EngineRun.LayerOf(shape.Weights(), shape.Bidirectional);
        var (sequence, seeds) = (shape.Sequence(), shape.Seeds());
        var both = Recurrence.EngineRun.Of(layer, sequence, seeds);
        var state = Recurrence.EngineRun.StateOf(layer, sequence, requiresGradient: false);
        var (wanted, other) = hidden ? (state.Hidden, state.Cell!) : (state.Cell!, state.Hidden);
        wanted.RequiresGradient = true;

        var tape = new Tape();
        var output = layer.Forward(tape, Tensor.FromArray(RandomValues.ToSingle(sequence.X), new(3, 2, 4)), state);
        output.Output.SeedGradient(RandomValues.ToSingle(seeds.Y));
        output.FinalHidden.SeedGradient(RandomValues.ToSingle(seeds.Hn));
        output.FinalCell!.SeedGradient(RandomValues.ToSingle(seeds.Cn));
        tape.Backward();

        Close.Bits("wanted", hidden ? both.DH0 : both.DC0, wanted.Gradient);
        Assert.True(other.Gradient.IndexOfAnyExcept(0f) < 0, "The part that wants no gradient got one.");
    }

    private static Linear RandomLinear(int inputs, int outputs, Random random)
    {
        var layer = new Linear(inputs, outputs);
        Fill(layer.Weight, random);
        Fill(layer.Bias!, random);
        return layer;
    }

    private static void Fill(Parameter parameter, Random random)
    {
        RandomValues.Singles(random, parameter.Length, 0.5).CopyTo(parameter.Values);
        parameter.MarkChanged();
    }

    [Fact]
    public void A_model_puts_the_names_of_its_layers_before_those_of_their_parameters()
    {
        var layer = new Linear(2, 3);

        Assert.Same(layer.Parameters, layer.Named("head"));
        Assert.Equal(["head.weight", "head.bias"], layer.Parameters.Select(parameter => parameter.Name));
        Assert.Throws<ArgumentException>(() => layer.Named(""));
    }
}
