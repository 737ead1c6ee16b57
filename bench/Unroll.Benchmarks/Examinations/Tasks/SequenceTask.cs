namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>
/// Sequences with right answers. What a batch holds follows from the task, the seed and the number of the batch alone.
/// </summary>
internal abstract class SequenceTask
{
    /// <summary>What the command line and the results call it.</summary>
    public abstract string Name { get; }

    /// <summary>What has to be answered, what guessing is, and who asked first.</summary>
    public abstract string Question { get; }

    /// <summary>I.</summary>
    public abstract int InputSize { get; }

    /// <summary>Numbers, or classes, of one answer.</summary>
    public abstract int OutputSize { get; }

    /// <summary>T of training; the longest where lengths differ.</summary>
    public abstract int TimeSteps { get; }

    /// <summary>T of a second test on longer sequences than any seen in training, or null for none.</summary>
    public virtual int? LongerTimeSteps => null;

    /// <summary>Where it asks.</summary>
    public abstract AnswerPlace Answers { get; }

    /// <summary>What its results are.</summary>
    public abstract TaskMeasure Measure { get; }

    /// <summary>The best result of answers that do not depend on the sequence, or only on its length.</summary>
    public abstract double Guess { get; }

    /// <summary>How many sequences make an epoch, or null where they never repeat.</summary>
    public virtual int? EpochSize => null;

    /// <summary>How many sequences a test has.</summary>
    public virtual int TestSize => 1_000;

    /// <summary>Why it cannot be given here, or null.</summary>
    public virtual string? Missing => null;

    /// <summary>Writes the batch of an update.</summary>
    /// <param name="batch">Overwritten.</param>
    /// <param name="seed">Which training.</param>
    /// <param name="update">Which of its updates, from 0.</param>
    public abstract void FillForTraining(SequenceBatch batch, ulong seed, long update);

    /// <summary>Writes a batch of the test, which is the same for every training.</summary>
    /// <param name="batch">Overwritten.</param>
    /// <param name="number">Which batch, from 0; with batches of B sequences up to <see cref="TestSize"/> / B − 1.</param>
    public abstract void FillForTest(SequenceBatch batch, int number);

    /// <summary>Whether a result is more than half way from guessing to perfect.</summary>
    public bool IsLearned(double result) =>
        Measure == TaskMeasure.SequencesRight ? 1 - result < (1 - Guess) / 2 : result < Guess / 2;
}
