using System.Text.RegularExpressions;

namespace Unroll.Tests.House;

/// <summary>What the pages of the repository point at exists. Their code is checked by <c>eng/DocsCode</c>, which <c>.ci/run</c> calls.</summary>
public sealed partial class DocsTests
{
    [Fact]
    public void Every_link_leads_to_a_file_and_a_heading_that_exist()
    {
        var wrong =
            from page in Pages()
            let text = File.ReadAllText(page)
            from Match link in LinkPattern().Matches(text)
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal)
            let fault = Fault(page, target)
            where fault is not null
            select $"{Path.GetRelativePath(Repository.Root, page)}: ({target}) {fault}";

        Assert.Equal([], wrong.ToList());
    }

    [Fact]
    public void The_readme_gives_the_two_commands_before_anything_else()
    {
        var commands = CommandPattern().Matches(File.ReadAllText(Path.Combine(Repository.Root, "README.md"))).Select(match => match.Value);

        Assert.Equal(
            ["dotnet run -c Release --project src/Unroll.Cli -- train text", "dotnet test -c Release"], commands.Take(2));
    }

    [GeneratedRegex(@"\[[^\]\n]*\]\(([^)\s]+)\)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"^(dotnet|unroll|git) .*$", RegexOptions.Multiline)]
    private static partial Regex CommandPattern();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex HeadingPattern();

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories));

    private static string? Fault(string page, string target)
    {
        var parts = target.Split('#', 2);
        var file = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        if (!File.Exists(file) && !Directory.Exists(file))
            return "leads nowhere";
        if (parts.Length == 1)
            return null;
        var anchors = HeadingPattern().Matches(File.ReadAllText(file)).Select(heading => Anchor(heading.Groups[1].Value));
        return anchors.Contains(parts[1]) ? null : "names no heading of that page";
    }

    /// <summary>The anchor that Markdown hosts give a heading: lower case, punctuation dropped, spaces to hyphens.</summary>
    private static string Anchor(string heading) => string.Concat(
        heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_').Select(c => c == ' ' ? '-' : c));
}
