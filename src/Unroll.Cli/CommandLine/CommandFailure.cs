namespace Unroll.Cli.CommandLine;

/// <summary>Ends a command with one line on standard error: what, the value it got, what was expected, what to do.</summary>
internal sealed class CommandFailure : Exception
{
    private CommandFailure(int exitCode, string message, Exception? cause)
        : base(message, cause) => ExitCode = exitCode;

    /// <summary>The exit code of the process.</summary>
    public int ExitCode { get; }

    /// <summary>The command line itself is wrong.</summary>
    public static CommandFailure Usage(string message) => new(CommandLine.ExitCode.Usage, message, null);

    /// <summary>The command line is right; doing what it says did not work.</summary>
    public static CommandFailure Failed(string message, Exception? cause = null) => new(CommandLine.ExitCode.Failed, message, cause);
}
