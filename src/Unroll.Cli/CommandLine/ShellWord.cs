namespace Unroll.Cli.CommandLine;

/// <summary>Writes words so that they can be pasted into a POSIX shell.</summary>
internal static class ShellWord
{
    /// <summary>The word itself when it is harmless, else in single quotes.</summary>
    public static string Quote(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./+=:,@%".Contains(letter))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>How this program was started, as one would type it again.</summary>
    public static string Program()
    {
        var process = Environment.ProcessPath ?? "unroll";
        var name = Path.GetFileNameWithoutExtension(process);
        if (string.Equals(name, "unroll", StringComparison.Ordinal))
            return "unroll";
        return string.Equals(name, "dotnet", StringComparison.Ordinal)
            ? $"dotnet {Quote(Path.Combine(AppContext.BaseDirectory, "Unroll.Cli.dll"))}"
            : Quote(process);
    }
}
