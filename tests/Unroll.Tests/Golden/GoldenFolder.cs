namespace Unroll.Tests.Golden;

/// <summary>The folders of golden vectors: the fixtures and, if the variable is set, another one.</summary>
internal static class GoldenFolder
{
    private const string Variable = "UNROLL_GOLDEN";

    public static string Fixtures => Path.Combine(AppContext.BaseDirectory, "fixtures", "golden");

    /// <summary>Every file of golden vectors as a row of a theory: a name among the fixtures, or a full path.</summary>
    public static TheoryData<string> Files()
    {
        var files = new TheoryData<string>();
        foreach (var folder in Folders())
        {
            foreach (var path in Directory.GetFiles(folder, "*.safetensors").Order(StringComparer.Ordinal))
                files.Add(folder == Fixtures ? Path.GetFileName(path) : path);
        }

        return files;
    }

    /// <summary>Opens what <see cref="Files"/> named.</summary>
    public static GoldenFile Open(string file) => new(Path.Combine(Fixtures, file));

    private static IEnumerable<string> Folders()
    {
        yield return Fixtures;
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } other)
            yield break;
        if (!Directory.Exists(other) || Directory.GetFiles(other, "*.safetensors").Length == 0)
            throw new DirectoryNotFoundException($"{Variable} is '{other}'; it has to be a folder with .safetensors files.");
        yield return other;
    }
}
