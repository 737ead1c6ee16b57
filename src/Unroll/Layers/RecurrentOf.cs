using Unroll.Cells;
using Unroll.Kernels;

namespace Unroll.Layers;

/// <summary>A recurrent network of a cell of your own. All that a network of a built-in cell can do, it can.</summary>
/// <typeparam name="TCell">A struct with the equations of one step.</typeparam>
public sealed class Recurrent<TCell> : Recurrent
    where TCell : struct, ICell
{
    /// <summary>A stack of zeros; an initialiser or a file gives the values.</summary>
    /// <param name="inputSize">I, at least 1.</param>
    /// <param name="hiddenSize">H, at least 1; where the layers differ in size, that of the top layer.</param>
    /// <param name="options">Layers, directions, biases, dropout and more; null for one plain layer.</param>
    /// <param name="cell">The constants of the cell.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size or the number of layers is below 1, or a dropout rate is outside [0, 1).</exception>
    /// <exception cref="ArgumentException">The cell cannot be used, or the options contradict each other or the hidden size; the message says why.</exception>
    public Recurrent(int inputSize, int hiddenSize, RecurrentOptions? options = null, TCell cell = default)
        : base(Cell.Of(cell), inputSize, hiddenSize, options)
    {
    }
}
