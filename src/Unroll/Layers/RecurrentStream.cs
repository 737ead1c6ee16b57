using Unroll.Kernels;
using Unroll.Recurrence;

namespace Unroll.Layers;

/// <summary>
/// A recurrent stack that runs one step at a time and keeps its state between calls: one stream. The weights are shared, the state is this
/// object's own. A step allocates nothing. Not safe for use from two threads at once.
/// </summary>
public sealed class RecurrentStream
{
    private readonly CellStepper[] layers;
    private readonly FloatBuffer input;
    private int busy;

    internal RecurrentStream(IRecurrentLayer layer, CellStepper[] layers)
    {
        Layer = layer;
        this.layers = layers;
        input = new(layer.InputSize);
    }

    /// <summary>The layer whose weights it uses.</summary>
    public IRecurrentLayer Layer { get; }

    /// <summary>The output of the last step, [H]: the hidden state of the top layer. Zero before the first step.</summary>
    public ReadOnlySpan<float> Output => layers[^1].Hidden;

    /// <summary>What runs each layer, bottom layer first.</summary>
    internal CellStepper[] Steppers => layers;

    /// <summary>Advances one time step.</summary>
    /// <param name="x">[I].</param>
    /// <returns>The output [H], valid until the next step.</returns>
    /// <exception cref="ArgumentException">The input has another length.</exception>
    /// <exception cref="InvalidOperationException">Another thread is inside a batch with this stream.</exception>
    public ReadOnlySpan<float> Step(ReadOnlySpan<float> x)
    {
        if (Volatile.Read(ref busy) != 0)
            throw new InvalidOperationException("Another thread is inside a batch with this stream; a stream belongs to one thread at a time.");
        if (x.Length != Layer.InputSize)
            throw new ArgumentException($"A step of this layer takes {Layer.InputSize} values; got {x.Length}.", nameof(x));
        x.CopyTo(input.Span);
        var below = input.Pointer;
        foreach (var layer in layers)
        {
            layer.Step(below);
            below = layer.HiddenPointer;
        }

        GC.KeepAlive(this);
        return Output;
    }

    /// <summary>Goes back to the start of a sequence: all zero.</summary>
    public void Reset()
    {
        foreach (var layer in layers)
        {
            layer.Hidden.Clear();
            for (var state = 0; state < layer.StateCount; state++)
                layer.State(state).Clear();
        }
    }

    /// <summary>Copies the state of this stream.</summary>
    /// <param name="target">A state of batch size 1 of the same layer.</param>
    /// <exception cref="ArgumentException">The state has another shape.</exception>
    public void CopyStateTo(RecurrentState target)
    {
        CheckState(target);
        for (var index = 0; index < layers.Length; index++)
        {
            layers[index].Hidden.CopyTo(Slice(target.Hidden.Values, index));
            for (var state = 0; state < layers[index].StateCount; state++)
                layers[index].State(state).CopyTo(Slice(target.Cell!.Values, (index * layers[index].StateCount) + state));
        }
    }

    /// <summary>Continues from a state.</summary>
    /// <param name="source">A state of batch size 1 of the same layer.</param>
    /// <exception cref="ArgumentException">The state has another shape.</exception>
    public void SetState(RecurrentState source)
    {
        CheckState(source);
        for (var index = 0; index < layers.Length; index++)
        {
            Slice(source.Hidden.Values, index).CopyTo(layers[index].Hidden);
            for (var state = 0; state < layers[index].StateCount; state++)
                Slice(source.Cell!.Values, (index * layers[index].StateCount) + state).CopyTo(layers[index].State(state));
        }
    }

    /// <summary>Takes the stream for a step of a batch; false where another one has it.</summary>
    internal bool TryEnter() => Interlocked.Exchange(ref busy, 1) == 0;

    /// <summary>Gives the stream back.</summary>
    internal void Leave() => Volatile.Write(ref busy, 0);

    private Span<float> Slice(Span<float> values, int index) => values.Slice(index * Layer.HiddenSize, Layer.HiddenSize);

    private void CheckState(RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var (rows, states) = (layers.Length, layers[0].StateCount);
        if (state.Hidden.Shape != new Tensors.Shape(rows, 1, Layer.HiddenSize) || (state.Cell?.Shape[2] ?? 0) != states * Layer.HiddenSize)
            throw new ArgumentException($"The state has shape {state.Hidden.Shape}; this stream needs [{rows}, 1, {Layer.HiddenSize}] of a {Layer.Cell} layer.", nameof(state));
    }
}
