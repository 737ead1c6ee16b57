namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>Where a task asks for an answer.</summary>
internal enum AnswerPlace
{
    /// <summary>Once, after the last step of each sequence.</summary>
    LastStep,

    /// <summary>After every step; all sequences of a batch are then of one length.</summary>
    EveryStep,
}
