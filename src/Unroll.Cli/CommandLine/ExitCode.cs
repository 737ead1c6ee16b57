namespace Unroll.Cli.CommandLine;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCode
{
    /// <summary>The command did what it was asked to.</summary>
    public const int Good = 0;

    /// <summary>The command was understood and could not be carried out, or was interrupted before its end.</summary>
    public const int Failed = 1;

    /// <summary>The command was not understood: an unknown option, a value out of range, options that contradict each other.</summary>
    public const int Usage = 2;
}
