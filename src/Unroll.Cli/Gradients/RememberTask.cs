using Unroll.Tensors;

namespace Unroll.Cli.Gradients;

/// <summary>
/// Remember the first symbol: the first step shows one of eight symbols, every step after it only noise, and after the last one the network has to name the
/// symbol. All that it can learn from has to come back to step 1.
/// </summary>
internal static class RememberTask
{
    /// <summary>Different symbols; guessing costs ln 8 = 2.079 nats.</summary>
    public const int SymbolCount = 8;

    /// <summary>Channels of the input: one for each symbol, and the noise.</summary>
    public const int InputSize = SymbolCount + 1;

    /// <summary>Draws sequences.</summary>
    /// <param name="timeSteps">T.</param>
    /// <param name="batchSize">B.</param>
    /// <param name="random">Where they come from.</param>
    public static RememberBatch Draw(int timeSteps, int batchSize, ref CounterRandom random)
    {
        var input = new Tensor(new(timeSteps, batchSize, InputSize));
        var targets = new int[batchSize];
        for (var row = 0; row < batchSize; row++)
        {
            targets[row] = random.NextInt32(SymbolCount);
            input.Values[(row * InputSize) + targets[row]] = 1;
            for (var step = 1; step < timeSteps; step++)
                input.Values[(((step * batchSize) + row) * InputSize) + SymbolCount] = (2 * random.NextSingle()) - 1;
        }

        return new(input, targets);
    }
}

/// <summary>Sequences of <see cref="RememberTask"/>.</summary>
/// <param name="Input">x [T, B, I].</param>
/// <param name="Targets">The first symbol of each row.</param>
internal sealed record RememberBatch(Tensor Input, int[] Targets);
