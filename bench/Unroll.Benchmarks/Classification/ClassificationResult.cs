using System.Text.Json.Serialization;
using Unroll.Benchmarks.Examinations;

namespace Unroll.Benchmarks.Classification;

/// <summary>One training of a classifier and what it gets on the test.</summary>
/// <param name="Seed">Where weights, order of the examples and a drawn split come from.</param>
/// <param name="Accuracy">The share of test examples that are given their label.</param>
/// <param name="MacroF1">The mean of the F1 scores of the labels.</param>
/// <param name="LogLoss">Mean of −ln p of the right label.</param>
/// <param name="Seconds">How long the training took.</param>
internal sealed record ClassificationFigure(ulong Seed, double Accuracy, double MacroF1, double LogLoss, double Seconds);

/// <summary>What logistic regression gets on the same parts.</summary>
/// <param name="Features">What it reads, in words.</param>
/// <param name="Accuracy">One accuracy for each split.</param>
/// <param name="MacroF1">One macro F1 for each split.</param>
internal sealed record LinearFigure(string Features, IReadOnlyList<double> Accuracy, IReadOnlyList<double> MacroF1);

/// <summary>A task, measured.</summary>
internal sealed record ClassificationResult
{
    public required string Task { get; init; }

    public required int TrainingExamples { get; init; }

    public required int TestExamples { get; init; }

    public required int Labels { get; init; }

    public required long Parameters { get; init; }

    /// <summary>How the network was made and trained, as options of the command line.</summary>
    public required string Options { get; init; }

    /// <summary>How they were chosen.</summary>
    public required string Choice { get; init; }

    public required IReadOnlyList<ClassificationFigure> Runs { get; init; }

    /// <summary>The accuracy of always giving the most frequent label.</summary>
    public required double MajorityAccuracy { get; init; }

    public required LinearFigure Linear { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Published { get; init; }

    /// <summary>How the last run was measured.</summary>
    public required string Signature { get; init; }

    public required ExaminationOrigin Origin { get; init; }
}
