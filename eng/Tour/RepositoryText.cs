using Unroll.Data;

namespace Tour;

/// <summary>A real text that everybody who has the repository has: the library's source code and the pages of docs.</summary>
internal static class RepositoryText
{
    private const double HeldOutShare = 0.05;

    /// <summary>The text as characters, the last twentieth of every file kept to be tried on.</summary>
    public static (TextCorpus Training, TextCorpus HeldOut) Load()
    {
        var root = TourPage.FindRoot();
        var files = Directory.EnumerateFiles(Path.Combine(root, "src", "Unroll"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md"))
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText)
            .ToArray();
        var cut = files.Select(text => (int)(text.Length * (1 - HeldOutShare))).ToArray();
        var heldOut = string.Concat(files.Select((text, index) => text[cut[index]..]));
        var whole = TextCorpus.FromText(string.Concat(files));
        var options = new TextCorpusOptions { Vocabulary = whole.Vocabulary };
        return (
            TextCorpus.FromText(string.Concat(files.Select((text, index) => text[..cut[index]])), options),
            TextCorpus.FromText(heldOut, options));
    }
}
