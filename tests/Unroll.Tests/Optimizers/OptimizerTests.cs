using System.Numerics;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Unroll.Tests.Optimizers;

public sealed class OptimizerTests
{
    // Twenty float32 steps on weights of size 1: a few roundings of 6e-8 each.
    private const double Tolerance = 5e-6;
    private const int Steps = 20;

    private static readonly Dictionary<string, (Func<Optimizer> Fast, Func<OptimizerOracle> Slow)> Cases = new()
    {
        ["sgd"] = (() => new Sgd(0.1f), () => OptimizerOracle.Sgd(0, false, 0)),
        ["sgd decay"] = (() => new Sgd(0.1f, weightDecay: 0.01f), () => OptimizerOracle.Sgd(0, false, 0.01)),
        ["sgd momentum"] = (() => new Sgd(0.1f, 0.9f), () => OptimizerOracle.Sgd(0.9, false, 0)),
        ["sgd nesterov"] = (() => new Sgd(0.1f, 0.9f, nesterov: true, 0.01f), () => OptimizerOracle.Sgd(0.9, true, 0.01)),
        ["adam"] = (() => new Adam(0.01f), () => OptimizerOracle.Adam(0.9, 0.999, 1e-8, 0, false)),
        ["adam decay"] = (() => new Adam(0.01f, 0.8f, 0.99f, 1e-6f, 0.1f), () => OptimizerOracle.Adam(0.8, 0.99, 1e-6, 0.1, false)),
        ["adamw"] = (() => new AdamW(0.01f), () => OptimizerOracle.Adam(0.9, 0.999, 1e-8, 0.01, true)),
        ["adamw decay"] = (() => new AdamW(0.01f, 0.8f, 0.99f, 1e-6f, 0.3f), () => OptimizerOracle.Adam(0.8, 0.99, 1e-6, 0.3, true)),
        ["rmsprop"] = (() => new RmsProp(), () => OptimizerOracle.RmsProp(0.99, 1e-8, 0, false, 0)),
        ["rmsprop momentum"] = (() => new RmsProp(0.01f, 0.9f, 1e-6f, 0.5f, false, 0.01f), () => OptimizerOracle.RmsProp(0.9, 1e-6, 0.5, false, 0.01)),
        ["rmsprop centered"] = (() => new RmsProp(0.01f, 0.9f, 1e-3f, 0, true), () => OptimizerOracle.RmsProp(0.9, 1e-3, 0, true, 0)),
        ["rmsprop both"] = (() => new RmsProp(0.01f, 0.9f, 1e-3f, 0.9f, true), () => OptimizerOracle.RmsProp(0.9, 1e-3, 0.9, true, 0)),
        ["adagrad"] = (() => new Adagrad(), () => OptimizerOracle.Adagrad(0, 0, 0, 1e-10)),
        ["adagrad decay"] = (() => new Adagrad(0.1f, 0.1f, 0.01f, 0.5f, 1e-6f), () => OptimizerOracle.Adagrad(0.1, 0.01, 0.5, 1e-6)),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    /// <summary>A new optimiser of each kind.</summary>
    internal static Optimizer Create(string name) => Cases[name].Fast();

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_length_follows_the_formula(string name)
    {
        for (var length = 0; length <= (4 * Vector<float>.Count) + 1; length++)
            Compare(name, length);
        Compare(name, 1000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_same_value_gets_the_same_bits_at_every_place(string name)
    {
        var optimizer = Cases[name].Fast();
        var parameter = new Parameter("w", new((4 * Vector<float>.Count) - 1));
        parameter.Values.Fill(0.7f);
        for (var step = 0; step < Steps; step++)
        {
            parameter.Gradient.Fill(MathF.Sin(step + 1));
            optimizer.Step([parameter]);
        }

        Assert.Single(parameter.Values.ToArray().Distinct());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_restored_optimiser_goes_on_bit_for_bit(string name)
    {
        var whole = Cases[name].Fast();
        var first = Cases[name].Fast();
        var second = Cases[name].Fast();
        var expected = Make(37);
        var actual = Make(37);
        for (var step = 0; step < Steps; step++)
        {
            Run(whole, expected, step);
            Run(step < 7 ? first : second, actual, step);
            if (step != 6)
                continue;
            second.Attach([actual]);
            second.StepCount = first.StepCount;
            foreach (var (saved, restored) in first.State.Zip(second.State))
            {
                Assert.Equal(saved.Name, restored.Name);
                saved.Values.CopyTo(restored.Values);
            }
        }

        Assert.Equal(expected.Values.ToArray(), actual.Values.ToArray());
        Assert.Equal(first.Description, second.Description);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_factor_for_the_gradient_is_the_same_as_a_scaled_gradient(string name)
    {
        var (scaled, folded) = (Make(37), Make(37));
        var (first, second) = (Cases[name].Fast(), Cases[name].Fast());
        for (var step = 0; step < Steps; step++)
        {
            Fill(scaled, step);
            Fill(folded, step);
            foreach (ref var value in scaled.Gradient)
                value *= 0.3f;
            first.Step([scaled]);
            second.Step([folded], 0.3f);
        }

        Assert.Equal(scaled.Values.ToArray(), folded.Values.ToArray());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_allocates_nothing(string name)
    {
        var optimizer = Cases[name].Fast();
        Parameter[] parameters = [Make(1000), Make(3)];
        for (var step = 0; step < 50; step++)
            optimizer.Step(parameters);
        var before = GC.GetAllocatedBytesForCurrentThread();
        optimizer.Step(parameters);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void What_is_remembered_is_named_as_in_PyTorch()
    {
        var optimizer = new AdamW();
        optimizer.Attach([new Parameter("rnn.bias_ih_l0", new(4))]);

        Assert.Equal(["exp_avg.rnn.bias_ih_l0", "exp_avg_sq.rnn.bias_ih_l0"], optimizer.State.Select(state => state.Name));
        Assert.Equal("adamw(beta1=0.9, beta2=0.999, epsilon=1E-08, weightDecay=0.01)", optimizer.Description);
    }

    [Fact]
    public void Constants_outside_their_range_are_refused_with_the_value()
    {
        Assert.Contains("-1", Assert.Throws<ArgumentOutOfRangeException>(() => new Sgd(-1)).Message, StringComparison.Ordinal);
        foreach (var rate in (float[])[0, -1, float.NaN, float.PositiveInfinity])
            Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam(beta1: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW(weightDecay: -0.1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RmsProp(alpha: float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adagrad(epsilon: -1));
        Assert.Throws<ArgumentException>(() => new Sgd(0.1f, nesterov: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam().LearningRate = float.NaN);
    }

    [Fact]
    public void Other_parameters_than_those_of_the_first_step_are_refused()
    {
        var optimizer = new Adam();
        optimizer.Step([Make(3)]);

        Assert.Throws<InvalidOperationException>(() => optimizer.Step([Make(3)]));
    }

    private static void Compare(string name, int length)
    {
        var optimizer = Cases[name].Fast();
        var parameter = Make(length);
        var oracles = Enumerable.Range(0, length).Select(_ => Cases[name].Slow()).ToArray();
        var expected = parameter.Values.ToArray().Select(value => (double)value).ToArray();
        var version = parameter.Version;
        for (var step = 0; step < Steps; step++)
        {
            Run(optimizer, parameter, step);
            for (var index = 0; index < length; index++)
                expected[index] = oracles[index].Next(expected[index], parameter.Gradient[index], optimizer.LearningRate);
        }

        for (var index = 0; index < length; index++)
            Assert.InRange(parameter.Values[index] - expected[index], -Tolerance, Tolerance);
        Assert.Equal(version + Steps, parameter.Version);
    }

    private static void Run(Optimizer optimizer, Parameter parameter, int step)
    {
        Fill(parameter, step);
        optimizer.Step([parameter]);
    }

    private static Parameter Make(int length)
    {
        var parameter = new Parameter("w", new(length));
        var random = new CounterRandom(1);
        Initializer.Normal(parameter, ref random);
        return parameter;
    }

    private static void Fill(Parameter parameter, int step)
    {
        var random = new CounterRandom(2, (ulong)step);
        foreach (ref var value in parameter.Gradient)
            value = random.NextNormal();
    }
}
