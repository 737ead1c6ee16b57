using Unroll.Data;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>What a run walks over, a batch for each update, and the loss of its model there: a text in windows, or examples.</summary>
internal abstract class UpdateSource
{
    /// <summary>SHA-256 of everything in it, validation included, in hexadecimal: what a checkpoint knows it by.</summary>
    public abstract string Hash { get; }

    /// <summary>What a message says where a checkpoint was made with another source.</summary>
    public abstract string Mismatch { get; }

    /// <summary>How many updates one pass has.</summary>
    public abstract int UpdatesPerEpoch { get; }

    /// <summary>Which batch comes next.</summary>
    public abstract WindowPosition Position { get; set; }

    /// <summary>Whether there is something to measure on.</summary>
    public abstract bool HasValidation { get; }

    /// <summary>Time steps of all sequences of the present batch.</summary>
    public abstract int StepCount { get; }

    /// <summary>Examples of the present batch; 0 for windows of a text.</summary>
    public virtual int ExampleCount => 0;

    /// <summary>What the next batch starts from, where one goes on from another.</summary>
    public virtual RecurrentState? State => null;

    /// <summary>Takes the next batch, that of a new pass where the last has ended.</summary>
    public abstract void MoveNext();

    /// <summary>The mean loss of the present batch, a scalar on the tape.</summary>
    public abstract Tensor Loss(Tape tape, TrainingStep step);

    /// <summary>Shows a doctor as much of the present batch as it asks for.</summary>
    public abstract void Probe(NetworkDoctor doctor, TrainingStep step);

    /// <summary>The mean loss over what is kept for validation; it does not depend on the sizes of training.</summary>
    public abstract double ValidationLoss(TrainingStep step, CancellationToken cancellation);
}
