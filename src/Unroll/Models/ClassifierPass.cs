using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>The numbers of one batch on their way through a classifier, and the tape of a prediction; used again and again.</summary>
internal sealed class ClassifierPass
{
    // Keeps the masks of tokens apart from those of the layers.
    private const int TokenPlace = 1 << 20;
    private const int NoisePlace = TokenPlace + 1;

    private int[] lengths = [];
    private int[] targets = [];
    private int[] tokens = [];
    private int[] stepTargets = [];
    private float[] weights = [];
    private int batchSize;

    /// <summary>For passes without a backward.</summary>
    public Tape Tape { get; } = new(recording: false);

    /// <summary>T: the longest sequence.</summary>
    public int TimeSteps { get; private set; }

    /// <summary>The length of each row.</summary>
    public ReadOnlySpan<int> Lengths => lengths.AsSpan(0, batchSize);

    /// <summary>The label of each row.</summary>
    public ReadOnlySpan<int> Targets => targets.AsSpan(0, batchSize);

    /// <summary>Room for how much each row of the logits counts.</summary>
    /// <param name="count">How many there are.</param>
    public Span<float> Weights(int count)
    {
        if (weights.Length < count)
            weights = new float[count];
        return weights.AsSpan(0, count);
    }

    /// <summary>The label of each step that a sequence has, in the order of packed steps: the first ones of all rows, then the second ones.</summary>
    public ReadOnlySpan<int> StepTargets(ReadOnlySpan<ClassifierExample> batch)
    {
        var count = 0;
        foreach (var example in batch)
            count += example.TimeSteps;
        if (stepTargets.Length < count)
            stepTargets = new int[count];
        count = 0;
        for (var step = 0; step < TimeSteps; step++)
        {
            foreach (var example in batch)
            {
                if (step < example.TimeSteps)
                    stepTargets[count++] = example.StepLabels[step];
            }
        }

        return stepTargets.AsSpan(0, count);
    }

    /// <summary>[T, B].</summary>
    public ReadOnlySpan<int> Tokens => tokens.AsSpan(0, TimeSteps * batchSize);

    /// <summary>Takes the sizes and labels of a batch.</summary>
    public void Begin(ReadOnlySpan<ClassifierExample> batch)
    {
        batchSize = batch.Length;
        if (lengths.Length < batchSize)
            (lengths, targets) = (new int[batchSize], new int[batchSize]);
        TimeSteps = 0;
        for (var row = 0; row < batchSize; row++)
        {
            lengths[row] = batch[row].TimeSteps;
            targets[row] = batch[row].Label;
            TimeSteps = Math.Max(TimeSteps, lengths[row]);
        }
    }

    /// <summary>Lays the tokens of a batch out, time-major; ends of shorter rows hold token 0, which nobody reads.</summary>
    public void FillTokens(ReadOnlySpan<ClassifierExample> batch, float tokenDropout, int unknown, DropoutKey? dropout)
    {
        var count = checked(TimeSteps * batchSize);
        if (tokens.Length < count)
            tokens = new int[count];
        Array.Clear(tokens, 0, count);
        for (var row = 0; row < batchSize; row++)
        {
            var own = batch[row].Tokens;
            for (var step = 0; step < own.Length; step++)
                tokens[(step * batchSize) + row] = own[step];
        }

        if (tokenDropout == 0 || dropout is not { } key)
            return;
        var random = new CounterRandom(key.At(TokenPlace).Bits);
        foreach (ref var token in tokens.AsSpan(0, count))
        {
            if (random.NextSingle() < tokenDropout)
                token = unknown;
        }
    }

    /// <summary>Adds normal noise to scaled channels while training; steps beyond a row's length get some too, which nobody reads.</summary>
    /// <param name="values">[T, B, C].</param>
    /// <param name="deviation">Its standard deviation; 0 for none.</param>
    /// <param name="dropout">Names the noise while training, or null.</param>
    public static void AddNoise(Span<float> values, float deviation, DropoutKey? dropout)
    {
        if (deviation == 0 || dropout is not { } key)
            return;
        var random = new CounterRandom(key.At(NoisePlace).Bits);
        foreach (ref var value in values)
            value += deviation * random.NextNormal();
    }
}
