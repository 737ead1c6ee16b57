using Unroll.Cells;
using Unroll.Tensors;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Layers;

/// <summary>Networks learn, need their memory for it, and learn the same bits on any number of threads.</summary>
[Collection(AloneCollection.Name)]
public sealed class LearningTests
{
    /// <summary>What the design asks of one batch learned by heart.</summary>
    private const float LearnedByHeart = 0.01f;

    /// <summary>Behind fixed weights only a readout learns, which cannot learn all of this.</summary>
    public static TheoryData<Cell> Cells => [.. TestCells.Known.Where(cell => !cell.IsFixed)];

    [Theory]
    [MemberData(nameof(Cells))]
    public void One_batch_is_learned_by_heart(Cell cell)
    {
        const int vocabulary = 11, time = 8, batch = 4;
        var network = new SmallNetwork(cell, vocabulary, 32, 2, learningRate: 5e-3f);
        var random = new Random(1);
        var tokens = Enumerable.Range(0, (time + 1) * batch).Select(_ => random.Next(vocabulary)).ToArray();
        var loss = float.NaN;
        for (var update = 0; update < 600 && !(loss < LearnedByHeart); update++)
            loss = network.Update(tokens[..(time * batch)], tokens[batch..], time, batch, network.Recurrent.CreateState(batch));

        Assert.True(loss < LearnedByHeart, $"The loss is still {loss}.");
    }

    /// <summary>After l comes l once and o the next time: what stands there now does not tell which.</summary>
    [Theory]
    [MemberData(nameof(Cells))]
    public void Hello_needs_memory(Cell cell)
    {
        const string letters = "helo";
        int[] word = [0, 1, 2, 2, 3];
        var network = new SmallNetwork(cell, letters.Length, 16, 1, learningRate: 1e-2f);
        for (var update = 0; update < 200; update++)
            network.Update(word[..4], word[1..], 4, 1, network.Recurrent.CreateState(1));

        var stream = network.Recurrent.OpenStream();
        var written = "h";
        for (var step = 0; step < 4; step++)
            written += letters[network.Next(stream, letters.IndexOf(written[^1], StringComparison.Ordinal))];

        Assert.Equal("hello", written);
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Training_gives_the_same_bits_on_one_thread_and_on_two(Cell cell)
    {
        var one = Train(cell, threads: 1);
        var two = Train(cell, threads: 2);

        Close.Bits("losses", one.Losses, two.Losses);
        Close.Bits("weights", one.Weights, two.Weights);
        Assert.True(one.Losses[^1] < one.Losses[0], "Nothing was learned, so the bits say nothing.");
    }

    private static (float[] Losses, float[] Weights) Train(Cell cell, int threads)
    {
        const int vocabulary = 70, time = 16, batch = 16, updates = 12;
        var before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = threads;
        try
        {
            var network = new SmallNetwork(cell, vocabulary, 64, 2, learningRate: 3e-3f, dropout: 0.2f);
            var state = network.Recurrent.CreateState(batch);
            var random = new Random(2);
            // Tokens that follow a rule, so that there is something to learn.
            var tokens = new int[(time + 1) * batch];
            var losses = new float[updates];
            for (var update = 0; update < updates; update++)
            {
                for (var index = 0; index < tokens.Length; index++)
                    tokens[index] = index < batch ? random.Next(vocabulary) : (tokens[index - batch] + 1) % vocabulary;
                losses[update] = network.Update(tokens[..(time * batch)], tokens[batch..], time, batch, state, update);
            }

            return (losses, [.. network.Parameters.SelectMany(parameter => parameter.Values.ToArray())]);
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }
}
