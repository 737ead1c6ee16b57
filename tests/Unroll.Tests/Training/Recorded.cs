using Unroll.Data;
using Unroll.Training;

namespace Unroll.Tests.Training;

/// <summary>A trainer that writes down everything a report says, to the bit, but for times.</summary>
internal sealed class Recorded(TinyModel model, TrainerOptions options, TextCorpus text) : IProgress<TrainingProgress>
{
    public TinyModel Model { get; } = model;

    public Trainer Trainer { get; } = new(model, options);

    public List<string> Log { get; } = [];

    public void Run(int? stopAt, int epochs)
    {
        using var stop = new CancellationTokenSource();
        if (stopAt is not { } update)
        {
            Trainer.Fit(text, epochs, this, stop.Token);
            return;
        }

        // Asked to stop inside an update, the trainer brings it to its end; an evaluation after it is left to who resumes.
        var before = Model.Tamper;
        Model.Tamper = (_, step) =>
        {
            if (step.IsTraining && step.Update == update - 1)
                stop.Cancel();
        };
        try
        {
            Trainer.Fit(text, epochs, this, stop.Token);
        }
        catch (OperationCanceledException)
        {
            Model.Tamper = before;
        }
    }

    public void Report(TrainingProgress value) => Log.Add(FormattableString.Invariant(
        $"{value.Update} {value.Epoch:R} {value.Loss:R} {value.ValidationLoss:R} {value.BestValidationLoss:R} {value.IsBest} {value.GradientNorm:R} {value.LearningRate:R}"));
}
