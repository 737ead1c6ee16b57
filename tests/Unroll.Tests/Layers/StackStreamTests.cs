using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Layers;

/// <summary>Stacks of every kind step by step: alone, together, in fewer bits, and on from a state.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class StackStreamTests
{
    private const int Steps = 6;

    public static MatrixTheoryData<string, string> Cases => new(StackCases.Streamed, ["lstm", "gru", "rnn-relu"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_have_the_bits_of_the_whole_sequence(string name, string cell)
    {
        var layer = Create(name, cell);
        var x = Inputs(seed: 1);
        var output = layer.Forward(new(recording: false), Tensor.FromArray(x, new(Steps, 1, layer.InputSize)));
        var stream = layer.OpenStream();
        for (var step = 0; step < Steps; step++)
        {
            var y = stream.Step(x.AsSpan(step * layer.InputSize, layer.InputSize));
            Close.Bits($"step {step}", output.Output.Values.Slice(step * layer.OutputSize, layer.OutputSize), y);
            Close.Bits($"output after step {step}", y, stream.Output);
        }

        var state = layer.CreateState(1);
        state.Hidden.Values.Fill(float.NaN);
        state.Cell?.Values.Fill(float.NaN);
        stream.CopyStateTo(state);
        Close.Bits("hidden", output.FinalHidden.Values, state.Hidden.Values);
        if (state.Cell is { } states)
            Close.Bits("states", output.FinalCell!.Values, states.Values);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Windows_that_carry_the_state_have_the_bits_of_the_whole_sequence(string name, string cell)
    {
        var layer = Create(name, cell);
        var x = Inputs(seed: 2);
        var tape = new Tape(recording: false);
        var whole = layer.Forward(tape, Tensor.FromArray(x, new(Steps, 1, layer.InputSize))).Output.Values.ToArray();
        var state = layer.CreateState(1);
        for (var step = 0; step < Steps; step += 2)
        {
            tape.Reset();
            var window = layer.Forward(tape, Tensor.FromArray(x.AsSpan(step * layer.InputSize, 2 * layer.InputSize), new(2, 1, layer.InputSize)), state);
            Close.Bits($"steps {step} and {step + 1}", whole.AsSpan(step * layer.OutputSize, 2 * layer.OutputSize), window.Output.Values);
            window.CopyFinalTo(state);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Streams_step_in_a_batch_as_alone(string name, string cell)
    {
        var layer = Create(name, cell);
        foreach (var served in new IRecurrentLayer[] { layer, layer.Quantize(WeightFormat.BFloat16), layer.Quantize(WeightFormat.Int8) })
        {
            var random = new Random(5);
            RecurrentStream[] streams = [.. Enumerable.Range(0, 9).Select(_ => served.OpenStream())];
            RecurrentStream[] twins = [.. Enumerable.Range(0, 9).Select(_ => served.OpenStream())];
            var batch = served.OpenStreamBatch();
            foreach (var count in new[] { 9, 1, 4, 9 })
            {
                var x = RandomValues.Singles(random, count * served.InputSize);
                var y = new float[count * served.HiddenSize];
                batch.Step(streams.AsSpan(0, count), x, y);
                for (var row = 0; row < count; row++)
                {
                    var expected = twins[row].Step(x.AsSpan(row * served.InputSize, served.InputSize));
                    Close.Bits($"{served.Weights}, row {row} of {count}", expected, y.AsSpan(row * served.HiddenSize, served.HiddenSize));
                    Close.Bits($"{served.Weights}, output of stream {row}", expected, streams[row].Output);
                }

                // The next batch is of streams that have been elsewhere.
                streams[0].Step(x.AsSpan(0, served.InputSize));
                twins[0].Step(x.AsSpan(0, served.InputSize));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bfloat16_steps_have_the_bits_of_the_layer_with_the_rounded_matrices(string name, string cell)
    {
        var layer = Create(name, cell);
        var quantized = layer.Quantize(WeightFormat.BFloat16);
        foreach (var parameter in layer.Parameters.Where(parameter => parameter.Shape.Rank == 2))
        {
            foreach (ref var value in parameter.Values)
                value = BFloat16.Widen(BFloat16.Round(value));
            parameter.MarkChanged();
        }

        Assert.Equal(layer.Parameters.Select(parameter => parameter.Name), quantized.Store().Select(stored => stored.Name));
        var (expected, actual) = (layer.OpenStream(), quantized.OpenStream());
        foreach (var x in Inputs(seed: 3).Chunk(layer.InputSize))
            Close.Bits(name, expected.Step(x), actual.Step(x));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_state_taken_from_a_stream_leads_another_on(string name, string cell)
    {
        foreach (var layer in new IRecurrentLayer[] { Create(name, cell), Create(name, cell).Quantize(WeightFormat.Int8) })
        {
            var (first, second, state) = (layer.OpenStream(), layer.OpenStream(), layer.CreateState(1));
            var x = Inputs(seed: 4);
            first.Step(x.AsSpan(0, layer.InputSize));
            first.CopyStateTo(state);
            second.SetState(state);
            Close.Bits("continued", first.Step(x.AsSpan(0, layer.InputSize)), second.Step(x.AsSpan(0, layer.InputSize)));

            first.Reset();
            second.SetState(layer.CreateState(1));
            var third = layer.OpenStream();
            var expected = third.Step(x.AsSpan(0, layer.InputSize));
            Close.Bits("reset", expected, first.Step(x.AsSpan(0, layer.InputSize)));
            Close.Bits("set to a new state", expected, second.Step(x.AsSpan(0, layer.InputSize)));
        }
    }

    [Fact]
    public void A_state_of_another_width_is_refused_with_its_shape()
    {
        var layer = Create("shrinking", "lstm");
        var failure = Assert.Throws<ArgumentException>(() => layer.OpenStream().SetState(new Recurrent(Cell.Lstm, 5, 18, new() { Layers = 2 }).CreateState(1)));
        Assert.Contains("[2, 1, 18]", failure.Message, StringComparison.Ordinal);
        Assert.Contains("[2, 1, 35]", failure.Message, StringComparison.Ordinal);
    }

    private static Recurrent Create(string name, string cell)
    {
        var known = Cell.Find(cell)!;
        return StackCases.Create(known, StackCases.Options(name, known));
    }

    private static float[] Inputs(int seed) => RandomValues.Singles(new Random(seed), Steps * StackCases.InputSize);
}
