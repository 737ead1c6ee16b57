namespace Unroll.Benchmarks.Peers;

/// <summary>The weights and the input that every contestant gets, in PyTorch's layout.</summary>
internal sealed class SharedValues
{
    private const int Seed = 1997;

    /// <summary>Draws them; the same workload always gets the same.</summary>
    public SharedValues(Workload workload)
    {
        var random = new Random(Seed);
        var hidden = workload.HiddenSize;
        var rows = workload.GateCount * hidden;
        // PyTorch's initialiser: uniform in ± 1/√H.
        var bound = 1 / MathF.Sqrt(hidden);
        InputWeights = Draw(random, rows * hidden, bound);
        RecurrentWeights = Draw(random, rows * hidden, bound);
        InputBias = Draw(random, rows, bound);
        RecurrentBias = Draw(random, rows, bound);
        Input = Draw(random, workload.TimeSteps * workload.BatchSize * hidden, 1);
    }

    /// <summary>[G·H, I]; gates of the LSTM i f g o, of the GRU r z n.</summary>
    public float[] InputWeights { get; }

    /// <summary>[G·H, H].</summary>
    public float[] RecurrentWeights { get; }

    /// <summary>[G·H].</summary>
    public float[] InputBias { get; }

    /// <summary>[G·H].</summary>
    public float[] RecurrentBias { get; }

    /// <summary>[T, B, I], uniform in ± 1.</summary>
    public float[] Input { get; }

    private static float[] Draw(Random random, int count, float bound)
    {
        var values = new float[count];
        for (var index = 0; index < count; index++)
            values[index] = (2 * random.NextSingle() - 1) * bound;
        return values;
    }
}
