using Unroll.Kernels;
using Unroll.Recurrence;

namespace Unroll.Layers;

/// <summary>
/// Steps many streams of one layer together, several times faster than one after the other: the weights are read once for all of them. Every step
/// names its streams, and each stream keeps its own state, so streams join, leave, or step alone between steps as they like.
/// </summary>
/// <remarks>
/// A stream gets the bits that a step alone gives it, whatever else shares the batch, wherever it stands in it, and for any number of threads. Many batches
/// may share one layer; one batch belongs to one thread at a time. A step allocates nothing once the batch has had its size.
/// </remarks>
public sealed class RecurrentStreamBatch : IPinnedWork
{
    private readonly BatchStepper stepper;
    private CellStepper[][] steppers = [];
    private int count;
    private int busy;

    internal RecurrentStreamBatch(IRecurrentLayer layer, BatchStepper stepper)
    {
        Layer = layer;
        this.stepper = stepper;
    }

    /// <summary>The layer whose streams it steps.</summary>
    public IRecurrentLayer Layer { get; }

    /// <summary>Advances streams one time step, each from its own state.</summary>
    /// <param name="streams">N streams of the layer, in any order, none twice; none at all does nothing.</param>
    /// <param name="inputs">x of each stream, [N, I].</param>
    /// <param name="outputs">Overwritten with the output of each stream, [N, H]; apart from the inputs.</param>
    /// <exception cref="ArgumentException">
    /// A stream is null, of another layer, or there twice; a length does not fit; or inputs and outputs overlap. All streams stay as they were.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread is inside this batch, or inside a batch with one of the streams. All streams stay as they were.</exception>
    public void Step(ReadOnlySpan<RecurrentStream> streams, ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        if (Interlocked.Exchange(ref busy, 1) != 0)
            throw new InvalidOperationException("Another thread is inside this batch; a batch belongs to one thread at a time. Open one for each thread: layer.OpenStreamBatch().");
        var entered = 0;
        try
        {
            RowLengths.Check(streams.Length, inputs, Layer.InputSize, outputs, Layer.OutputSize);
            if (steppers.Length < streams.Length)
                steppers = new CellStepper[streams.Length][];
            for (; entered < streams.Length; entered++)
                steppers[entered] = Enter(streams, entered);
            count = entered;
            if (count > 0)
                Pinned.Run(inputs, outputs, this);
            for (var row = 0; row < count; row++)
                streams[row].KeepOutput(outputs.Slice(row * Layer.OutputSize, Layer.OutputSize));
        }
        finally
        {
            foreach (var stream in streams[..entered])
                stream.Leave();
            Array.Clear(steppers);
            Volatile.Write(ref busy, 0);
        }
    }

    /// <inheritdoc/>
    void IPinnedWork.Run(Floats input, Floats output) =>
        stepper.Step(steppers, count, new(input, Layer.InputSize, Layer.InputSize), new(output, Layer.OutputSize, Layer.OutputSize));

    private CellStepper[] Enter(ReadOnlySpan<RecurrentStream> streams, int index)
    {
        var stream = streams[index] ?? throw new ArgumentException($"Stream {index} is null.", nameof(streams));
        if (stream.Layer != Layer)
            throw new ArgumentException($"Stream {index} is of another layer; this batch steps streams that its own layer opened.", nameof(streams));
        if (stream.TryEnter())
            return stream.Steppers;
        for (var earlier = 0; earlier < index; earlier++)
        {
            if (streams[earlier] == stream)
                throw new ArgumentException($"Streams {earlier} and {index} are the same; a stream takes one step at a time.", nameof(streams));
        }

        throw new InvalidOperationException($"Another thread is inside a batch with stream {index}; a stream belongs to one thread at a time.");
    }
}
