using Unroll.Layers;
using Unroll.Losses;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Tensors;

public sealed class TapeTests
{
    [Fact]
    public void A_tensor_used_twice_gets_the_sum_of_both_gradients()
    {
        var x = Tensor.FromArray([1, 2, 3], new(3), requiresGradient: true);
        var tape = new Tape();
        // d/dx (x² + 3x) = 2x + 3
        tape.Backward(tape.Sum(tape.Add(tape.Multiply(x, x), tape.Scale(x, 3))));

        Assert.Equal([5, 7, 9], x.Gradient.ToArray());
    }

    [Fact]
    public void A_new_pass_overwrites_the_gradient_of_a_tensor_and_adds_to_that_of_a_parameter()
    {
        var x = Tensor.FromArray([2], new(1), requiresGradient: true);
        var w = new Parameter("w", new(1));
        w.Values[0] = 5;
        w.MarkChanged();
        var tape = new Tape();
        for (var pass = 1; pass <= 3; pass++)
        {
            tape.Reset();
            tape.Backward(tape.Sum(tape.Multiply(x, w)));
            Assert.Equal(5, x.Gradient[0]);
            Assert.Equal(2 * pass, w.Gradient[0]);
        }
    }

    [Fact]
    public void What_wants_no_gradient_gets_none_and_a_loss_of_such_values_is_refused()
    {
        var (x, y) = (Tensor.FromArray([1, 2], new(2)), Tensor.FromArray([3, 4], new(2), requiresGradient: true));
        var tape = new Tape();
        tape.Backward(tape.Sum(tape.Multiply(x, y)));

        Assert.Equal([0, 0], x.Gradient.ToArray());
        Assert.Equal([1, 2], y.Gradient.ToArray());
        tape.Reset();
        var exception = Assert.Throws<InvalidOperationException>(() => tape.Backward(tape.Sum(tape.Tanh(x))));
        Assert.Contains("nothing that requires a gradient", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tape_runs_backward_once()
    {
        var x = Tensor.FromArray([1, 2], new(2), requiresGradient: true);
        var tape = new Tape();
        var (first, second) = (tape.Sum(x), tape.Mean(x));
        tape.Backward(first);

        var exception = Assert.Throws<InvalidOperationException>(() => tape.Backward(second));
        Assert.Contains("Reset the tape", exception.Message, StringComparison.Ordinal);
        Assert.Equal([1, 1], x.Gradient.ToArray());
    }

    [Fact]
    public void Only_a_scalar_starts_backward_and_a_seed_has_the_size_of_its_tensor()
    {
        var tape = new Tape();
        var y = tape.Tanh(Tensor.FromArray([1, 2], new(2), requiresGradient: true));

        Assert.Contains("[2]", Assert.Throws<InvalidOperationException>(() => tape.Backward(y)).Message, StringComparison.Ordinal);
        Assert.Contains("3 values; the tensor [2] has 2", Assert.Throws<ArgumentException>(() => y.SeedGradient([1, 2, 3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_number_of_threads_does_not_show_in_any_operation()
    {
        var threads = Parallelism.ThreadCount;
        try
        {
            Parallelism.ThreadCount = 1;
            var alone = LargePass();
            Parallelism.ThreadCount = 3;
            var together = LargePass();
            for (var index = 0; index < alone.Length; index++)
                Close.Bits($"gradient {index}", alone[index], together[index]);
        }
        finally
        {
            Parallelism.ThreadCount = threads;
        }
    }

    // Sizes above what kernels split over threads, and no multiples of anything.
    private static float[][] LargePass()
    {
        var random = new Random(4);
        var (x, vector, norm) = (TapeCheck.Random(random, 401, 331), TapeCheck.Random(random, 331), new LayerNorm(331));
        var tape = new Tape();
        var y = tape.Softmax(tape.Add(norm.Forward(tape, tape.Multiply(tape.Tanh(x), vector)), vector));
        var products = tape.MatrixMultiply(y, tape.MatrixMultiply(x, y, transposeLeft: true));
        tape.Backward(tape.MeanSquaredError(products, tape.Scale(x, 0.1f)));
        return [y.Values.ToArray(), products.Values.ToArray(), x.Gradient.ToArray(), vector.Gradient.ToArray(), norm.Gain.Gradient.ToArray(), norm.Bias.Gradient.ToArray()];
    }

    [Fact]
    public void A_branch_that_does_not_reach_the_loss_leaves_gradients_alone()
    {
        var x = Tensor.FromArray([1, 2], new(2), requiresGradient: true);
        var tape = new Tape();
        var loss = tape.Sum(x);
        tape.Exp(tape.Softmax(tape.Reshape(tape.Concatenate(x, x), new(2, 2))));
        tape.Backward(loss);

        Assert.Equal([1, 1], x.Gradient.ToArray());
    }

    [Fact]
    public void Without_recording_there_is_no_backward()
    {
        var tape = new Tape(recording: false);
        var y = tape.Tanh(Tensor.FromArray([1], new(1), requiresGradient: true));

        Assert.False(y.RequiresGradient);
        Assert.Equal(Math.Tanh(1), y.Scalar, 1e-6);
        Assert.Throws<InvalidOperationException>(() => tape.Backward());
    }

    [Fact]
    public void A_steady_state_pass_through_every_operation_allocates_nothing()
    {
        var model = new EveryOperation();
        for (var pass = 0; pass < 3; pass++)
            model.Pass();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var pass = 0; pass < 10; pass++)
            model.Pass();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    /// <summary>A model of the user's own: plain C# over tensors, with a gate, a normalisation and a residual.</summary>
    [Fact]
    public void A_composed_model_trains_to_almost_zero()
    {
        var random = new CounterRandom(7);
        var (into, gate, norm, outOf) = (new Linear(3, 24), new Linear(3, 24), new LayerNorm(24), new Linear(24, 2));
        List<Parameter> parameters = [.. into.Parameters, .. gate.Parameters, .. norm.Parameters, .. outOf.Parameters];
        foreach (var parameter in parameters.Where(parameter => parameter.Shape.Rank == 2))
            Initializer.Orthogonal(parameter, ref random);
        var x = Tensor.FromArray(RandomValues.Singles(new Random(1), 8 * 3), new(8, 3));
        var target = Tensor.FromArray(RandomValues.Singles(new Random(2), 8 * 2), new(8, 2));
        var (tape, optimizer, loss) = (new Tape(), new Adam(0.01f), float.MaxValue);
        for (var update = 0; update < 400; update++)
        {
            tape.Reset();
            var hidden = tape.Multiply(tape.Tanh(into.Forward(tape, x)), tape.Sigmoid(gate.Forward(tape, x)));
            var result = tape.MeanSquaredError(outOf.Forward(tape, tape.Add(hidden, norm.Forward(tape, hidden))), target);
            loss = result.Scalar;
            foreach (var parameter in parameters)
                parameter.ClearGradient();
            tape.Backward(result);
            optimizer.Step(parameters);
        }

        Assert.InRange(loss, 0, 1e-4f);
    }

    private sealed class EveryOperation
    {
        private readonly Tape tape = new();
        private readonly Tensor x = TapeCheck.Random(new Random(1), 2, 3, 8);
        private readonly Tensor vector = TapeCheck.Random(new Random(2), 8);
        private readonly Tensor target = TapeCheck.Random(new Random(3), 6, 6);
        private readonly LayerNorm norm = new(8);
        private readonly Dropout dropout = new(0.25f);

        public void Pass()
        {
            tape.Reset();
            var y = tape.Multiply(tape.Subtract(tape.Add(x, vector), x), vector);
            y = norm.Forward(tape, tape.Scale(tape.Exp(tape.Sigmoid(tape.Tanh(tape.Relu(y)))), 0.5f));
            y = dropout.Forward(tape, y, new DropoutKey(1, 2));
            y = tape.Reshape(tape.Transpose(tape.Slice(tape.Concatenate(y, x), 2, 4, 8), 0, 1), new(6, 8));
            var products = tape.MatrixMultiply(y, y, transposeRight: true);
            products = tape.Add(products, tape.MatrixMultiply(products, products));
            products = tape.Add(products, tape.MatrixMultiply(products, products, true, true));
            products = tape.Softmax(tape.MatrixMultiply(products, products, transposeLeft: true));
            var loss = tape.Add(tape.MeanSquaredError(products, target), tape.Add(tape.Mean(products), tape.Sum(y)));
            tape.Backward(loss);
        }
    }
}
