using Unroll.Cli.CommandLine;
using Unroll.Cli.Verbs;
using Unroll.Cli.Views;

namespace Unroll.Cli.Runs;

/// <summary>Foresees the memory of a run, so that one that cannot fit is refused instead of being ended by the system hours later.</summary>
internal static class MemoryNeed
{
    /// <summary>Weights, gradients, two moments of the optimiser, the best weights, and two packed copies for products.</summary>
    private const int CopiesOfWeights = 7;

    /// <summary>What an LSTM keeps of a step for its backward pass: four gates, cell, output, and their gradients.</summary>
    private const int KeptPerUnit = 12;

    /// <summary>Fails when the run needs more than the machine, or the limit this process lives under, has.</summary>
    public static void Check(TrainTextSettings settings, int vocabularySize)
    {
        var needed = Estimate(settings, vocabularySize);
        var available = (double)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed <= available)
            return;
        throw CommandFailure.Failed(
            $"this run needs about {Figures.Size(needed)} of memory; {Figures.Size(available)} are there. Use a smaller --hidden {settings.Hidden}, --layers {settings.Layers}, --batch {settings.Batch} or --window {settings.Window}.");
    }

    /// <summary>Bytes, to within a factor of about two.</summary>
    public static double Estimate(TrainTextSettings settings, int vocabularySize)
    {
        double hidden = settings.Hidden;
        var gates = settings.Cell switch { "lstm" => 4, "gru" => 3, _ => 1 };
        var first = gates * hidden * (settings.Embedding + hidden + 2);
        var others = (settings.Layers - 1) * gates * hidden * ((2 * hidden) + 2);
        var ends = vocabularySize * (settings.Embedding + hidden + 1);
        var kept = (double)settings.Batch * settings.Window * ((settings.Layers * hidden * KeptPerUnit) + vocabularySize + settings.Embedding);
        return sizeof(float) * ((CopiesOfWeights * (first + others + ends)) + kept);
    }
}
