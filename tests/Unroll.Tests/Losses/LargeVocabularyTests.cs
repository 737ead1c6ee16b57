using Unroll.Kernels;
using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Losses;

/// <summary>The fused loss where the logits lie by class, against the oracle. Alone, because the number of threads is the whole process's.</summary>
[Collection(AloneCollection.Name)]
[Trait(Lanes.LaneRunsTests.Mark, "every")]
public sealed class LargeVocabularyTests
{
    /// <summary>Rows, inputs, classes, bias: around whole vectors, tiles, chunks of classes and blocks of rows.</summary>
    public static TheoryData<int, int, int, bool> Sizes => new()
    {
        { 16, 1, 512, true },
        { 17, 5, 513, false },
        { 31, 32, 575, true },
        { 33, 50, 577, true },
        { 64, 64, 672, false },
        { 65, 200, 1000, true },
        { SoftmaxProduct.MaximumRows + 1, 7, 600, true },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Loss_and_gradients_agree_with_the_oracle(int rows, int inputs, int classes, bool hasBias)
    {
        var head = new Head(rows, inputs, classes, hasBias);
        var expected = head.Oracle();

        var result = head.Run(new());

        Close.Absolute("loss", [expected.Loss], [result.Loss]);
        Close.Relative("dx", expected.X, result.X);
        Close.Relative("dw", expected.W, result.W);
        if (hasBias)
            Close.Relative("db", expected.Bias, result.Bias);
        Close.Bits("loss without gradient", [result.Loss], head.Loss(new(recording: false)).Values);
    }

    [Fact]
    public void The_two_orders_of_logits_agree()
    {
        var head = new Head(40, 24, 700, hasBias: true);
        var byClass = head.Run(new());
        var tape = new Tape();
        head.ClearGradients();
        var loss = tape.CrossEntropy(tape.Linear(head.Input, head.Weight, head.Bias), head.Targets);
        tape.Backward(loss);

        Assert.True(LinearSoftmaxByClassOperation.Pays(40, 700));
        Assert.False(LinearSoftmaxByClassOperation.Pays(8192, 65));
        Close.Absolute("loss", [loss.Scalar], [byClass.Loss]);
        Close.Relative("dw", RandomValues.ToDouble(head.Weight.Gradient), byClass.W, Close.OutputTolerance);
    }

    [Fact]
    public void Gradients_of_parameters_add_up_and_follow_the_seed()
    {
        var head = new Head(33, 20, 600, hasBias: true);
        var (once, tape) = (head.Run(new()), new Tape());
        head.Backward(tape, seed: 1);
        Close.Bits("dx of another pass", once.X, head.Input.Gradient);
        Close.Relative("dw of two passes", RandomValues.ToDouble(Times(once.W, 2)), head.Weight.Gradient, Close.OutputTolerance);
        Close.Relative("db of two passes", RandomValues.ToDouble(Times(once.Bias, 2)), head.Bias!.Gradient, Close.OutputTolerance);

        head.ClearGradients();
        head.Backward(tape, seed: 0.5f);
        Close.Bits("dx of half the loss", Times(once.X, 0.5f), head.Input.Gradient);
        Close.Bits("dw of half the loss", Times(once.W, 0.5f), head.Weight.Gradient);
        Close.Bits("db of half the loss", Times(once.Bias, 0.5f), head.Bias.Gradient);
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        var head = new Head(100, 70, 1500, hasBias: true);
        var before = Parallelism.ThreadCount;
        try
        {
            Parallelism.ThreadCount = 1;
            var expected = head.Run(new());
            foreach (var threads in new[] { 2, 3, 7 })
            {
                Parallelism.ThreadCount = threads;
                var actual = head.Run(new());
                Close.Bits("loss", [expected.Loss], [actual.Loss]);
                Close.Bits("dx", expected.X, actual.X);
                Close.Bits("dw", expected.W, actual.W);
                Close.Bits("db", expected.Bias, actual.Bias);
            }
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    /// <summary>Logits of thousands and classes that cannot come: the largest is taken off, chunk by chunk.</summary>
    [Fact]
    public void Extreme_logits_stay_finite()
    {
        var head = new Head(20, 4, 600, hasBias: true);
        head.Bias!.Values[..300].Fill(float.NegativeInfinity);
        head.Bias.Values[500] = 3000;
        head.Targets.AsSpan().Fill(500);
        head.Targets[3] = 450;

        var result = head.Run(new());

        Assert.InRange(result.Loss, 2990 / 20f, 3010 / 20f);
        Assert.All(result.W, value => Assert.True(float.IsFinite(value)));
        Assert.All(result.Bias[..300], value => Assert.Equal(0, value));
        Assert.Equal(-1 / 20f, result.Bias[450], 1e-6f);
        Assert.Equal(1 / 20f, result.Bias[500], 1e-6f);
    }

    /// <summary>A NaN reaches the loss, and leaves nothing behind for the next pass of the same tape.</summary>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void What_is_no_number_shows_and_is_gone_in_the_next_pass(float bad)
    {
        var head = new Head(21, 3, 520, hasBias: true);
        var good = head.Run(new());
        var tape = new Tape();
        head.Bias!.Values[77] = bad;
        Assert.False(float.IsFinite(head.Run(tape).Loss));
        Assert.Contains(head.Weight.Gradient.ToArray(), value => !float.IsFinite(value));

        head.Bias.Values[77] = head.OriginalBias[77];
        var again = head.Run(tape);
        Close.Bits("loss", [good.Loss], [again.Loss]);
        Close.Bits("dw", good.W, again.W);
        Close.Bits("db", good.Bias, again.Bias);
    }

    [Fact]
    public void A_pass_allocates_nothing()
    {
        var head = new Head(50, 16, 600, hasBias: true);
        var tape = new Tape();
        for (var pass = 0; pass < 50; pass++)
            head.Backward(tape, seed: 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        head.Backward(tape, seed: 1);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static float[] Times(float[] values, float factor) => [.. values.Select(value => value * factor)];

    private sealed record Result(float Loss, float[] X, float[] W, float[] Bias);

    /// <summary>A last layer with random values, and what it shall predict.</summary>
    private sealed class Head
    {
        private readonly int rows;
        private readonly int inputs;
        private readonly int classes;

        public Head(int rows, int inputs, int classes, bool hasBias)
        {
            (this.rows, this.inputs, this.classes) = (rows, inputs, classes);
            var random = new Random(rows + inputs + classes);
            Input = Tensor.FromArray(RandomValues.Singles(random, rows * inputs), new(rows, inputs), requiresGradient: true);
            Weight = new("weight", new(classes, inputs));
            RandomValues.Singles(random, classes * inputs).CopyTo(Weight.Values);
            OriginalBias = RandomValues.Singles(random, classes);
            if (hasBias)
            {
                Bias = new("bias", new(classes));
                OriginalBias.CopyTo(Bias.Values);
            }

            Targets = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classes))];
        }

        public Tensor Input { get; }

        public Parameter Weight { get; }

        public Parameter? Bias { get; }

        public float[] OriginalBias { get; }

        public int[] Targets { get; }

        public Tensor Loss(Tape tape) => tape.LinearSoftmaxCrossEntropy(Input, Weight, Bias, Targets);

        public Result Run(Tape tape)
        {
            ClearGradients();
            var loss = Backward(tape, seed: 1);
            return new(loss, Input.Gradient.ToArray(), Weight.Gradient.ToArray(), Bias is null ? [] : Bias.Gradient.ToArray());
        }

        public float Backward(Tape tape, float seed)
        {
            tape.Reset();
            var loss = Loss(tape);
            loss.SeedGradient([seed]);
            tape.Backward();
            return loss.Scalar;
        }

        public void ClearGradients()
        {
            Weight.ClearGradient();
            Bias?.ClearGradient();
        }

        public (double Loss, double[] X, double[] W, double[] Bias) Oracle()
        {
            var (x, w) = (RandomValues.ToDouble(Input.Values), RandomValues.ToDouble(Weight.Values));
            var bias = Bias is null ? null : RandomValues.ToDouble(Bias.Values);
            var (loss, dLogits) = LayerOracles.SoftmaxCrossEntropy(LayerOracles.Linear(x, w, bias, (rows, inputs, classes)), Targets, classes);
            var gradients = LayerOracles.LinearBackward(x, w, dLogits, (rows, inputs, classes));
            return (loss, gradients.X, gradients.W, gradients.Bias);
        }
    }
}
