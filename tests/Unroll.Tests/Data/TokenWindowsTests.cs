using CsCheck;
using Unroll.Data;

namespace Unroll.Tests.Data;

public sealed class TokenWindowsTests
{
    [Fact]
    public void Windows_of_a_stream_follow_each_other_and_streams_lie_side_by_side()
    {
        var windows = TokenWindows.ForTraining(Count(13), batchSize: 2, windowLength: 3);
        var window = new TokenWindow();

        Assert.True(windows.TryNext(window));
        Assert.Equal((3, 2), (window.TimeSteps, window.BatchSize));
        Assert.Equal([0, 6, 1, 7, 2, 8], window.Inputs.ToArray());
        Assert.Equal([1, 7, 2, 8, 3, 9], window.Targets.ToArray());
        Assert.True(windows.TryNext(window));
        Assert.Equal([3, 9, 4, 10, 5, 11], window.Inputs.ToArray());
        Assert.Equal([4, 10, 5, 11, 6, 12], window.Targets.ToArray());
        Assert.False(windows.TryNext(window));
        Assert.Equal(12, windows.TokensPerEpoch);
    }

    [Fact]
    public void Evaluation_predicts_every_token_but_the_first_once() =>
        Gen.Select(Gen.Int[2, 200], Gen.Int[1, 9], Gen.Int[1, 20]).Sample((length, streams, windowLength) =>
        {
            var windows = TokenWindows.ForEvaluation(Count(length), streams, windowLength);
            var window = new TokenWindow();
            var targets = new List<int>();
            while (windows.TryNext(window))
            {
                Assert.InRange(window.TimeSteps, 1, windowLength);
                targets.AddRange(window.Targets.ToArray());
                Assert.Equal(window.Targets.ToArray(), window.Inputs.ToArray().Select(token => token + 1));
            }

            Assert.Equal(Enumerable.Range(1, length - 1), targets.Order());
            Assert.Equal(length - 1, windows.TokensPerEpoch);
        });

    [Fact]
    public void Evaluation_never_breaks_a_stream() =>
        Gen.Select(Gen.Int[2, 200], Gen.Int[1, 9], Gen.Int[1, 20]).Sample((length, streams, windowLength) =>
        {
            var windows = TokenWindows.ForEvaluation(Count(length), streams, windowLength);
            var window = new TokenWindow();
            var last = Enumerable.Repeat(-1, windows.BatchSize).ToArray();
            while (windows.TryNext(window))
            {
                for (var index = 0; index < window.Inputs.Length; index++)
                {
                    var stream = index % window.BatchSize;
                    Assert.True(last[stream] < 0 || last[stream] == window.Inputs[index]);
                    last[stream] = window.Targets[index];
                }
            }
        });

    [Fact]
    public void Training_predicts_no_token_twice_and_leaves_less_than_a_window() =>
        Gen.Select(Gen.Int[40, 300], Gen.Int[1, 5], Gen.Int[1, 7], Gen.ULong).Sample((length, batchSize, windowLength, seed) =>
        {
            var windows = TokenWindows.ForTraining(Count(length), batchSize, windowLength, seed);
            var window = new TokenWindow();
            for (var epoch = 0; epoch < 3; epoch++, windows.NextEpoch())
            {
                var targets = new HashSet<int>();
                while (windows.TryNext(window))
                    Assert.All(window.Targets.ToArray(), target => Assert.True(targets.Add(target)));
                Assert.InRange(length - 1 - targets.Count, 0, (batchSize * windowLength) - 1);
                Assert.Equal(windows.TokensPerEpoch, targets.Count);
            }
        });

    [Fact]
    public void Epochs_begin_at_different_offsets()
    {
        var windows = TokenWindows.ForTraining(Count(200), 2, 60, seed: 1);
        var window = new TokenWindow();
        var starts = new HashSet<int>();
        for (var epoch = 0; epoch < 20; epoch++, windows.NextEpoch())
        {
            windows.TryNext(window);
            starts.Add(window.Inputs[0]);
        }

        Assert.InRange(starts.Count, 10, 20);
    }

    [Fact]
    public void A_saved_position_continues_with_the_same_windows()
    {
        var original = TokenWindows.ForTraining(Count(500), 3, 7, seed: 9);
        var resumed = TokenWindows.ForTraining(Count(500), 3, 7, seed: 9);
        var first = new TokenWindow();
        var second = new TokenWindow();
        for (var step = 0; step < 100; step++)
        {
            resumed.Position = original.Position;
            if (!original.TryNext(first))
            {
                Assert.False(resumed.TryNext(second));
                original.NextEpoch();
                continue;
            }

            Assert.True(resumed.TryNext(second));
            Assert.Equal(first.Inputs.ToArray(), second.Inputs.ToArray());
        }
    }

    [Fact]
    public void A_text_shorter_than_a_window_is_refused_with_the_numbers()
    {
        var exception = Assert.Throws<InvalidDataException>(() => TokenWindows.ForTraining(Count(57), 64, 128, name: "short.txt"));

        Assert.StartsWith("short.txt: 57 tokens are fewer than the 8193 ", exception.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => TokenWindows.ForEvaluation(Count(1), 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenWindows.ForTraining(Count(57), 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenWindows.ForEvaluation(Count(57), 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TokenWindows.ForTraining(Count(57), 1, 8).Position = new(0, 8));
    }

    [Fact]
    public void A_window_of_given_tokens_needs_as_many_as_its_sizes_say()
    {
        var window = new TokenWindow(2, 1, [1, 2], [2, 3]);

        Assert.Equal([2, 3], window.Targets.ToArray());
        Assert.Throws<ArgumentException>(() => new TokenWindow(2, 2, [1, 2], [2, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TokenWindow(0, 1, [], []));
    }

    private static int[] Count(int length) => [.. Enumerable.Range(0, length)];
}
