using System.Globalization;
using Unroll.Benchmarks.Examinations.Tasks;

namespace Unroll.Tests.Examinations;

/// <summary>The answers of each task, worked out again from the sequences alone.</summary>
public sealed class GeneratedTaskTests
{
    private const int BatchSize = 40;
    private const int BatchCount = 50;

    // Five standard deviations of a mean over the sequences of all batches, of values that spread by at most 0.5.
    private static readonly double chance = 5 * 0.5 / Math.Sqrt(BatchSize * BatchCount);

    [Theory]
    [InlineData(2)]
    [InlineData(50)]
    public void Adding_asks_for_the_sum_of_two_marked_numbers(int timeSteps)
    {
        var task = new AddingProblem(timeSteps);
        var marked = new HashSet<int>();
        var squares = 0.0;
        foreach (var batch in Batches(task, timeSteps))
        {
            for (var row = 0; row < BatchSize; row++)
            {
                var steps = Enumerable.Range(0, timeSteps).Where(step => batch[step, row, 1] != 0).ToArray();
                Assert.Equal(2, steps.Length);
                Assert.All(steps, step => Assert.Equal(1, batch[step, row, 1]));
                Assert.All(Enumerable.Range(0, timeSteps), step => Assert.InRange(batch[step, row, 0], 0, 1 - float.Epsilon));
                Assert.Equal(batch[steps[0], row, 0] + batch[steps[1], row, 0], batch.Numbers!.Values[row]);
                marked.UnionWith(steps);
                squares += Math.Pow(batch.Numbers.Values[row] - 1, 2);
            }
        }

        Assert.Equal(timeSteps, marked.Count);
        Assert.Equal(task.Guess, squares / (BatchSize * BatchCount), chance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void Copying_asks_for_the_first_ten_symbols_after_the_delimiter(int blankSteps)
    {
        var task = new CopyMemory(blankSteps);
        Assert.Equal(10 * Math.Log(8) / (blankSteps + 20), task.Guess, 1e-12);
        foreach (var batch in Batches(task, task.TimeSteps))
        {
            for (var row = 0; row < BatchSize; row++)
            {
                var symbols = Symbols(batch, row);
                var answers = Enumerable.Range(0, task.TimeSteps).Select(step => batch.Classes[(step * BatchSize) + row]).ToArray();
                Assert.All(symbols[..10], symbol => Assert.InRange(symbol, 0, 7));
                Assert.Equal([.. Enumerable.Repeat(CopyMemory.Blank, blankSteps - 1), CopyMemory.Delimiter, .. Enumerable.Repeat(CopyMemory.Blank, 10)], symbols[10..]);
                Assert.Equal([.. Enumerable.Repeat(CopyMemory.Blank, blankSteps + 10), .. symbols[..10]], answers);
            }
        }
    }

    [Fact]
    public void Temporal_order_asks_which_of_two_symbols_came_first_and_second()
    {
        const string Letters = "abcdXYEB";
        var task = new TemporalOrder();
        var counts = new int[4];
        var lengths = new HashSet<int>();
        foreach (var batch in Batches(task, task.TimeSteps))
        {
            for (var row = 0; row < BatchSize; row++)
            {
                var length = batch.LengthOf(row);
                var text = string.Concat(Symbols(batch, row)[..length].Select(symbol => Letters[symbol]));
                var places = Enumerable.Range(0, length).Where(step => text[step] is 'X' or 'Y').ToArray();
                Assert.Equal(2, places.Length);
                Assert.InRange(places[0], 10, 20);
                Assert.InRange(places[1], 50, 60);
                Assert.Equal((0, length - 1), (text.IndexOf('E', StringComparison.Ordinal), text.IndexOf('B', StringComparison.Ordinal)));
                Assert.Equal((0, length - 1), (text.LastIndexOf('E'), text.LastIndexOf('B')));
                Assert.All(Enumerable.Range(length, task.TimeSteps - length), step => Assert.Equal(-1, Symbol(batch, step, row)));
                string[] answers = ["XX", "XY", "YX", "YY"];
                Assert.Equal(answers[batch.Classes[row]], $"{text[places[0]]}{text[places[1]]}");
                counts[batch.Classes[row]]++;
                lengths.Add(length);
            }
        }

        Assert.Equal(Enumerable.Range(100, 11), lengths.Order());
        Assert.All(counts, count => Assert.Equal(task.Guess, count / (double)(BatchSize * BatchCount), chance));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    public void Parity_counts_the_ones_so_far(int timeSteps)
    {
        var ones = 0;
        foreach (var batch in Batches(new Parity(), timeSteps))
        {
            for (var row = 0; row < BatchSize; row++)
            {
                var bits = Enumerable.Range(0, timeSteps).Select(step => (int)batch[step, row, 0]).ToArray();
                for (var step = 0; step < timeSteps; step++)
                    Assert.Equal(bits[..(step + 1)].Sum() % 2, batch.Classes[(step * BatchSize) + row]);
                ones += bits[0];
            }
        }

        Assert.Equal(0.5, ones / (double)(BatchSize * BatchCount), chance);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(200)]
    public void Dyck_words_are_balanced_and_the_answers_say_after_which_brackets(int timeSteps)
    {
        var closedOnlyAtTheEnd = 0;
        foreach (var batch in Batches(new DyckWords(), timeSteps))
        {
            for (var row = 0; row < BatchSize; row++)
            {
                var word = string.Concat(Symbols(batch, row).Select(symbol => "()"[symbol]));
                for (var step = 1; step <= timeSteps; step++)
                    Assert.Equal(IsBalanced(word[..step]) ? 1 : 0, batch.Classes[((step - 1) * BatchSize) + row]);
                Assert.True(IsBalanced(word), word);
                closedOnlyAtTheEnd += Enumerable.Range(1, timeSteps - 1).Any(step => IsBalanced(word[..step])) ? 0 : 1;
            }
        }

        Assert.Equal(DyckWords.ClosedOnlyAtTheEnd(timeSteps), closedOnlyAtTheEnd / (double)(BatchSize * BatchCount), chance);
    }

    /// <summary>Of 4 brackets (()) comes with 1/2; of 6 ((())) with 1/4 and (()()) with 1/8, whose last brackets are forced.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(4, 0.5)]
    [InlineData(6, 0.375)]
    public void The_share_of_words_that_close_at_the_end_is_that_of_all_of_them(int length, double share) =>
        Assert.Equal(share, DyckWords.ClosedOnlyAtTheEnd(length), 1e-12);

    [Fact]
    public void Seed_and_update_settle_a_batch_and_tests_are_others()
    {
        var task = new CopyMemory(5);
        int[] Training(ulong seed, long update)
        {
            var batch = new SequenceBatch(task, task.TimeSteps, BatchSize);
            task.FillForTraining(batch, seed, update);
            return batch.Classes;
        }

        var test = new SequenceBatch(task, task.TimeSteps, BatchSize);
        task.FillForTest(test, 0);
        var others = new[] { Training(1, 0), Training(1, 1), Training(2, 0), test.Classes }.Select(classes => string.Join(' ', classes));

        Assert.Equal(Training(1, 0), Training(1, 0));
        Assert.Equal(4, others.Distinct().Count());
    }

    [Fact]
    public void Learned_is_more_than_half_way_from_guessing_to_perfect()
    {
        Assert.True(new AddingProblem(50).IsLearned(0.083));
        Assert.False(new AddingProblem(50).IsLearned(0.084));
        Assert.True(new TemporalOrder().IsLearned(0.63));
        Assert.False(new TemporalOrder().IsLearned(0.62));
        Assert.False(new AddingProblem(50).IsLearned(double.NaN));
    }

    private static IEnumerable<SequenceBatch> Batches(SequenceTask task, int timeSteps)
    {
        var batch = new SequenceBatch(task, timeSteps, BatchSize);
        for (var update = 0; update < BatchCount; update++)
        {
            task.FillForTraining(batch, seed: 7, update);
            yield return batch;
        }
    }

    private static int[] Symbols(SequenceBatch batch, int row) => [.. Enumerable.Range(0, batch.TimeSteps).Select(step => Symbol(batch, step, row))];

    /// <summary>The place of the only 1 of a step, or −1 where all is zero.</summary>
    private static int Symbol(SequenceBatch batch, int step, int row)
    {
        var values = Enumerable.Range(0, batch.Input.Shape[2]).Select(column => batch[step, row, column]).ToArray();
        Assert.True(values.All(value => value is 0 or 1) && values.Sum() <= 1, string.Create(CultureInfo.InvariantCulture, $"step {step} holds {string.Join(' ', values)}"));
        return Array.IndexOf(values, 1);
    }

    /// <summary>By taking out pairs until none is left.</summary>
    private static bool IsBalanced(string word)
    {
        while (word.Contains("()", StringComparison.Ordinal))
            word = word.Replace("()", "", StringComparison.Ordinal);
        return word.Length == 0;
    }
}
