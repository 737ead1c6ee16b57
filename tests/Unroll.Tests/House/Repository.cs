using System.Text.RegularExpressions;

namespace Unroll.Tests.House;

/// <summary>The files of the repository these tests were built from.</summary>
internal static partial class Repository
{
    /// <summary>The folder that holds <c>Unroll.slnx</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The source files of the library, as paths below <c>src/Unroll</c> with forward slashes, each with its text.</summary>
    public static IEnumerable<(string Path, string Text)> LibrarySources()
    {
        var folder = Path.Combine(Root, "src", "Unroll");
        foreach (var file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var path = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (!path.StartsWith("bin/", StringComparison.Ordinal) && !path.StartsWith("obj/", StringComparison.Ordinal))
                yield return (path, File.ReadAllText(file));
        }
    }

    /// <summary>C# without its comments and without the contents of its strings; the lines stay where they are.</summary>
    public static string CodeOnly(string text) => NotCodePattern().Replace(
        text,
        match => match.Value[0] == '/'
            ? string.Concat(match.Value.Where(c => c == '\n'))
            : "\"" + string.Concat(match.Value.Where(c => c == '\n')) + "\"");

    // Raw strings first, then verbatim and plain strings, characters, block and line comments.
    [GeneratedRegex("""(?<q>"{3,})[\s\S]*?\k<q>(?!")|\$?@\$?"(?:[^"]|"")*"|\$?"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'|/\*[\s\S]*?\*/|//[^\n]*""")]
    private static partial Regex NotCodePattern();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Unroll.slnx")))
            folder = folder.Parent;
        return folder?.FullName
            ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Unroll.slnx; run the tests inside the repository.");
    }
}
