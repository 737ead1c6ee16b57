using Unroll.Cells;

namespace Unroll.Layers;

/// <summary>The sizes of the layers of a stack. A state has rows for the largest of them.</summary>
internal sealed class StackSizes
{
    private readonly int inputSize;
    private readonly int[] hidden;
    private readonly int[] given;
    private readonly int outputsOfUnit;

    /// <summary>Works them out.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputSize">I of the bottom layer.</param>
    /// <param name="hiddenSize">H of the top layer.</param>
    /// <param name="options">Layers, their sizes, directions and their merge; without a <see cref="RecurrentOptions.Problem"/>.</param>
    public StackSizes(Cell cell, int inputSize, int hiddenSize, RecurrentOptions options)
    {
        this.inputSize = inputSize;
        hidden = [.. Enumerable.Range(0, options.Layers).Select(layer => options.SizeOf(layer, hiddenSize))];
        given = [.. Enumerable.Range(0, options.Layers).Select(layer => options.GivenOf(cell, layer, hiddenSize))];
        outputsOfUnit = options.Merge == DirectionMerge.Concatenate ? options.Directions : 1;
        (Largest, LargestGiven) = (hidden.Max(), given.Max());
        Differ = hidden.Any(size => size != hidden[0]) || given.Any(size => size != given[0]);
    }

    /// <summary>L.</summary>
    public int Layers => hidden.Length;

    /// <summary>H of the largest layer: S times it is the width of the states besides the outputs.</summary>
    public int Largest { get; }

    /// <summary>R of the largest layer: the width of the outputs in a state.</summary>
    public int LargestGiven { get; }

    /// <summary>Whether some layers are smaller than the largest, so that their rows of a state end in zeros.</summary>
    public bool Differ { get; }

    /// <summary>H of one layer.</summary>
    public int HiddenOf(int layer) => hidden[layer];

    /// <summary>R of one layer: what one direction gives, H unless the output is projected.</summary>
    public int GivenOf(int layer) => given[layer];

    /// <summary>The number of values that a layer reads.</summary>
    public int InputOf(int layer) => layer == 0 ? inputSize : OutputOf(layer - 1);

    /// <summary>The number of values that a layer gives, its directions merged.</summary>
    public int OutputOf(int layer) => outputsOfUnit * given[layer];
}
