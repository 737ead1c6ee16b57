using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Layers;

/// <summary>
/// What recurrent dropout and zoneout draw, seen through layers that show it, and where nothing is drawn. Alone, because the number of threads is the process's.
/// </summary>
[Collection(AloneCollection.Name)]
[Trait(LaneRunsTests.Mark, "every")]
public sealed class RegularizationTests
{
    private const int TimeSteps = 8;
    private const int BatchSize = 25;
    private const int Units = 40;
    private const int Draws = BatchSize * Units;
    private const float Rate = 0.3f;

    /// <summary>Standard deviations that a share may be off.</summary>
    private const double Deviations = 5;

    private static readonly DropoutKey key = new(Seed: 3, Update: 4, Place: 5);

    public static TheoryData<Cell> Trained => [.. TestCells.Known.Where(cell => !cell.IsFixed)];

    /// <summary>h = max(0, mask∘h') from ones: each step multiplies by the mask once more.</summary>
    [Fact]
    public void Recurrent_dropout_has_one_mask_for_a_sequence_and_each_row_its_own()
    {
        var layer = Shown(Cell.RnnRelu, new() { RecurrentDropout = Rate }, input: 0, recurrent: 1);
        var steps = Steps(layer, key);

        var mask = steps[0];
        Assert.All(mask, value => Assert.True(value is 0 or 1 / (1 - Rate), $"{value} is neither 0 nor 1 / (1 − rate)."));
        for (var step = 1; step < TimeSteps; step++)
            Assert.Equal(steps[step - 1].Zip(mask, (value, m) => value * m), steps[step]);
        CheckShare(Rate, mask.Count(value => value == 0), Draws);
        Assert.Equal(BatchSize, mask.Chunk(Units).Select(row => string.Join(' ', row)).Distinct().Count());
        CheckApart([mask, Steps(layer, key with { Update = 5 })[0], Steps(layer, key with { Seed = 4 })[0], Steps(layer, key.At(6))[0]]);
    }

    /// <summary>Fresh outputs are the number of the step, so those that are not were kept.</summary>
    [Fact]
    public void Zoneout_of_outputs_draws_anew_at_each_step()
    {
        var layer = Shown(Cell.RnnRelu, new() { ZoneoutOutput = Rate }, input: 1, recurrent: 0);
        var steps = Steps(layer, key);

        var kept = new bool[TimeSteps][];
        for (var step = 0; step < TimeSteps; step++)
        {
            var (fresh, old) = (step + 1f, step == 0 ? Ones : steps[step - 1]);
            Assert.All(steps[step].Zip(old), pair => Assert.True(pair.First == fresh || pair.First == pair.Second, $"step {step}: {pair.First} is neither {fresh} nor {pair.Second}"));
            // The state before the first step is 1 as well.
            kept[step] = [.. steps[step].Select(value => step > 0 && value != fresh)];
        }

        CheckShare(Rate, kept.Skip(1).Sum(step => step.Count(value => value)), (TimeSteps - 1) * Draws);
        for (var step = 2; step < TimeSteps; step++)
            CheckShare(Rate * Rate, kept[step].Zip(kept[step - 1]).Count(pair => pair is (true, true)), Draws);
        Assert.Equal(BatchSize, kept[1].Chunk(Units).Select(row => string.Join(' ', row)).Distinct().Count());
        CheckApart([steps[1], Steps(layer, key with { Update = 5 })[1], Steps(layer, key.At(6))[1]]);
    }

