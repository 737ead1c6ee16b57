using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>What the doctor measures is what it says it measures.</summary>
public sealed class DoctorMeasureTests
{
    private const int TimeSteps = 9;
    private const int InputSize = 3;
    private const int HiddenSize = 7;

    /// <summary>Products of other shapes round differently.</summary>
    private const double Tolerance = 1e-4;

    private static readonly Unroll.Data.TextCorpus Text = Texts.Words(3000);

    public static MatrixTheoryData<string, int> Cells => new(Cell.BuiltIn.Where(cell => !cell.IsFixed).Select(cell => cell.Name), [1, 3]);

    /// <summary>The gradient at distance d is that of the state which the last d steps start from, when they run alone.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void The_gradient_at_a_distance_is_that_of_the_state_the_last_steps_start_from(string cell, int batchSize)
    {
        var layer = Layer(Cell.Find(cell)!);
        var inputs = Inputs(TimeSteps, batchSize);
        var doctor = new NetworkDoctor();

        // The loss has all steps; the doctor lets the last one through.
        doctor.Probe(tape =>
        {
            var output = layer.Forward(tape, inputs).Output;
            return tape.MeanSquaredError(output, new(output.Shape));
        });

        var sample = doctor.Report().Layers.Single().Samples.Single();
        Assert.Equal(TimeSteps, sample.Gradient.Count);
        for (var distance = 1; distance < TimeSteps; distance++)
        {
            var (hidden, states) = GradientOfStart(layer, inputs, distance);
            Assert.Equal(hidden, sample.Gradient[distance], Tolerance * (hidden + 1e-6));
            Assert.Equal(states, sample.StateGradient[distance], Tolerance * (states + 1e-6));
        }
    }

    public static TheoryData<bool> Backwards => [false, true];

    /// <summary>Of an LSTM as equations the sums are kept, of one with a backward by hand the activations.</summary>
    [Theory]
    [MemberData(nameof(Backwards))]
    public void The_gates_of_an_lstm_are_those_of_the_same_lstm_as_equations(bool isByHand)
    {
        var (lstm, equations) = (Layer(Cell.Lstm, scale: 6), Layer(isByHand ? Cell.Of<LstmByHand>() : Cell.PeepholeLstm, scale: 6));
        foreach (var parameter in equations.Parameters)
        {
            var same = lstm.Parameters.SingleOrDefault(other => other.Name == parameter.Name);
            parameter.Values.Clear();
            same?.Values.CopyTo(parameter.Values);
            parameter.MarkChanged();
        }

        var (first, second) = (Activations(lstm), Activations(equations));

        Assert.Equal(["input", "forget", "candidate", "output", "state"], first.Select(activation => activation.Name).OrderBy(Order));
        Assert.Equal(first.OrderBy(gate => Order(gate.Name)).Select(Numbers), second.OrderBy(gate => Order(gate.Name)).Select(Numbers));
        Assert.All(first, gate => Assert.InRange(gate.Low + gate.High, 0.01, 0.99));

        static int Order(string name) => Array.IndexOf(["input", "forget", "candidate", "output", "state"], name);
        static (string, bool, bool, double, double, string) Numbers(ActivationHealth gate) =>
            (gate.Name, gate.IsTanh, gate.KeepsState, gate.Low, gate.High, string.Join(' ', gate.UnitLow.Concat(gate.UnitHigh)));
    }

    private readonly struct LstmByHand : ICell
    {
        public static string Name => "lstm-by-hand";

        public static IReadOnlyList<string> GateNames => ["input", "forget", "candidate", "output"];

        public static int GateCount => 4;

        public static int StateCount => 1;

        public static int? ForgetGate => 1;

        public static bool HasBackward => true;

        public void Step<T>(in UnitStep<T> step)
            where T : struct, ILane<T>
        {
            var (i, f, g, o) = (T.Sigmoid(step.Sum(0)), T.Sigmoid(step.Sum(1)), T.Tanh(step.Sum(2)), T.Sigmoid(step.Sum(3)));
            var c = T.MultiplyAdd(f, step.PreviousState(0), i * g);
            step.Keep(0, i);
            step.Keep(1, f);
            step.Keep(2, g);
            step.Keep(3, o);
            step.SetState(0, c);
            step.SetOutput(o * T.Tanh(c));
        }

        public void Backward<T>(in UnitGradient<T> step)
            where T : struct, ILane<T>
        {
            var one = T.Broadcast(1);
            var (i, f, g, o) = (step.Kept(0), step.Kept(1), step.Kept(2), step.Kept(3));
            var tanhC = T.Tanh(step.State(0));
            var dc = T.MultiplyAdd(step.OutputGradient * o, one - (tanhC * tanhC), step.StateGradient(0));
            step.SetSumGradient(0, dc * g * i * (one - i));
            step.SetSumGradient(1, dc * step.PreviousState(0) * f * (one - f));
            step.SetSumGradient(2, dc * i * (one - (g * g)));
            step.SetSumGradient(3, step.OutputGradient * tanhC * o * (one - o));
            step.SetPreviousStateGradient(0, dc * f);
        }
    }

