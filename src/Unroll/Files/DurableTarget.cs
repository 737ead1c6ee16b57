using System.Security.Cryptography;

namespace Unroll.Files;

/// <summary>The file that a durable write is going to replace, found and checked before anything is written.</summary>
internal sealed class DurableTarget
{
    private const int LongestNamePart = 100;
    private const int RandomLength = 16;
    private const string Suffix = ".tmp";

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly string givenPath;
    private readonly bool exists;

    private DurableTarget(string givenPath, string path, bool exists)
    {
        this.givenPath = givenPath;
        this.exists = exists;
        Path = path;
        Folder = System.IO.Path.GetDirectoryName(path) ?? path;
        if (exists && !OperatingSystem.IsWindows())
            Mode = File.GetUnixFileMode(path);
    }

    /// <summary>The full path, symbolic links followed.</summary>
    public string Path { get; }

    /// <summary>The folder of <see cref="Path"/>, in which the temporary file stands too: renaming is at once only within a file system.</summary>
    public string Folder { get; }

    /// <summary>The permissions of the file that is there; null when there is none, or on Windows.</summary>
    public UnixFileMode? Mode { get; }

    /// <summary>Finds the file behind a path and checks that it may be replaced.</summary>
    /// <exception cref="IOException">It may not; the message says why.</exception>
    public static DurableTarget Resolve(string path)
    {
        try
        {
            var full = Follow(System.IO.Path.GetFullPath(path));
            var target = new DurableTarget(path, full, File.Exists(full));
            target.Check();
            return target;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"'{path}' was not saved: {StorageFailure.Reason(e)}. {StorageFailure.Permit}", e);
        }
    }

    private string Prefix =>
        System.IO.Path.GetFileName(Path) is { Length: <= LongestNamePart } name ? $".{name}." : ".unroll.";

    /// <summary>A new hidden name in the same folder, that says whose it is should it ever be found.</summary>
    public string NewTemporaryPath() =>
        System.IO.Path.Join(Folder, $"{Prefix}{RandomNumberGenerator.GetHexString(RandomLength, lowercase: true)}{Suffix}");

    /// <summary>Removes temporary files of this target that a killed process left behind.</summary>
    public void RemoveLeftovers()
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(Folder, $".*{Suffix}"))
            {
                var name = System.IO.Path.GetFileName(path);
                if (name.StartsWith(Prefix, StringComparison.Ordinal) && name.Length == Prefix.Length + RandomLength + Suffix.Length)
                    RemoveIfAbandoned(path);
            }
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            // A folder that may be written but not listed.
        }
    }

    /// <summary>A file that somebody is still writing is locked, and where there are no locks, it was changed a moment ago.</summary>
    private static void RemoveIfAbandoned(string path)
    {
        if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) < LongestPause)
            return;
        try
        {
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            // It is in use, or somebody else's: then it is not ours to remove.
        }
    }

    /// <summary>The exception that a failed save ends in.</summary>
    /// <param name="problem">What went wrong, as the end of a sentence.</param>
    /// <param name="remedy">What to do.</param>
    /// <param name="inner">What was thrown.</param>
    public IOException NotSaved(string problem, string remedy, Exception? inner = null)
    {
        var state = exists ? " The file that was there is unchanged." : "";
        return new($"'{givenPath}' was not saved: {problem}.{state} {remedy}", inner) { HResult = inner?.HResult ?? 0 };
    }

    private static string Follow(string path)
    {
        if (OperatingSystem.IsWindows())
            return new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        if (LibC.TryGetRealPath(path, out var real))
            return real;

        // Nothing is there. A link that leads nowhere gets the file it points to, as with any program that opens it for writing.
        return new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
    }

    private void Check()
    {
        if (Directory.Exists(Path) || System.IO.Path.EndsInDirectorySeparator(Path))
            throw NotSaved("it is a folder", "Name a file inside it.");
        if (!Directory.Exists(Folder))
            throw NotSaved($"the folder '{Folder}' does not exist", "Create it first.");
        if (!exists)
            return;
        if (!LibC.IsRegularFile(Path))
            throw NotSaved("it is a device, a pipe or a socket", "Name a file on a disk.");
        if (OperatingSystem.IsWindows() && new FileInfo(Path).IsReadOnly)
            throw NotSaved("the file that is there is write-protected", StorageFailure.Permit);
        if (!OperatingSystem.IsWindows() && LibC.WhyNotWritable(Path) is { } error)
            throw NotSaved($"the file that is there is write-protected ({error.Message})", StorageFailure.Permit, error);
    }
}