    /// <summary>An LSTM of zeros halves c in each step; h starts from 0 and a fresh one is not 0.</summary>
    [Fact]
    public void States_and_outputs_are_kept_by_masks_of_their_own()
    {
        const float states = 0.6f;
        var layer = new Recurrent(Cell.Lstm, 1, Units, new() { ZoneoutOutput = Rate, ZoneoutState = states });
        var state = new RecurrentState(new(new(1, BatchSize, Units)), Tensor.FromArray(Ones, new(1, BatchSize, Units)));
        RecurrentOutput After(int time) => layer.Forward(new(recording: false), new(new(time, BatchSize, 1)), state, dropout: key);

        var once = After(1);
        var (h, c) = (once.FinalHidden.Values.ToArray(), once.FinalCell!.Values.ToArray());
        Assert.All(c, value => Assert.True(value is 1 or 0.5f, $"c is {value}"));
        // The output is made of the fresh state, also where the state was kept.
        Assert.All(h, value => Assert.True(value == 0 || Math.Abs(value - (0.5 * Math.Tanh(0.5))) < 1e-6, $"h is {value}"));
        CheckShare(states, c.Count(value => value == 1), Draws);
        CheckShare(Rate, h.Count(value => value == 0), Draws);
        CheckShare(Rate * states, h.Zip(c).Count(pair => pair is (0, 1)), Draws);

        var twice = After(2).FinalCell!.Values.ToArray();
        CheckShare(states * states, twice.Count(value => value == 1), Draws);
        CheckShare((1 - states) * (1 - states), twice.Count(value => value == 0.25f), Draws);
    }

    [Fact]
    public void Layers_and_directions_draw_masks_of_their_own()
    {
        foreach (var options in new RecurrentOptions[] { new() { RecurrentDropout = Rate }, new() { ZoneoutOutput = Rate } })
        {
            var layer = Shown(Cell.RnnRelu, options with { Layers = 2, Bidirectional = true }, input: 0, recurrent: 2);
            var final = layer.Forward(new(recording: false), new(new(1, BatchSize, 1)), Start(layer), dropout: key).FinalHidden.Values.ToArray();
            CheckApart(final.Chunk(Draws));
        }
    }

    /// <summary>Of a linear layer the mean of what training draws is what evaluation gives.</summary>
    [Fact]
    public void Evaluation_is_the_expectation_of_zoneout()
    {
        var layer = Shown(Cell.RnnRelu, new() { ZoneoutOutput = Rate }, input: 1, recurrent: 0);
        var (drawn, expected) = (Steps(layer, key), Steps(layer, dropout: null));
        var (mean, variance) = (1.0, 0.0);
        for (var step = 0; step < TimeSteps; step++)
        {
            // h is h' with the probability z, else x: the variance of a mixture.
            var x = step + 1.0;
            variance = (Rate * variance) + (Rate * (1 - Rate) * (mean - x) * (mean - x));
            mean = (Rate * mean) + ((1 - Rate) * x);
            Assert.All(expected[step], value => Assert.Equal(mean, value, 1e-5));
            Assert.Equal(mean, drawn[step].Average(value => (double)value), Math.Max(1e-5, Deviations * Math.Sqrt(variance / Draws)));
        }
    }

    /// <summary>Without a key there is no recurrent dropout, bit for bit, and the key alone changes nothing either.</summary>
    [Theory]
    [MemberData(nameof(Trained))]
    public void Where_nothing_is_drawn_it_is_a_layer_without(Cell cell)
    {
        if (!cell.HasRecurrentMatrix)
            return;
        var (plain, dropping) = (StackCases.Create(cell, new() { Layers = 2 }), StackCases.Create(cell, new() { Layers = 2, RecurrentDropout = 0.5f }));
        var x = Tensor.FromArray(RandomValues.Singles(new Random(1), 4 * 3 * StackCases.InputSize), new(4, 3, StackCases.InputSize));
        var tape = new Tape(recording: false);
        float[] Run(Recurrent layer, DropoutKey? dropout)
        {
            tape.Reset();
            return layer.Forward(tape, x, dropout: dropout).Output.Values.ToArray();
        }

        var expected = Run(plain, null);
        Close.Bits("no key", expected, Run(dropping, null));
        Close.Bits("no rate", expected, Run(plain, key));
        // The same tape trains and evaluates in turn.
        var trained = Run(dropping, key);
        Assert.NotEqual(expected, trained);
        Close.Bits("after training", expected, Run(dropping, null));
        Close.Bits("training again", trained, Run(dropping, key));
    }

