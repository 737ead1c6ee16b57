using Unroll.Data;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>
/// Measures the mean loss over every token of a text but the first. The state is carried from its beginning to its end; the result does not
/// depend on the sizes of training.
/// </summary>
internal sealed class ValidationPass
{
    private const int TokensPerStream = 8192;
    private const int MaximumStreams = 32;
    private const int WindowLength = 128;

    private readonly ITrainable model;
    private readonly TokenWindows windows;
    private readonly RecurrentState state;
    private readonly RecurrentState? tailState;
    private readonly Tape tape = new(recording: false);
    private readonly TokenWindow window = new();

    public ValidationPass(ITrainable model, TextCorpus text, int? streams)
    {
        this.model = model;
        var count = streams ?? Math.Clamp(text.Tokens.Length / TokensPerStream, 1, MaximumStreams);
        windows = TokenWindows.ForEvaluation(text.Tokens, count, WindowLength, text.Name);
        state = model.CreateState(windows.BatchSize);
        var longer = (int)(windows.TokensPerEpoch % windows.BatchSize);
        tailState = longer > 0 ? model.CreateState(longer) : null;
    }

    /// <summary>Runs over the text.</summary>
    /// <param name="step">The updates so far; nothing is random here.</param>
    /// <param name="cancellation">Stops it between two windows.</param>
    /// <returns>Mean nats per token.</returns>
    public double MeanLoss(TrainingStep step, CancellationToken cancellation)
    {
        var sum = 0.0;
        windows.Position = default;
        state.Clear();
        while (windows.TryNext(window))
        {
            cancellation.ThrowIfCancellationRequested();
            tape.Reset();
            sum += (double)model.Loss(tape, window, StateFor(window.BatchSize), step).Scalar * window.TimeSteps * window.BatchSize;
        }

        return sum / windows.TokensPerEpoch;
    }

    /// <summary>The streams that are longer by one go on alone in the last window, with their rows of the state.</summary>
    private RecurrentState StateFor(int batchSize)
    {
        if (batchSize == windows.BatchSize)
            return state;
        tailState!.CopyFirstRows(state);
        return tailState;
    }
}
