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
    private readonly StepConnection? connection;
    private readonly StackStart? start;
    private readonly int width;
    private readonly int stateWidth;
    private readonly FloatBuffer input;

    /// <summary>The output of each layer and a scratch row, where connections make outputs of hidden states; else empty.</summary>
    private readonly FloatBuffer[] outputs;
    private StepObservation? observation;
    private int busy;

    internal RecurrentStream(IRecurrentLayer layer, CellStepper[] layers, StepConnection? connection, StackStart? start)
    {
        Layer = layer;
        this.layers = layers;
        this.connection = connection;
        this.start = start;
        width = layers.Max(stepper => stepper.Hidden.Length);
        stateWidth = layers.Max(stepper => stepper.StateCount * stepper.UnitCount);
        input = new(layer.InputSize);
        outputs = connection is null ? [] : [.. layers.Append(layers[^1]).Select(stepper => new FloatBuffer(stepper.Hidden.Length))];
        Reset();
    }

    /// <summary>The layer whose weights it uses.</summary>
    public IRecurrentLayer Layer { get; }

    /// <summary>
    /// The output of the last step, [R]: the hidden state of the top layer, with its input where a connection adds it. Before the first step the hidden state
    /// that the stream begins with, or zero where there are connections.
    /// </summary>
    public ReadOnlySpan<float> Output => connection is null ? layers[^1].Hidden : outputs[^2].Span[..Layer.OutputSize];

    /// <summary>What runs each layer, bottom layer first.</summary>
    internal CellStepper[] Steppers => layers;

    /// <summary>Advances one time step.</summary>
    /// <param name="x">[I].</param>
    /// <returns>The output [R], valid until the next step.</returns>
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
        for (var index = 0; index < layers.Length; index++)
        {
            var layer = layers[index];
            layer.Step(below);
            observation?.Take(index);
            if (connection is null || index == 0)
            {
                below = layer.HiddenPointer;
                continue;
            }

            var output = outputs[index].Pointer;
            connection.Apply(index, 1, layer.Hidden.Length, layer.HiddenPointer, below, outputs[^1].Pointer, output);
            below = output;
        }

        GC.KeepAlive(this);
        return Output;
    }

    /// <summary>Looks on from now on: what each step of this stream does to gates and states. Steps become a few times slower.</summary>
    /// <returns>The same one at every call.</returns>
    public StepObservation Observe() => observation ??= new(Layer, layers);

    /// <summary>Goes back to the start of a sequence: all zero, or what the layer has learned to start with.</summary>
    public void Reset()
    {
        observation?.Forget();
        for (var index = 0; index < layers.Length; index++)
        {
            layers[index].Hidden.Clear();
            for (var state = 0; state < layers[index].StateCount; state++)
                layers[index].State(state).Clear();
            start?.CopyTo(index, layers[index]);
        }

        ClearOutput();
    }

    /// <summary>Copies the state of this stream.</summary>
    /// <param name="target">A state of batch size 1 of the same layer.</param>
    /// <exception cref="ArgumentException">The state has another shape.</exception>
    public void CopyStateTo(RecurrentState target)
    {
        CheckState(target);
        target.IsStart = false;
        for (var index = 0; index < layers.Length; index++)
        {
            var row = target.Hidden.Values.Slice(index * width, width);
            row.Clear();
            layers[index].Hidden.CopyTo(row);
            if (target.Cell is not null)
                RowOf(target, index).Clear();
            for (var state = 0; state < layers[index].StateCount; state++)
                layers[index].State(state).CopyTo(StateOf(target, index, state));
        }
    }

    /// <summary>Continues from a state.</summary>
    /// <param name="source">A state of batch size 1 of the same layer.</param>
    /// <exception cref="ArgumentException">The state has another shape.</exception>
    public void SetState(RecurrentState source)
    {
        CheckState(source);
        if (source.IsStart)
        {
            Reset();
            return;
        }

        observation?.Forget();
        for (var index = 0; index < layers.Length; index++)
        {
            source.Hidden.Values.Slice(index * width, layers[index].Hidden.Length).CopyTo(layers[index].Hidden);
            for (var state = 0; state < layers[index].StateCount; state++)
                StateOf(source, index, state).CopyTo(layers[index].State(state));
        }

        ClearOutput();
    }

    /// <summary>Keeps the output of a step that a batch made, where it is no hidden state.</summary>
    internal void KeepOutput(ReadOnlySpan<float> output)
    {
        observation?.Forget();
        if (connection is not null)
            output.CopyTo(outputs[^2].Span);
    }

    /// <summary>Takes the stream for a step of a batch; false where another one has it.</summary>
    internal bool TryEnter() => Interlocked.Exchange(ref busy, 1) == 0;

    /// <summary>Gives the stream back.</summary>
    internal void Leave() => Volatile.Write(ref busy, 0);

    private void ClearOutput()
    {
        if (connection is not null)
            outputs[^2].Span.Clear();
    }

    /// <summary>The states of a layer, [S·H] of the largest layer.</summary>
    private Span<float> RowOf(RecurrentState state, int layer) =>
        state.Cell!.Values.Slice(layer * stateWidth, stateWidth);

    /// <summary>One state of a layer, [H].</summary>
    private Span<float> StateOf(RecurrentState state, int layer, int index) =>
        RowOf(state, layer).Slice(index * layers[layer].UnitCount, layers[layer].UnitCount);

    private void CheckState(RecurrentState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var rows = layers.Length;
        if (state.Hidden.Shape != new Tensors.Shape(rows, 1, width) || (state.Cell?.Shape[2] ?? 0) != stateWidth)
            throw new ArgumentException($"The state has shape {state.Hidden.Shape}; this stream needs [{rows}, 1, {width}] of a {Layer.Cell} layer.", nameof(state));
    }
}