    [Theory]
    [MemberData(nameof(Trained))]
    public void Threads_show_in_no_bit(Cell cell)
    {
        // Enough work for several threads, rows of different lengths, units that fill no whole block.
        const int time = 30, batch = 26, size = 50;
        var layer = new Recurrent(cell, StackCases.InputSize, size, new()
        {
            Bidirectional = true,
            RecurrentDropout = cell.HasRecurrentMatrix ? 0.3f : 0,
            ZoneoutOutput = 0.2f,
            ZoneoutState = cell.ZoneoutStateCount > 0 ? 0.4f : 0,
        });
        var random = new Random(6);
        foreach (var parameter in layer.Parameters)
            EngineRun.Write(parameter, RandomValues.Uniform(random, parameter.Length, 0.3));
        var x = Tensor.FromArray(RandomValues.Singles(random, time * batch * StackCases.InputSize), new(time, batch, StackCases.InputSize), requiresGradient: true);
        int[] lengths = [.. Enumerable.Range(0, batch).Select(row => 1 + (row * 7 % time))];
        var seed = RandomValues.Singles(random, time * batch * layer.OutputSize);
        float[] Run(int threads)
        {
            Parallelism.ThreadCount = threads;
            var tape = new Tape();
            x.ClearGradient();
            foreach (var parameter in layer.Parameters)
                parameter.ClearGradient();
            var output = layer.Forward(tape, x, lengths: lengths, dropout: key).Output;
            output.SeedGradient(seed);
            tape.Backward();
            return [.. output.Values, .. x.Gradient, .. layer.Parameters.SelectMany(parameter => parameter.Gradient.ToArray())];
        }

        var before = Parallelism.ThreadCount;
        try
        {
            Close.Bits("three threads", Run(1), Run(3));
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    private static float[] Ones { get; } = [.. Enumerable.Repeat(1f, Draws)];

    /// <summary>A layer whose input weights are all one number and whose recurrent matrices are a number times the identity.</summary>
    private static Recurrent Shown(Cell cell, RecurrentOptions options, float input, float recurrent)
    {
        var layer = new Recurrent(cell, 1, Units, options with { Bias = false });
        foreach (var parameter in layer.Parameters)
        {
            var isRecurrent = parameter.Name.StartsWith("weight_hh", StringComparison.Ordinal);
            if (!isRecurrent)
                parameter.Values.Fill(input);
            for (var unit = 0; isRecurrent && unit < Units; unit++)
                parameter.Values[(unit * Units) + unit] = recurrent;
            parameter.MarkChanged();
        }

        return layer;
    }

    private static RecurrentState Start(Recurrent layer)
    {
        var state = layer.CreateState(BatchSize);
        state.Hidden.Values.Fill(1);
        return state;
    }

    /// <summary>The outputs of each step, from ones, with the numbers of the steps as input.</summary>
    private static float[][] Steps(Recurrent layer, DropoutKey? dropout)
    {
        var x = Tensor.FromArray([.. Enumerable.Range(0, TimeSteps * BatchSize).Select(index => (index / BatchSize) + 1f)], new(TimeSteps, BatchSize, 1));
        return [.. layer.Forward(new(recording: false), x, Start(layer), dropout: dropout).Output.Values.ToArray().Chunk(Draws)];
    }

    private static void CheckShare(double expected, int count, int draws) =>
        Assert.Equal(expected, count / (double)draws, Deviations * Math.Sqrt(expected * (1 - expected) / draws));

    /// <summary>No two of them are the same.</summary>
    private static void CheckApart(IEnumerable<float[]> masks)
    {
        var all = masks.Select(mask => string.Join(' ', mask)).ToArray();
        Assert.Equal(all.Length, all.Distinct().Count());
    }
}
