namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>What a result is.</summary>
internal enum TaskMeasure
{
    /// <summary>Mean squared error of a number; smaller is better.</summary>
    SquaredError,

    /// <summary>Mean cross entropy of an answer, in nats; smaller is better.</summary>
    Nats,

    /// <summary>The share of sequences all of whose answers are right; larger is better.</summary>
    SequencesRight,
}
