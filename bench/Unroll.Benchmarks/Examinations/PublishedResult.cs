namespace Unroll.Benchmarks.Examinations;

/// <summary>What a paper reports of a cell on a task of the catalogue.</summary>
/// <param name="Task">The examination.</param>
/// <param name="Cell">The cell.</param>
/// <param name="Text">The result, the source, and the size where it is another.</param>
internal sealed record PublishedResult(string Task, string Cell, string Text)
{
    private const string Bai = "Bai et al. 2018, 70K";
    private const string Arjovsky = "Arjovsky et al. 2016, 128 units";
    private const string Le = "Le et al. 2015, IRNN of 100 units";

    /// <summary>Those known.</summary>
    public static IReadOnlyList<PublishedResult> All { get; } =
    [
        new("adding-600", "gru", $"5.3e-5 ({Bai})"),
        new("mnist", "lstm", $"87.2 % ({Bai}); 98.2 % ({Arjovsky})"),
        new("mnist", "gru", $"96.2 % ({Bai})"),
        new("mnist", "rnn-tanh", $"21.5 % ({Bai})"),
        new("mnist", "rnn-relu", $"97 % ({Le})"),
        new("permuted-mnist", "lstm", $"88.0 % ({Arjovsky})"),
        new("permuted-mnist", "rnn-relu", $"82 % ({Le})"),
    ];

    /// <summary>The text for a cell in an examination, or null.</summary>
    public static string? Of(string task, string cell) => All.FirstOrDefault(result => result.Task == task && result.Cell == cell)?.Text;
}
