using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Unroll.Cli.CommandLine;

namespace Unroll.Cli.Tests;

/// <summary>Every command line of README and docs is one that this program understands.</summary>
public sealed partial class DocsCommandTests
{
    [Fact]
    public void Every_command_of_the_docs_is_understood()
    {
        var root = FindRoot();
        var lines = Directory.GetFiles(Path.Combine(root, "docs"), "*.md").Append(Path.Combine(root, "README.md"))
            .SelectMany(page => CommandPattern().Matches(File.ReadAllText(page)))
            .Select(match => match.Groups[1].Value)
            .ToList();

        Assert.NotEmpty(lines);
        foreach (var line in lines)
        {
            var result = UnrollCommand.Create().Parse([.. CommandLineParser.SplitCommandLine(line)]);
            Assert.True(result.Errors.Count == 0, $"unroll {line}: {string.Join(' ', result.Errors.Select(error => error.Message))}");
        }
    }

    [GeneratedRegex(@"^(?:unroll|dotnet run -c Release --project src/Unroll\.Cli --) (.+)$", RegexOptions.Multiline)]
    private static partial Regex CommandPattern();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Unroll.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Unroll.slnx.");
    }
}
