using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Losses;

public sealed class PredictiveLossOperationTests
{
    /// <summary>One rounding to float32 of a mean of about 3, and of derivatives below 1.</summary>
    private const double Tolerance = 1e-6;

    private const int Rows = 7;

    private static readonly float[] Scales = [.. Enumerable.Repeat(2f, 2 * Rows)];

    [Fact]
    public void The_loss_is_the_mean_of_the_laws_of_the_values_that_are_there()
    {
        var (law, random) = (new StudentLaw(), new Random(5));
        var raw = RandomValues.Singles(random, Rows * 2 * law.Parameters, 2);
        var targets = RandomValues.Singles(random, Rows * 2, 2);
        (targets[0], targets[5], targets[13]) = (float.NaN, float.NaN, float.NaN);

        var tensor = Tensor.FromArray([.. raw], new(Rows, 2 * law.Parameters), requiresGradient: true);
        var tape = new Tape();
        // Twice on one tape, and again on the tape that was used: gradients add up within a pass and not between passes.
        foreach (var times in new[] { 2, 1 })
        {
            tape.Reset();
            tensor.Gradient.Fill(float.NaN);
            for (var time = 0; time < times; time++)
            {
                var loss = tape.Record<PredictiveLossOperation>().Forward(tape, tensor, targets, Scales, law);
                Assert.Equal(Mean(raw, targets, law), loss.Scalar, Tolerance);
                loss.SeedGradient([3]);
            }

            tape.Backward();
            Close.Absolute("gradient", Gradient(raw, targets, law, 3 * times), tensor.Gradient, Tolerance * 3 * times);
        }

        for (var place = 0; place < targets.Length; place++)
        {
            if (float.IsNaN(targets[place]))
                Assert.Equal(new float[law.Parameters], tensor.Gradient.Slice(place * law.Parameters, law.Parameters).ToArray());
        }
    }

    [Fact]
    public void Through_a_tape_the_gradient_is_that_of_differences()
    {
        var law = new GaussianLaw();
        var input = TestTensor(3, [Rows, 4]);
        var weight = new Parameter("w", new(2 * law.Parameters, 4));
        RandomValues.Singles(new Random(4), weight.Length).CopyTo(weight.Values);
        weight.MarkChanged();
        var targets = RandomValues.Singles(new Random(9), Rows * 2, 2);
        targets[3] = float.NaN;
        var tape = new Tape();
        tape.Reset();
        var given = tape.Linear(input, weight);
        var loss = tape.Record<PredictiveLossOperation>().Forward(tape, given, targets, Scales, law);
        loss.SeedGradient([1]);
        tape.Backward();
        var (w, x) = (RandomValues.ToDouble(weight.Values), RandomValues.ToDouble(input.Values));
        const float Step = 1e-2f;
        for (var index = 0; index < w.Length; index++)
        {
            double At(double distance)
            {
                double[] moved = [.. w];
                moved[index] += distance;
                var raw = new float[Rows * 2 * law.Parameters];
                for (var row = 0; row < Rows; row++)
                {
                    for (var output = 0; output < 2 * law.Parameters; output++)
                        raw[(row * 2 * law.Parameters) + output] = (float)Enumerable.Range(0, 4).Sum(i => x[(row * 4) + i] * moved[(output * 4) + i]);
                }

                return Mean(raw, targets, law);
            }

            var expected = ((8 * (At(Step) - At(-Step))) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
            // The sums are rounded to float32 before the law reads them: 1e-7 of values up to 4, over the step.
            Assert.Equal(expected, weight.Gradient[index], 1e-4 * Math.Max(1, Math.Abs(expected)));
        }
    }

    private static Tensor TestTensor(int seed, int[] sizes)
    {
        var shape = new Shape(sizes);
        return Tensor.FromArray(RandomValues.Singles(new Random(seed), shape.Length), shape, requiresGradient: true);
    }

    private static double Mean(float[] raw, float[] targets, PredictiveLaw law)
    {
        var unused = new double[law.Parameters];
        return Enumerable.Range(0, targets.Length).Where(place => !float.IsNaN(targets[place]))
            .Average(place => law.Loss(raw.AsSpan(place * law.Parameters, law.Parameters), targets[place], Scales[place], unused));
    }

    private static double[] Gradient(float[] raw, float[] targets, PredictiveLaw law, double seed)
    {
        var (all, count) = (new double[raw.Length], targets.Count(target => !float.IsNaN(target)));
        for (var place = 0; place < targets.Length; place++)
        {
            if (!float.IsNaN(targets[place]))
                law.Loss(raw.AsSpan(place * law.Parameters, law.Parameters), targets[place], Scales[place], all.AsSpan(place * law.Parameters, law.Parameters));
        }

        return [.. all.Select(value => value * seed / count)];
    }
}