    [Theory]
    [InlineData("gru", "reset,update,candidate")]
    [InlineData("gru-reset-before", "reset,update,candidate")]
    [InlineData("layer-norm-gru", "reset,update,candidate")]
    [InlineData("rnn-tanh", "sum")]
    [InlineData("rnn-relu", "")]
    [InlineData("projected-lstm", "input,forget,candidate,output,state")]
    [InlineData("slstm", "candidate,output")]
    [InlineData("mingru", "update")]
    [InlineData("minlstm", "forget,input")]
    [InlineData("sru", "forget,reset")]
    [InlineData("qrnn", "candidate,forget,output")]
    [InlineData("lru", "recurrence,input")]
    public void Every_cell_shows_the_activations_that_its_equations_have(string cell, string expected)
    {
        var names = Activations(Layer(Cell.Find(cell)!)).Select(activation => activation.Name).Order();

        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries).Order(), names);
    }

    [Fact]
    public void A_gate_that_its_bias_opens_or_closes_is_counted_at_that_end()
    {
        var layer = Layer(Cell.Lstm);
        layer.Parameters[2].Values[..HiddenSize].Fill(10);
        layer.Parameters[2].Values.Slice(HiddenSize, 2).Fill(-10);
        layer.Parameters[2].MarkChanged();

        var gates = Activations(layer);

        Assert.Equal((0, 1), (gates[0].Low, gates[0].High));
        Assert.Equal([1, 1, 0, 0, 0, 0, 0], gates[1].UnitLow);
        Assert.Equal(2.0 / HiddenSize, gates[1].Low, 1e-12);
        Assert.True(gates[1].KeepsState);
    }

    [Fact]
    public void Stacks_and_directions_are_seen_layer_by_layer()
    {
        var layer = Layer(Cell.Gru, new() { Layers = 2, Bidirectional = true });
        var doctor = new NetworkDoctor();
        var outputs = layer.Forward(new Tape(recording: false), Inputs(TimeSteps, 2)).Output.Values.ToArray();
        doctor.Probe(tape => tape.MeanSquaredError(layer.Forward(tape, Inputs(TimeSteps, 2)).Output, new(new(TimeSteps, 2, 2 * HiddenSize))));

        var layers = doctor.Report().Layers;

        Assert.Equal(["layer 0", "layer 0 reverse", "layer 1", "layer 1 reverse"], layers.Select(seen => seen.Name));
        Assert.All(layers, seen => Assert.Equal(TimeSteps, seen.GradientByDistance.Count));
        // At the top each direction has its loss at its own last step: the derivative of the mean of all squares there.
        var (forward, reverse) = (0.0, 0.0);
        for (var row = 0; row < 2; row++)
        {
            for (var unit = 0; unit < HiddenSize; unit++)
            {
                forward += Math.Pow(outputs[((((TimeSteps - 1) * 2) + row) * 2 * HiddenSize) + unit], 2);
                reverse += Math.Pow(outputs[(row * 2 * HiddenSize) + HiddenSize + unit], 2);
            }
        }

        var factor = 2.0 / (TimeSteps * 2 * 2 * HiddenSize);
        Assert.Equal(factor * Math.Sqrt(forward), layers[2].Samples[0].Gradient[0], Tolerance * factor);
        Assert.Equal(factor * Math.Sqrt(reverse), layers[3].Samples[0].Gradient[0], Tolerance * factor);
    }

    [Fact]
    public void Rows_of_other_lengths_count_from_their_own_ends()
    {
        var layer = Layer(Cell.RnnTanh);
        var doctor = new NetworkDoctor();
        doctor.Probe(tape => tape.MeanSquaredError(layer.Forward(tape, Inputs(TimeSteps, 3), lengths: [4, 9, 6]).Output, new(new(TimeSteps, 3, HiddenSize))));
        var together = doctor.Report().Layers[0].Samples[0].Gradient;

        var squares = new double[TimeSteps];
        foreach (var (row, length) in new[] { (0, 4), (1, 9), (2, 6) })
        {
            var alone = new Tensor(new(length, 1, InputSize));
            for (var step = 0; step < length; step++)
                Inputs(TimeSteps, 3).Values.Slice(((step * 3) + row) * InputSize, InputSize).CopyTo(alone.Values[(step * InputSize)..]);
            var single = new NetworkDoctor();
            single.Probe(tape => tape.Scale(tape.MeanSquaredError(layer.Forward(tape, alone).Output, new(new(length, 1, HiddenSize))), length / (float)(TimeSteps * 3)));
            var gradient = single.Report().Layers[0].Samples[0].Gradient;
            for (var distance = 0; distance < length; distance++)
                squares[distance] += gradient[distance] * gradient[distance];
        }

        for (var distance = 0; distance < TimeSteps; distance++)
            Assert.Equal(Math.Sqrt(squares[distance]), together[distance], Tolerance * Math.Sqrt(squares[distance]));
    }

    [Theory]
    [InlineData(null, 0.5f, 0.3f, null)]
    [InlineData(1f, null, 0f, null)]
    [InlineData(0.2f, null, 0f, 200_000L)]
    public void Training_gives_the_same_bits_with_and_without_a_doctor(float? clipNorm, float? clipValue, float dropout, long? budget)
    {
        var (with, without) = (new TinyModel(Text.Vocabulary.Size, dropout: dropout), new TinyModel(Text.Vocabulary.Size, dropout: dropout));
        var doctor = new NetworkDoctor(new() { Every = 3 });
        var options = new TrainerOptions { ClipNorm = clipNorm, ClipValue = clipValue, BatchSize = 8, WindowLength = 12, MemoryBudget = budget };

        new Trainer(with, options with { Optimizer = new AdamW(5e-3f), Doctor = doctor }).Fit(Text, epochs: 3);
        new Trainer(without, options with { Optimizer = new AdamW(5e-3f) }).Fit(Text, epochs: 3);

        Assert.True(doctor.Report().Probes > 20);
        Assert.Equal(without.Weights(), with.Weights());
    }

    [Fact]
    public void A_refused_update_is_reported_and_the_exception_still_comes()
    {
        var model = new TinyModel(Text.Vocabulary.Size);
        model.Tamper = (loss, step) => loss.Values[0] = step is { IsTraining: true, Update: 16 } ? float.NaN : loss.Values[0];
        var doctor = new NetworkDoctor();

        Assert.Throws<TrainingDivergedException>(() => new Trainer(model, new() { BatchSize = 8, WindowLength = 12, Doctor = doctor }).Fit(Text, epochs: 3));

        var report = doctor.Report();
        Assert.Equal(FindingKind.Diverged, report.Findings[0].Kind);
        Assert.StartsWith("Update 17 gave a loss of NaN", report.Findings[0].Message, StringComparison.Ordinal);
        Assert.Equal(16, report.Updates);
    }

    [Fact]
    public void The_update_to_weight_ratio_is_that_of_the_weights_before_and_after()
    {
        var parameter = new Parameter("w", new(2, 2));
        float[] before = [3, 0, 0, 4], gradient = [1, 2, 2, 0];
        before.CopyTo(parameter.Values);
        gradient.CopyTo(parameter.Gradient);
        var doctor = new NetworkDoctor();

        doctor.Step(new Sgd(0.5f), [parameter], loss: 1, gradientNorm: 3, gradientScale: 0.5f);

        var sample = doctor.Report().Parameters.Single().Samples.Single();
        Assert.Equal(new(1, 3, 5, 0.75), sample);
        Assert.Equal(0.15, sample.Ratio!.Value, 1e-12);
        Assert.Equal(1, doctor.Report().ClippedShare);
    }

    [Fact]
    public void A_long_training_is_kept_in_bounded_memory()
    {
        var parameter = new Parameter("w", new(2, 2));
        parameter.Values.Fill(1);
        var doctor = new NetworkDoctor(new() { Every = 1 });
        var optimizer = new Sgd(0.01f);
        IReadOnlyList<Parameter> parameters = [parameter];
        for (var update = 0; update < 3000; update++)
            doctor.Step(optimizer, parameters, loss: 1.0 / (update + 1), gradientNorm: update % 100 == 7 ? 5 : 1);

        var report = doctor.Report();
        Assert.InRange(report.Parameters[0].Samples.Count, 64, 128);
        Assert.InRange(report.Course.Count, 256, 512);
        Assert.Equal(3000, report.Updates);
        Assert.Equal((1, 3000), (report.Course[0].First, report.Course[^1].Last));
        Assert.Equal(5, report.Course.Max(span => span.LargestGradientNorm));
        Assert.All(report.Course.Zip(report.Course.Skip(1)), pair => Assert.Equal(pair.First.Last + 1, pair.Second.First));
        var updates = report.Parameters[0].Samples.Select(sample => sample.Update - 1).ToList();
        Assert.All(updates, update => Assert.Equal(0, update % 32));
    }

    [Theory]
    [InlineData(0, 4, "Every")]
    [InlineData(20, 0, "Rows")]
    public void Options_out_of_range_are_refused(int every, int rows, string name)
    {
        var failure = Assert.Throws<ArgumentOutOfRangeException>(() => new NetworkDoctor(new() { Every = every, Rows = rows }));
        Assert.Equal(name, failure.ParamName);
    }

    [Fact]
    public void Another_network_is_refused()
    {
        var doctor = new NetworkDoctor();
        doctor.Step(new Sgd(0.1f), [new Parameter("a", new(2))], 1, 1);

        var failure = Assert.Throws<InvalidOperationException>(() => doctor.Step(new Sgd(0.1f), [new Parameter("b", new(2))], 1, 1));
        Assert.Contains("make a new one for another network", failure.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => doctor.Probe(tape => tape.Allocate(new(2))));
    }

    [Fact]
    public void A_doctor_who_has_seen_nothing_finds_nothing()
    {
        var report = new NetworkDoctor().Report();

        Assert.Equal(0, report.Updates);
        Assert.Empty(report.Findings);
        Assert.Empty(report.Layers);
        Assert.Equal(0, report.CostShare);
    }

    private static Recurrent Layer(Cell cell, RecurrentOptions? options = null, float scale = 1)
    {
        var layer = new Recurrent(cell, InputSize, HiddenSize, options);
        var random = new CounterRandom(11);
        foreach (var parameter in layer.Parameters)
        {
            Initializer.TorchUniform(parameter, 2, ref random);
            foreach (ref var value in parameter.Values)
                value *= scale;
        }

        return layer;
    }

    private static Tensor Inputs(int timeSteps, int batchSize)
    {
        var random = new CounterRandom(12);
        var inputs = new Tensor(new(timeSteps, batchSize, InputSize));
        foreach (ref var value in inputs.Values)
            value = (2 * random.NextSingle()) - 1;
        return inputs;
    }

    private static IReadOnlyList<ActivationHealth> Activations(Recurrent layer)
    {
        var doctor = new NetworkDoctor();
        doctor.Probe(tape =>
        {
            var output = layer.Forward(tape, Inputs(TimeSteps, 2)).Output;
            return tape.MeanSquaredError(output, new(output.Shape));
        });
        return doctor.Report().Layers.Single().Activations;
    }

    /// <summary>Runs all but the last steps without a tape, then these on one of their own, and reads the gradient of the state in between.</summary>
    private static (double Hidden, double States) GradientOfStart(Recurrent layer, Tensor inputs, int distance)
    {
        var batchSize = inputs.Shape[1];
        var first = TimeSteps - distance;
        var state = layer.CreateState(batchSize);
        layer.Forward(new Tape(recording: false), Part(inputs, 0, first)).CopyFinalTo(state);
        state.Hidden.RequiresGradient = true;
        if (state.Cell is not null)
            state.Cell.RequiresGradient = true;
        var tape = new Tape();
        var output = layer.Forward(tape, Part(inputs, first, distance), state).Output;
        var last = tape.Slice(output, 0, distance - 1, 1);
        tape.Backward(tape.Scale(tape.MeanSquaredError(last, new(last.Shape)), 1f / TimeSteps));
        return (Norm(state.Hidden), state.Cell is null ? 0 : Norm(state.Cell));
    }

    private static Tensor Part(Tensor inputs, int start, int length)
    {
        var width = inputs.Shape[1] * InputSize;
        return Tensor.FromArray(inputs.Values.Slice(start * width, length * width), new(length, inputs.Shape[1], InputSize));
    }

    private static double Norm(Tensor tensor)
    {
        var sum = 0.0;
        foreach (double value in tensor.Gradient)
            sum += value * value;
        return Math.Sqrt(sum);
    }
}
