using Unroll.Benchmarks.Examinations;
using Unroll.Benchmarks.Examinations.Tasks;
using Unroll.Data;

namespace Unroll.Tests.Examinations;

/// <summary>How answers are marked, against values worked out by hand.</summary>
public sealed class MarkingTests
{
    private const double Rounding = 1e-6;

    [Fact]
    public void Numbers_are_marked_by_their_mean_squared_error()
    {
        var batch = new SequenceBatch(new AddingProblem(2), timeSteps: 2, batchSize: 2);
        batch.Numbers!.Values[0] = 1;
        batch.Numbers.Values[1] = 0.5f;
        var score = new TestScore(TaskMeasure.SquaredError);
        score.Add(batch, [1.5f, 0.5f]);
        score.Add(batch, [1, 1.5f]);

        Assert.Equal((0.25 + 0 + 0 + 1) / 4, score.Result, Rounding);
    }

    [Fact]
    public void Classes_are_marked_by_the_mean_nats_of_the_right_one()
    {
        var batch = new SequenceBatch(new TemporalOrder(), timeSteps: 110, batchSize: 2);
        (batch.Classes[0], batch.Classes[1]) = (0, 3);
        var score = new TestScore(TaskMeasure.Nats);
        // Four equal logits, and odds of 1 : 1 : 1 : 5; large ones must not overflow.
        score.Add(batch, [7, 7, 7, 7, 1000, 1000, 1000, 1000 + MathF.Log(5)]);

        Assert.Equal((Math.Log(4) + Math.Log(8 / 5.0)) / 2, score.Result, 1e-4);
    }

    [Fact]
    public void A_sequence_is_right_when_all_of_its_answers_are()
    {
        var batch = new SequenceBatch(new Parity(), timeSteps: 2, batchSize: 3);
        int[] right = [0, 1, 1, 1, 0, 0];
        right.CopyTo(batch.Classes, 0);
        var score = new TestScore(TaskMeasure.SequencesRight);
        // Steps before rows; the second row is wrong at its first step, the third at its last.
        score.Add(batch, [2, 1, 2, 1, 1, 2, 1, 2, 2, 1, 1, 2]);

        Assert.Equal(1 / 3.0, score.Result, Rounding);
    }

    [Fact]
    public void Pairs_of_characters_predict_what_they_have_seen()
    {
        // Seen, with one more each: a 5 times in all, b 4; after a: a 1, b 4; after b: a 4, b 1.
        var pairs = new CharacterPairs(TextCorpus.FromText("abababa"));
        var vocabulary = TextCorpus.FromText("abababa").Vocabulary;
        var text = TextCorpus.FromText("abb", new() { Vocabulary = vocabulary });

        Assert.Equal(-Math.Log(4 / 9.0), pairs.NatsWithoutContext(text), Rounding);
        Assert.Equal(-(Math.Log(4 / 5.0) + Math.Log(1 / 5.0)) / 2, pairs.Nats(text), Rounding);
    }
}
