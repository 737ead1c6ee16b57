using System.Text.RegularExpressions;

namespace DocsCode;

/// <summary>
/// Reads the programs of a Markdown page. Every C# block is a program of its own, unless the comment above it says otherwise:
/// <list type="bullet">
/// <item><c>&lt;!-- docs:continue --&gt;</c>: the block goes on where the program above it stopped, with its variables;</item>
/// <item><c>&lt;!-- docs:types --&gt;</c>: the block declares types for the program that follows it;</item>
/// <item><c>&lt;!-- docs:before</c>, lines of C#, <c>--&gt;</c>: statements that run before the next program and are not shown;</item>
/// <item><c>&lt;!-- docs:output --&gt;</c> above a text block: what the program above it prints, compared line by line; where a
/// program has several such blocks, each what it prints after the one before.</item>
/// </list>
/// </summary>
internal sealed partial class MarkdownPage(string name, string[] lines)
{
    private readonly List<DocsProgram> programs = [];
    private readonly List<CodePart> statementsBefore = [];
    private readonly List<CodePart> typesBefore = [];
    private string mark = "";
    private int position;

    /// <summary>The programs of one page.</summary>
    /// <param name="root">The folder of the repository.</param>
    /// <param name="name">The page's path below it, with forward slashes.</param>
    public static IReadOnlyList<DocsProgram> Read(string root, string name)
    {
        var page = new MarkdownPage(name, File.ReadAllLines(Path.Combine(root, name)));
        page.ReadBlocks();
        return page.programs;
    }

    [GeneratedRegex(@"^\s*<!-- docs:(\w+)( -->)?\s*$")]
    private static partial Regex MarkPattern();

    [GeneratedRegex(@"^\s*```\s*(\S*)\s*$")]
    private static partial Regex FencePattern();

    private void ReadBlocks()
    {
        while (position < lines.Length)
        {
            var line = lines[position++];
            if (MarkPattern().Match(line) is { Success: true } markMatch)
                ReadMark(markMatch.Groups[1].Value, isClosed: markMatch.Groups[2].Success);
            else if (FencePattern().Match(line) is { Success: true } fence)
                ReadBlock(fence.Groups[1].Value);
            else if (line.Length > 0)
                EndMark(position);
        }

        EndMark(lines.Length);
        if (statementsBefore.Count + typesBefore.Count > 0)
            throw Wrong(lines.Length, "code marked 'before' or 'types' is followed by no program");
    }

    private void ReadMark(string word, bool isClosed)
    {
        EndMark(position);
        switch (word, isClosed)
        {
            case ("continue" or "types" or "output", true):
                mark = word;
                break;
            case ("before", false):
                statementsBefore.Add(ReadUntil("-->"));
                break;
            default:
                throw Wrong(position, $"the mark 'docs:{word}' is unknown; there are continue, types, before and output");
        }
    }

    private void ReadBlock(string language)
    {
        var line = position;
        var part = ReadUntil("```");
        var isCode = language is "csharp" or "cs" or "c#";
        if (isCode == (mark == "output") && mark.Length > 0)
            throw Wrong(line, $"the mark 'docs:{mark}' does not fit a block of '{language}'");
        if (mark == "output")
            Last(line).ExpectedOutput.Add(part.Lines);
        else if (mark == "types")
            typesBefore.Add(part);
        else if (mark == "continue")
            AddTo(Last(line), part);
        else if (isCode)
            AddTo(NewProgram(line), part);
        mark = "";
    }

    private CodePart ReadUntil(string end)
    {
        var first = position;
        while (position < lines.Length && lines[position].Trim() != end)
            position++;
        if (position == lines.Length)
            throw Wrong(first, $"the block is not closed by a line '{end}'");
        return new(name, first + 1, lines[first..position++]);
    }

    private DocsProgram NewProgram(int line)
    {
        var identifier = string.Concat(Path.ChangeExtension(name, null).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        programs.Add(new($"{identifier}_{programs.Count + 1}", name, line));
        return programs[^1];
    }

    private void AddTo(DocsProgram program, CodePart part)
    {
        program.Types.AddRange(typesBefore);
        program.Statements.AddRange(statementsBefore);
        program.Statements.Add(part);
        typesBefore.Clear();
        statementsBefore.Clear();
    }

    private DocsProgram Last(int line) =>
        programs.Count > 0 ? programs[^1] : throw Wrong(line, $"the mark 'docs:{mark}' has no program above it");

    private void EndMark(int line)
    {
        if (mark.Length > 0)
            throw Wrong(line, $"the mark 'docs:{mark}' is followed by no block");
    }

    private InvalidDataException Wrong(int line, string what) => new($"{name}:{line}: {what}.");
}
