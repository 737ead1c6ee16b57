namespace Unroll.Layers;

/// <summary>The sizes of the layers of a stack. A state has rows for the largest of them.</summary>
/// <param name="inputSize">I of the bottom layer.</param>
/// <param name="hiddenSize">H of the top layer.</param>
/// <param name="options">Layers, their sizes, directions and their merge; without a <see cref="RecurrentOptions.Problem"/>.</param>
internal sealed class StackSizes(int inputSize, int hiddenSize, RecurrentOptions options)
{
    private readonly int[] hidden = [.. Enumerable.Range(0, options.Layers).Select(layer => options.SizeOf(layer, hiddenSize))];
    private readonly int outputsOfUnit = options.Merge == DirectionMerge.Concatenate ? options.Directions : 1;

    /// <summary>L.</summary>
    public int Layers => hidden.Length;

    /// <summary>H of the largest layer: the width of a state.</summary>
    public int Largest { get; } = Enumerable.Range(0, options.Layers).Max(layer => options.SizeOf(layer, hiddenSize));

    /// <summary>Whether some layers are smaller than the largest, so that their rows of a state end in zeros.</summary>
    public bool Differ { get; } = Enumerable.Range(0, options.Layers).Any(layer => options.SizeOf(layer, hiddenSize) != options.SizeOf(0, hiddenSize));

    /// <summary>H of one layer.</summary>
    public int HiddenOf(int layer) => hidden[layer];

    /// <summary>The number of values that a layer reads.</summary>
    public int InputOf(int layer) => layer == 0 ? inputSize : OutputOf(layer - 1);

    /// <summary>The number of values that a layer gives, its directions merged.</summary>
    public int OutputOf(int layer) => outputsOfUnit * hidden[layer];
}
