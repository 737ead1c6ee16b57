using System.Diagnostics;

namespace Unroll.Tests.Lanes;

/// <summary>Runs a part of this test program again in a process of its own, under other variables.</summary>
internal static class ChildSuite
{
    /// <summary>Far above what a part takes; a hang must not eat the whole CI budget.</summary>
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(5);

    /// <summary>Set in every child, so that the tests that start children do not start more.</summary>
    public const string Variable = "UNROLL_TESTS_CHILD";

    public static bool IsChild => Environment.GetEnvironmentVariable(Variable) is not null;

    /// <summary>Runs the tests that <paramref name="filters"/> (of the xunit.v3 runner) name.</summary>
    public static async Task<(int ExitCode, string Output)> Run(
        IEnumerable<(string Name, string Value)> variables, IEnumerable<string> filters, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "Unroll.Tests.exe" : "Unroll.Tests"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in filters.Concat(["-noColor", "-noLogo", "-noAutoReporters"]))
            start.ArgumentList.Add(argument);
        // A crash that a child is meant to have leaves no dump file behind.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment[Variable] = "1";
        foreach (var name in start.Environment.Keys.Where(IsOwnedByTheParent).ToArray())
            start.Environment.Remove(name);
        foreach (var (name, value) in variables)
            start.Environment[name] = value;

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    // The runner's own channel to whoever started the parent.
    private static bool IsOwnedByTheParent(string name) =>
        name.StartsWith("TESTINGPLATFORM_", StringComparison.Ordinal) || name.StartsWith("DOTNET_CLI_TEST", StringComparison.Ordinal);
}
