using Unroll.Benchmarks.Examinations.Tasks;

namespace Unroll.Benchmarks.Examinations;

/// <summary>
/// All examinations, in the order of the tables. Numbers of parameters are those of Bai et al. 2018 where they have the task, and smaller for tasks that need few.
/// </summary>
internal static class ExaminationCatalogue
{
    private const int Published = 70_000;
    private const int Medium = 16_000;
    private const int Small = 5_000;

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All(null, null).Select(examination => examination.Name)];

    /// <summary>The examinations.</summary>
    /// <param name="digits">Where the files of MNIST lie, or null.</param>
    /// <param name="text">Tiny Shakespeare, or null.</param>
    public static IReadOnlyList<Examination> All(DirectoryInfo? digits, FileInfo? text) =>
    [
        new SequenceExamination(new AddingProblem(50)) { Parameters = Medium, LearningRate = 5e-3f },
        new SequenceExamination(new AddingProblem(200)) { Parameters = Medium, LearningRate = 5e-3f },
        new SequenceExamination(new AddingProblem(600)) { Parameters = Published, LearningRate = 2e-3f },
        new SequenceExamination(new CopyMemory(20)) { Parameters = Medium, LearningRate = 5e-3f },
        new SequenceExamination(new CopyMemory(100)) { Parameters = Medium, LearningRate = 5e-3f },
        new SequenceExamination(new TemporalOrder()) { Parameters = Medium, LearningRate = 5e-3f },
        new SequenceExamination(new Parity()) { Parameters = Small, LearningRate = 5e-3f },
        new SequenceExamination(new DyckWords()) { Parameters = Small, LearningRate = 5e-3f },
        new SequenceExamination(new PixelDigits(digits, permuted: false)) { Parameters = Published, LearningRate = 2e-3f },
        new SequenceExamination(new PixelDigits(digits, permuted: true)) { Parameters = Published, LearningRate = 2e-3f },
        new TextExamination(text),
    ];
}
