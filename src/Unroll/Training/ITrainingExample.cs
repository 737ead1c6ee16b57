using System.Security.Cryptography;

namespace Unroll.Training;

/// <summary>One of many independent things to learn from, such as a sequence with its label. It never changes.</summary>
public interface ITrainingExample
{
    /// <summary>How many time steps it has, at least 1; examples of one batch may differ.</summary>
    int TimeSteps { get; }

    /// <summary>Adds all that a model learns from it, so that a resumed run can tell whether its examples are those of its checkpoint.</summary>
    /// <param name="hash">The hash of all examples so far.</param>
    void AppendTo(IncrementalHash hash);
}
