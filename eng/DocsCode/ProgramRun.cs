using System.Diagnostics;

namespace DocsCode;

/// <summary>Runs one compiled program of the docs in an empty folder of its own and judges it.</summary>
internal static class ProgramRun
{
    /// <summary>Far above what any example needs; a program that waits for something would otherwise never end.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(3);

    /// <summary>What is wrong with the run, or null when nothing is.</summary>
    public static async Task<string?> FaultAsync(string assemblyPath, DocsProgram program)
    {
        var folder = Directory.CreateTempSubdirectory("unroll-docs-");
        try
        {
            using var process = Process.Start(new ProcessStartInfo("dotnet", [assemblyPath, program.Name])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            using var limit = new CancellationTokenSource(TimeLimit);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                return $"it was still running after {TimeLimit.TotalMinutes} minutes";
            }

            return process.ExitCode == 0
                ? OutputFault([.. program.ExpectedOutput.SelectMany(block => block).Select(line => line.TrimEnd())], program.ExpectedOutput.Count > 0, SplitLines(await output))
                : $"it ended with exit code {process.ExitCode}:\n{await output}{await error}";
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string? OutputFault(string[] expected, bool isSaid, string[] actual) =>
        !isSaid || Matches(expected, actual)
            ? null
            : $"the page says it prints\n{Indent(expected)}\nand it printed\n{Indent(actual)}";

    /// <summary>Line by line; a line <c>…</c> stands for any number of lines.</summary>
    private static bool Matches(ReadOnlySpan<string> expected, ReadOnlySpan<string> actual)
    {
        if (expected.IsEmpty)
            return actual.IsEmpty;
        if (expected[0] == "…")
        {
            for (var skipped = 0; skipped <= actual.Length; skipped++)
            {
                if (Matches(expected[1..], actual[skipped..]))
                    return true;
            }

            return false;
        }

        return !actual.IsEmpty && expected[0] == actual[0] && Matches(expected[1..], actual[1..]);
    }

    private static string[] SplitLines(string text) =>
        text.Length == 0 ? [] : [.. text.TrimEnd().Split('\n').Select(line => line.TrimEnd())];

    private static string Indent(IEnumerable<string> lines) => string.Join('\n', lines.Select(line => "    " + line));
}
