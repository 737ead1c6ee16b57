using Unroll.Data;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>Windows of a text: the recurrent state goes from one to the next, and from zero at the beginning of each pass.</summary>
internal sealed class TextUpdates : UpdateSource
{
    private readonly ITrainable model;
    private readonly TrainingTexts texts;
    private readonly TokenWindows windows;
    private readonly TokenWindow window = new();
    private readonly ValidationPass? validation;

    public TextUpdates(ITrainable model, TrainingTexts texts, TrainerOptions options, RecurrentState? state)
    {
        this.model = model;
        this.texts = texts;
        windows = TokenWindows.ForTraining(texts.Training.Tokens, options.BatchSize, options.WindowLength, options.Seed, texts.Training.Name);
        validation = texts.Validation is { } text ? new(model, text, options.ValidationStreams) : null;
        State = state ?? model.CreateState(options.BatchSize);
    }

    public override string Hash => texts.Hash;

    public override string Mismatch =>
        $"the checkpoint was made with another text or another part for validation than '{texts.Training.Name}'";

    public override int UpdatesPerEpoch => windows.WindowsPerEpoch;

    public override WindowPosition Position
    {
        get => windows.Position;
        set => windows.Position = value;
    }

    public override bool HasValidation => validation is not null;

    public override int StepCount => window.TimeSteps * window.BatchSize;

    public override RecurrentState State { get; }

    public override void MoveNext()
    {
        if (windows.TryNext(window))
            return;
        windows.NextEpoch();
        State.Clear();
        windows.TryNext(window);
    }

    public override Tensor Loss(Tape tape, TrainingStep step) => model.Loss(tape, window, State, step);

    public override void Probe(NetworkDoctor doctor, TrainingStep step)
    {
        var rows = window.FirstRows(doctor.RowsFor(window.BatchSize));
        var state = model.CreateState(rows.BatchSize);
        state.CopyFirstRows(State);
        doctor.Probe(probe => model.Loss(probe, rows, state, step));
    }

    public override double ValidationLoss(TrainingStep step, CancellationToken cancellation) => validation!.MeanLoss(step, cancellation);
}
