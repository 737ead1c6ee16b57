using Unroll.Models;

namespace Unroll.Tests.Models;

public sealed class TokenSamplerTests
{
    private const int Draws = 40_000;

    // Five standard deviations of a frequency near one half.
    private const double FrequencyTolerance = 5 * 0.5 / 200;

    private static readonly float[] Logits = [0f, 1f, -1f, 2f, 1f];

    [Fact]
    public void Temperature_0_takes_the_likeliest_and_the_lowest_among_equals()
    {
        Assert.Equal(3, new TokenSampler(5, new() { Temperature = 0 }).Next(Logits));
        Assert.Equal(1, new TokenSampler(4, new() { Temperature = 0 }).Next([0f, 2f, 2f, 1f]));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(0.5f)]
    [InlineData(3f)]
    public void Frequencies_are_those_of_the_softmax_of_the_tempered_logits(float temperature)
    {
        var weights = Logits.Select(logit => Math.Exp(logit / temperature)).ToArray();
        var frequencies = Frequencies(new() { Temperature = temperature });
        for (var token = 0; token < Logits.Length; token++)
            Assert.Equal(weights[token] / weights.Sum(), frequencies[token], FrequencyTolerance);
    }

    [Fact]
    public void Top_k_draws_only_from_the_k_likeliest_lowest_number_first_among_equals()
    {
        var frequencies = Frequencies(new() { TopK = 2 });
        Assert.Equal([false, true, false, true, false], frequencies.Select(frequency => frequency > 0));
        Assert.Equal(1 / (1 + Math.E), frequencies[1], FrequencyTolerance);
    }

    [Fact]
    public void Top_p_keeps_the_fewest_likeliest_tokens_that_reach_it()
    {
        // Of the probabilities 0.08, 0.21, 0.03, 0.58 and 0.10 … 
        Assert.Equal([3], Drawn(new() { TopP = 0.5f }));
        Assert.Equal([1, 3], Drawn(new() { TopP = 0.6f }));
        Assert.Equal([0, 1, 2, 3, 4], Drawn(new() { TopP = 1 }));
    }

    [Fact]
    public void The_same_seed_draws_the_same_tokens()
    {
        var first = new TokenSampler(5, new() { Seed = 7 });
        var second = new TokenSampler(5, new() { Seed = 7 });
        for (var draw = 0; draw < 100; draw++)
            Assert.Equal(first.Next(Logits), second.Next(Logits));
    }

    [Fact]
    public void Logits_that_are_no_numbers_are_never_drawn()
    {
        Assert.Equal([1], Drawn(new(), [float.NaN, 0f, float.NegativeInfinity, float.PositiveInfinity]));
        Assert.Throws<InvalidOperationException>(() => new TokenSampler(2, new()).Next([float.NaN, float.NaN]));
    }

    [Fact]
    public void A_tiny_temperature_is_nearly_argmax_and_no_division_by_zero() => Assert.Equal([3], Drawn(new() { Temperature = float.Epsilon }));

    [Fact]
    public void The_likeliest_is_the_first_of_the_largest_finite_logits()
    {
        Assert.Equal(2, TokenSampler.Likeliest([1f, float.NaN, 3f, 3f, float.PositiveInfinity]));
        Assert.Contains("no finite logit", Assert.Throws<InvalidOperationException>(() => TokenSampler.Likeliest([])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_numbers()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(0, new()));
        Assert.Throws<ArgumentNullException>(() => new TokenSampler(5, null!));
        Assert.Contains("Top-k is 0", Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(5, new() { TopK = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("There are 5 logits; this sampler draws from a vocabulary of 4", Assert.Throws<ArgumentException>(() => new TokenSampler(4, new()).Next(Logits)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_draw_allocates_nothing()
    {
        var sampler = new TokenSampler(5, new() { TopK = 4, TopP = 0.9f });
        for (var draw = 0; draw < 100; draw++)
            sampler.Next(Logits);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var draw = 0; draw < 1000; draw++)
            sampler.Next(Logits);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Options_out_of_range_are_refused_by_name()
    {
        foreach (var (name, options) in new (string, GenerateOptions)[]
        {
            ("Length", new() { Length = -1 }), ("Temperature", new() { Temperature = -0.1f }), ("Temperature", new() { Temperature = float.NaN }),
            ("TopK", new() { TopK = 0 }), ("TopP", new() { TopP = 0 }), ("TopP", new() { TopP = 1.1f }), ("TopP", new() { TopP = float.NaN }),
        })
        {
            Assert.Equal(name, Assert.Throws<ArgumentOutOfRangeException>(() => new TokenSampler(5, options)).ParamName);
        }
    }

    private static double[] Frequencies(GenerateOptions options)
    {
        var counts = new double[Logits.Length];
        var sampler = new TokenSampler(Logits.Length, options);
        for (var draw = 0; draw < Draws; draw++)
            counts[sampler.Next(Logits)]++;
        return [.. counts.Select(count => count / Draws)];
    }

    private static int[] Drawn(GenerateOptions options, float[]? logits = null)
    {
        logits ??= Logits;
        var sampler = new TokenSampler(logits.Length, options);
        return Enumerable.Range(0, 2000).Select(_ => sampler.Next(logits)).Distinct().Order().ToArray();
    }
}
