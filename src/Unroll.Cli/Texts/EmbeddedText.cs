using System.Reflection;
using System.Text;

namespace Unroll.Cli.Texts;

/// <summary>The text that is always there: this project's own documentation and source, embedded when the program was built.</summary>
internal static class EmbeddedText
{
    /// <summary>What the text is called in a model's training record and in the name of a run.</summary>
    public const string Name = "unroll-source";

    /// <summary>Prefix of the resources that hold one file each; the rest of the name is the file's path in the repository.</summary>
    private const string Prefix = "text/";

    /// <summary>All files in one text: documentation first, then the source, each in the ordinal order of its path.</summary>
    public static string Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));
        var text = new StringBuilder();
        foreach (var name in names.OrderBy(IsSource).ThenBy(name => name, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            text.Append(reader.ReadToEnd().ReplaceLineEndings("\n")).Append('\n');
        }

        return text.ToString();
    }

    private static bool IsSource(string name) => name.EndsWith(".cs", StringComparison.Ordinal);
}
