using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Unroll.Files;

/// <summary>The few calls of Unix's C library that .NET offers only with their errors swallowed or not at all.</summary>
internal static partial class LibC
{
    /// <summary>EINTR, the same on every Unix.</summary>
    public const int Interrupted = 4;

    /// <summary>EINVAL, the same on every Unix.</summary>
    public const int InvalidArgument = 22;

    /// <summary>F_FULLFSYNC of macOS (fcntl.h).</summary>
    public const int FullSync = 51;

    private const int LinuxCloseOnExec = 0x8_0000;
    private const int AppleCloseOnExec = 0x100_0000;
    private const string Library = "libc";

    /// <summary>W_OK of access.</summary>
    private const int WriteAccess = 2;

    /// <summary>PATH_MAX of Linux; Apple's is smaller.</summary>
    private const int LongestPath = 4096;

    // Linux's struct statx is the same on every processor (linux/stat.h): 256 bytes, stx_mode at 28; STATX_TYPE; AT_FDCWD; S_IFMT; S_IFREG.
    private const int StatusSize = 256;
    private const int StatusModeOffset = 28;
    private const uint StatusOfType = 1;
    private const int CurrentFolder = -100;
    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    /// <summary>O_RDONLY | O_CLOEXEC.</summary>
    public static int ReadOnlyCloseOnExec => OperatingSystem.IsMacOS() ? AppleCloseOnExec : LinuxCloseOnExec;

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    public static partial int FileSync(SafeFileHandle file);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(SafeFileHandle file, int command);

    [LibraryImport(Library, EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    /// <summary>The path without symbolic links, <c>.</c> and <c>..</c>; false when nothing is there.</summary>
    public static bool TryGetRealPath(string path, out string realPath)
    {
        var buffer = new byte[LongestPath];
        realPath = "";
        if (RealPath(path, buffer) == 0)
            return false;
        realPath = Encoding.UTF8.GetString(buffer.AsSpan(0, buffer.IndexOf((byte)0)));
        return true;
    }

    /// <summary>Why this user may not write to an existing file; null when he may.</summary>
    public static IOException? WhyNotWritable(string path) => Access(path, WriteAccess) == 0 ? null : LastError();

    /// <summary>Whether a path is a file with content on a disk, not a device, a pipe or a socket; where that cannot be asked, true.</summary>
    public static bool IsRegularFile(string path)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        var status = new byte[StatusSize];
        try
        {
            return Status(CurrentFolder, path, 0, StatusOfType, status) != 0
                || (BitConverter.ToUInt16(status, StatusModeOffset) & FileTypeMask) == RegularFile;
        }
        catch (EntryPointNotFoundException)
        {
            // glibc has it since 2.28 (2018).
            return true;
        }
    }

    /// <summary>The error of the call before, with the system's own words for it.</summary>
    public static IOException LastError() => Error(Marshal.GetLastPInvokeError());

    public static IOException Error(int error) => new(Marshal.GetPInvokeErrorMessage(error), error);

    [LibraryImport(Library, EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport(Library, EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint RealPath(string path, [In, Out] byte[] resolved);

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, [In, Out] byte[] status);
}
