using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Unroll.Files;

/// <summary>The operating system's storage.</summary>
/// <remarks>
/// .NET's own flush to disk ignores what fsync returns, and its move falls back to a copy, so on Unix both are called here directly and every
/// result is checked.
/// </remarks>
internal sealed class SystemStorage : IDurableStorage
{
    private const int BufferSize = 64 << 10;

    private SystemStorage()
    {
    }

    public static SystemStorage Instance { get; } = new();

    public Stream Create(string path, UnixFileMode? mode)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = BufferSize,
        };
        if (mode is null || OperatingSystem.IsWindows())
            return new FileStream(path, options);

        // First so that nobody may read it who may not read the old file, then, past the umask, exactly as the old one.
        options.UnixCreateMode = mode;
        var stream = new FileStream(path, options);
        try
        {
            File.SetUnixFileMode(stream.SafeFileHandle, mode.Value);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            // A file system without permissions; those it gave on creation are no wider.
        }

        return stream;
    }

    public void Sync(Stream file)
    {
        var stream = (FileStream)file;
        if (OperatingSystem.IsWindows())
        {
            stream.Flush(flushToDisk: true);
            return;
        }

        stream.Flush();
        Sync(stream.SafeFileHandle, isFolder: false);
    }

    public void Rename(string from, string to)
    {
        if (OperatingSystem.IsWindows())
            File.Move(from, to, overwrite: true);
        else if (LibC.Rename(from, to) != 0)
            throw LibC.LastError();
    }

    public void SyncFolder(string folder)
    {
        // Windows has no such call: NTFS journals renames.
        if (OperatingSystem.IsWindows())
            return;
        using var handle = LibC.Open(folder, LibC.ReadOnlyCloseOnExec);
        if (handle.IsInvalid)
            throw LibC.LastError();
        Sync(handle, isFolder: true);
    }

    public void Delete(string path) => File.Delete(path);

    private static void Sync(SafeFileHandle handle, bool isFolder)
    {
        // On Apple's systems fsync leaves the data in the drive's cache; only this call, where the file system has it, does not.
        if (OperatingSystem.IsMacOS() && LibC.FileControl(handle, LibC.FullSync) == 0)
            return;
        while (LibC.FileSync(handle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == LibC.Interrupted)
                continue;

            // Some network and shared folders cannot sync a folder and say so; then there is nothing more to be had.
            if (isFolder && error == LibC.InvalidArgument)
                return;
            throw LibC.Error(error);
        }
    }
}
