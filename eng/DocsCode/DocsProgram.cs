namespace DocsCode;

/// <summary>One run of lines of a page, with the place it comes from so that the compiler's messages point into the page.</summary>
internal sealed record CodePart(string Page, int FirstLine, IReadOnlyList<string> Lines);

/// <summary>A program of the docs: one C# block and the blocks of the page that continue it.</summary>
internal sealed class DocsProgram(string name, string page, int line)
{
    /// <summary>An identifier such as <c>docs_getting_started_2</c>.</summary>
    public string Name { get; } = name;

    /// <summary>Where its first block starts, as <c>docs/getting-started.md:41</c>.</summary>
    public string Place { get; } = $"{page}:{line}";

    /// <summary>Its statements, in the order of the page.</summary>
    public List<CodePart> Statements { get; } = [];

    /// <summary>Its type declarations.</summary>
    public List<CodePart> Types { get; } = [];

    /// <summary>What the page says it prints, block by block and line by line; empty where the page does not say. A line <c>…</c> stands for any lines.</summary>
    public List<IReadOnlyList<string>> ExpectedOutput { get; } = [];
}
