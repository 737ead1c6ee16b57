namespace Unroll.Cli.CommandLine;

/// <summary>Writes a failure as one line on standard error and chooses the exit code.</summary>
internal static class FailureReport
{
    /// <summary>Writes <c>unroll: …</c>, the stack trace only when asked for, and returns the exit code.</summary>
    public static int Write(TextWriter error, Exception failure, bool verbose)
    {
        error.WriteLine($"unroll: {Describe(failure)}");
        if (verbose)
            error.WriteLine(failure);
        return failure is CommandFailure known ? known.ExitCode : ExitCode.Failed;
    }

    /// <summary>One line for any exception.</summary>
    public static string Describe(Exception failure) => OneLine(failure switch
    {
        CommandFailure or InvalidDataException or InvalidOperationException => failure.Message,
        ArgumentException argument => WithoutParameter(argument),
        OperationCanceledException => "interrupted; nothing was written.",
        UnauthorizedAccessException => $"{failure.Message} Check the permissions of the file and of its folder.",
        IOException => failure.Message,
        OutOfMemoryException => $"out of memory: {failure.Message} Use a smaller --batch, --window or --hidden.",
        AggregateException { InnerExceptions: [var only] } => Describe(only),
        _ => $"unexpected {failure.GetType().Name}: {failure.Message} Run again with --verbose for the stack trace.",
    });

    /// <summary>The message without the name of a parameter in the code, which means nothing to who typed a command.</summary>
    private static string WithoutParameter(ArgumentException failure) =>
        failure.ParamName is { } name ? failure.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : failure.Message;

    private static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
