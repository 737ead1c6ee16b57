namespace Unroll.Files;

/// <summary>What failures of storage look like in .NET, and what to tell a user about them.</summary>
internal static class StorageFailure
{
    /// <summary>What to do when this user may not write.</summary>
    public const string Permit = "Save to a place where this user may write, or change its permissions.";

    private const int InputOutput = 5;
    private const int PermissionDenied = 13;
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int LinuxQuotaExceeded = 122;

    /// <summary>ERROR_DISK_FULL as .NET reports it on Windows.</summary>
    private const int WindowsDiskFull = unchecked((int)0x8007_0070);

    /// <summary>Whether an exception comes from storage and not from a mistake in code or a wish to stop.</summary>
    public static bool Is(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>The words of the system, on one line, without a full stop.</summary>
    public static string Reason(Exception e) => SafetensorsFormat.OneLine(e.Message).TrimEnd('.');

    /// <summary>What to do about it, a whole sentence.</summary>
    public static string Remedy(Exception e) => e is UnauthorizedAccessException ? Permit : e.HResult switch
    {
        NoSpace or LinuxQuotaExceeded or WindowsDiskFull => "Free some space or save to another disk.",
        InputOutput => "The disk seems to fail: save to another one.",
        PermissionDenied or ReadOnlyFileSystem => Permit,
        _ => "Solve this and save again.",
    };
}
