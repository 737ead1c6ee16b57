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
        new SequenceExamination(new AddingProblem(50)) { Parameters = Medium, Updates = 3_000, LearningRate = 5e-3f },
        new SequenceExamination(new AddingProblem(200)) { Parameters = Medium, Updates = 3_000, LearningRate = 5e-3f },
        new SequenceExamination(new AddingProblem(600)) { Parameters = Published, Updates = 1_000, LearningRate = 2e-3f },
        new SequenceExamination(new CopyMemory(20)) { Parameters = Medium, Updates = 6_000, LearningRate = 5e-3f },
        new SequenceExamination(new CopyMemory(100)) { Parameters = Medium, Updates = 3_000, LearningRate = 5e-3f },
        new SequenceExamination(new TemporalOrder()) { Parameters = Medium, Updates = 4_000, LearningRate = 5e-3f },
        new SequenceExamination(new Parity()) { Parameters = Small, Updates = 6_000, LearningRate = 5e-3f },
        new SequenceExamination(new DyckWords()) { Parameters = Small, Updates = 4_000, LearningRate = 5e-3f },
        new SequenceExamination(new PixelDigits(digits, permuted: false)) { Parameters = Published, Updates = 600, LearningRate = 2e-3f },
        new SequenceExamination(new PixelDigits(digits, permuted: true)) { Parameters = Published, Updates = 600, LearningRate = 2e-3f },
        new TextExamination(text),
    ];
}
