using Unroll.Cells;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Verbs;
using Unroll.Cli.Views;

namespace Unroll.Cli.Runs;

/// <summary>Foresees the memory of a run, so that one that cannot fit is refused instead of being ended by the system hours later.</summary>
internal static class MemoryNeed
{
    /// <summary>Weights, gradients, two moments of the optimiser, the best weights, and two packed copies for products.</summary>
    private const int CopiesOfWeights = 7;

    /// <summary>Fails when the run needs more than the machine, or the limit this process lives under, has.</summary>
    public static void Check(TrainTextSettings settings, int vocabularySize)
    {
        var needed = Estimate(settings, vocabularySize);
        var available = (double)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (needed <= available)
            return;
        throw CommandFailure.Failed(
            $"this run needs about {Figures.Size(needed)} of memory; {Figures.Size(available)} are there. Use a smaller {Sizes(settings)}, --batch {settings.Batch} or --window {settings.Window}.");
    }

    /// <summary>Bytes, to within a factor of about two.</summary>
    public static double Estimate(TrainTextSettings settings, int vocabularySize)
    {
        var cell = CellNames.Find(settings) ?? Cell.Lstm;
        var (weights, units) = (0.0, 0.0);
        var input = settings.Embedding;
        for (var layer = 0; layer < settings.Layers; layer++)
        {
            var hidden = settings.LayerSizes?[layer] ?? settings.Hidden;
            weights += cell.ParameterCount(input, hidden, settings.Projection);
            if (layer > 0 && settings.Connection == "highway")
                weights += hidden * (hidden + 1.0);
            units += hidden;
            input = cell.ProjectsOutput ? settings.Projection ?? hidden / 2 : hidden;
        }

        // Gates, states, output, and their gradients.
        var keptPerUnit = 2 * ((cell.GateCount * (cell.SeparatesRecurrentSums ? 2 : 1)) + cell.StateCount + 1);
        var ends = vocabularySize * (settings.Embedding + settings.Hidden + 1.0);
        var kept = (double)settings.Batch * settings.Window * ((units * keptPerUnit) + vocabularySize + settings.Embedding);
        return sizeof(float) * ((CopiesOfWeights * (weights + ends)) + kept);
    }

    private static string Sizes(TrainTextSettings settings) => settings.LayerSizes is { } sizes
        ? $"--layer-sizes {string.Join(',', sizes)}"
        : $"--hidden {settings.Hidden}, --layers {settings.Layers}";
}
