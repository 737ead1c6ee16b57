using System.Text.RegularExpressions;

namespace Unroll.Tests.House;

/// <summary>Holds the source text against the floors of docs/design.md: a folder uses only what stands below it.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>The floors, lowest first; folders of one floor do not use each other.</summary>
    private static readonly string[][] Floors =
    [
        ["Kernels"], ["Cells"], ["Tensors"], ["Files"], ["Recurrence"], ["Layers"], ["Losses", "Optimizers", "Automata"], ["Data"], ["Training"], ["Models"],
    ];

    [Fact]
    public void A_folder_uses_only_the_floors_below_it()
    {
        var wrong =
            from source in Repository.LibrarySources()
            let folder = FolderOf(source.Path)
            from use in LinesMatching(source.Text, FolderUse())
            let used = use.Match.Groups[1].Value
            where used != folder && FloorOf(used) >= FloorOf(folder)
            select $"{source.Path}:{use.Line}: {folder} (floor {FloorOf(folder)}) uses {used} (floor {FloorOf(used)})";

        AssertNone(wrong, "The floors are listed in docs/design.md; move the code down, or the type it needs.");
    }

    [Fact]
    public void Every_file_stands_on_a_floor_and_its_namespace_is_its_floor()
    {
        var wrong = new List<string>();
        foreach (var (path, text) in Repository.LibrarySources())
        {
            var expected = "Unroll." + FolderOf(path);
            var actual = NamespaceDeclaration().Match(text).Groups[1].Value;
            if (FloorOf(FolderOf(path)) < 0)
                wrong.Add($"{path}: the folder '{FolderOf(path)}' is on no floor");
            else if (actual != expected)
                wrong.Add($"{path}: namespace '{actual}', expected '{expected}'");
        }

        AssertNone(wrong, "A floor is a namespace, its subfolders included; a new floor is added to docs/design.md and to this test.");
    }

    [Fact]
    public void Unsafe_code_occurs_only_in_kernels()
    {
        var wrong =
            from source in Repository.LibrarySources()
            where FolderOf(source.Path) != "Kernels"
            from use in LinesMatching(source.Text, UnsafeCode())
            select $"{source.Path}:{use.Line}: {use.Match.Value}";

        AssertNone(wrong, "Pointers and unchecked memory belong into src/Unroll/Kernels, behind a method that checks its sizes.");
    }

    [Fact]
    public void The_library_prints_nothing_reflects_on_nothing_and_reads_no_culture()
    {
        var wrong =
            from source in Repository.LibrarySources()
            from use in LinesMatching(source.Text, Forbidden())
            select $"{source.Path}:{use.Line}: {use.Match.Value}";

        AssertNone(wrong, "The library returns values and throws; printing is the command line's. It stays trimmable and culture-invariant.");
    }

    [Fact]
    public void The_check_sees_code_and_not_comments_or_strings()
    {
        const string Text = """"
            // unsafe
            var a = "unsafe \" unsafe"; /* unsafe
            unsafe */ var b = @"unsafe "" unsafe"; var c = 'u';
            var d = """unsafe " unsafe""";
            unsafe { }
            """";

        var (line, match) = Assert.Single(LinesMatching(Text, UnsafeCode()));
        Assert.Equal(5, line);
        Assert.Equal("unsafe", match.Value);
    }

    [GeneratedRegex(@"\bUnroll\.(\w+)")]
    private static partial Regex FolderUse();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();

    [GeneratedRegex(@"\bunsafe\b|\bUnsafe\.|\bNativeMemory\b|\bMemoryMarshal\.(Create|GetReference|GetArrayDataReference)\w*")]
    private static partial Regex UnsafeCode();

    [GeneratedRegex(@"\bConsole\b|\bSystem\.Reflection\b|\bActivator\.|\bDebug\.Write\w*|\bTrace\.Write\w*|\bCurrentCulture\b")]
    private static partial Regex Forbidden();

    private static string FolderOf(string path) => path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : "";

    private static int FloorOf(string folder) => Array.FindIndex(Floors, floor => floor.Contains(folder));

    private static IEnumerable<(int Line, Match Match)> LinesMatching(string text, Regex pattern)
    {
        var line = 0;
        foreach (var code in Repository.CodeOnly(text).Split('\n'))
        {
            line++;
            if (code.StartsWith("namespace ", StringComparison.Ordinal))
                continue;
            foreach (Match match in pattern.Matches(code))
                yield return (line, match);
        }
    }

    private static void AssertNone(IEnumerable<string> wrong, string remedy)
    {
        var list = wrong.ToList();
        Assert.True(list.Count == 0, $"{string.Join('\n', list)}\n{remedy}");
    }
}
