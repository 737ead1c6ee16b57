using Unroll.Kernels;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Kernels;

/// <summary>Elementwise kernels, softmax and dropout at every length, ending at a forbidden page.</summary>
[Trait(LaneRunsTests.Mark, "every")]
public sealed class ElementwiseKernelTests
{
    /// <summary>Probabilities: a few roundings of values below one.</summary>
    private const double SoftmaxTolerance = 5e-7;

    /// <summary>Losses: logits up to 20 are held to 2e-6.</summary>
    private const double LossTolerance = 4e-6;

    /// <summary>One or two roundings of values around one: a machine that does not fuse the product and the sum makes two.</summary>
    private const double MeanTolerance = 2e-7;

    /// <summary>Every length from 0 to four of the widest vectors and one, and the guarded sizes.</summary>
    private static readonly int[] lengths = [.. Enumerable.Range(0, 66).Concat(KernelMemory.Sizes).Distinct()];

    [Fact]
    public void Add()
    {
        var random = new Random(11);
        foreach (var length in lengths)
        {
            using var memory = new KernelMemory(guardBefore: length % 2 == 0);
            var (x, y) = (RandomValues.Singles(random, length), RandomValues.Singles(random, length));
            var target = memory.Take(y);

            VectorKernels.Add(memory.Take(x), target, length);
            Close.Bits($"sum of {length}", [.. x.Zip(y, (left, right) => left + right)], target.Span(length));
        }
    }

    [Fact]
    public void Approach()
    {
        var random = new Random(13);
        foreach (var length in lengths)
        {
            using var memory = new KernelMemory(guardBefore: length % 2 == 0);
            var (x, y) = (RandomValues.Singles(random, length), RandomValues.Singles(random, length));
            var target = memory.Take(y);

            VectorKernels.Approach(memory.Take(x), target, length, 0.3f);
            Close.Absolute(
                $"mean of {length}", [.. x.Zip(y, (left, right) => right + (0.3f * (double)(left - right)))], target.Span(length), MeanTolerance);
        }
    }

    [Fact]
    public void Softmax()
    {
        var random = new Random(12);
        foreach (var length in lengths.Where(length => length > 0))
        {
            using var memory = new KernelMemory(guardBefore: length % 2 == 0);
            var x = RandomValues.Singles(random, length, 20);
            var target = memory.Take(length);

            SoftmaxKernel.Softmax(memory.Take(x), target, length);

            Close.Absolute($"softmax of {length}", LayerOracles.Softmax(RandomValues.ToDouble(x), length), target.Span(length), SoftmaxTolerance);
        }
    }

    [Fact]
    public void Cross_entropy_and_its_gradient()
    {
        var random = new Random(13);
        foreach (var classes in lengths.Where(length => length > 0))
        {
            var rows = random.Next(1, 9);
            using var memory = new KernelMemory(guardBefore: classes % 2 == 0);
            var x = RandomValues.Singles(random, rows * classes, 20);
            var targets = Enumerable.Range(0, rows).Select(_ => random.Next(classes)).ToArray();
            var (loss, gradient) = LayerOracles.SoftmaxCrossEntropy(RandomValues.ToDouble(x), targets, classes);
            var (logits, dLogits) = (memory.Take(x), memory.Take(x.Length));

            var quiet = SoftmaxKernel.Losses(logits, classes, rows, classes, targets, memory.Take(rows), default, 0);
            var actual = SoftmaxKernel.Losses(logits, classes, rows, classes, targets, memory.Take(rows), dLogits, classes);

            Close.Absolute($"loss of [{rows}, {classes}]", [loss], [actual], LossTolerance);
            Close.Absolute($"loss without gradient of [{rows}, {classes}]", [loss], [quiet], LossTolerance);
            Close.Absolute($"gradient of [{rows}, {classes}]", gradient, dLogits.Span(x.Length), SoftmaxTolerance);
            Close.Bits("logits", x, logits.Span(x.Length));
        }
    }

    /// <summary>Logits far outside the range of exp.</summary>
    [Fact]
    public void Huge_logits_neither_overflow_nor_vanish()
    {
        using var memory = new KernelMemory(guardBefore: false);
        float[] x = [3e38f, -3e38f, 3e38f, 0, 1000, 1000, -1000, 1000];
        var p = memory.Take(4);
        SoftmaxKernel.Softmax(memory.Take(x.AsSpan(0, 4)), p, 4);
        Assert.Equal([0.5f, 0, 0.5f, 0], p.Span(4).ToArray());

        var loss = SoftmaxKernel.Losses(memory.Take(x.AsSpan(4)), 4, 1, 4, [2], memory.Take(1), default, 0);
        Assert.Equal(2000 + Math.Log(3), loss, 1e-3);
    }

    [Fact]
    public void A_NaN_among_the_logits_makes_the_loss_NaN()
    {
        foreach (var classes in lengths.Where(length => length > 0))
        {
            for (var place = 0; place < classes; place += Math.Max(1, classes / 7))
            {
                using var memory = new KernelMemory(guardBefore: false);
                var x = new float[classes];
                x[place] = float.NaN;
                Assert.True(
                    float.IsNaN(SoftmaxKernel.Losses(memory.Take(x), classes, 1, classes, [0], memory.Take(1), default, 0)),
                    $"{classes} classes, NaN at {place}");
            }
        }
    }

    [Fact]
    public void Dropout_keeps_or_scales_each_value_by_a_rule_of_place_and_key()
    {
        const float rate = 0.3f;
        var random = new Random(14);
        var whole = Dropped(RandomValues.Singles(random, 1025), rate, 42, guardBefore: false);
        foreach (var length in lengths)
        {
            var x = RandomValues.Singles(random, length);
            var y = Dropped(x, rate, 42, guardBefore: length % 2 == 0);
            for (var index = 0; index < length; index++)
            {
                // The same place and key drop the same element, whatever the length and the vector it falls into.
                Assert.Equal(whole[index] == 0, y[index] == 0);
                Assert.True(y[index] == 0 || y[index] == x[index] * (1 / (1 - rate)), $"{x[index]} became {y[index]}");
            }
        }
    }

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void Dropout_drops_its_share(float rate)
    {
        const int length = 100_000;
        var ones = Enumerable.Repeat(1f, length).ToArray();
        var masks = new[] { 1UL, 2UL, ulong.MaxValue }.Select(key => Dropped(ones, rate, key, guardBefore: false)).ToArray();

        // Six standard deviations of a binomial count.
        var allowed = 6 * Math.Sqrt(length * rate * (1 - rate));
        Assert.All(masks, mask => Assert.InRange(mask.Count(value => value == 0), (length * rate) - allowed, (length * rate) + allowed));
        var both = masks[0].Zip(masks[1]).Count(pair => pair.First == 0 && pair.Second == 0);
        Assert.InRange(both, (length * rate * rate) - allowed, (length * rate * rate) + allowed);
    }

    private static float[] Dropped(float[] x, float rate, ulong key, bool guardBefore)
    {
        using var memory = new KernelMemory(guardBefore);
        var target = memory.Take(x.Length);
        DropoutKernel.Apply(memory.Take(x), target, x.Length, rate, key, accumulate: false);
        return target.Span(x.Length).ToArray();
    }
}
