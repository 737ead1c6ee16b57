namespace Unroll.Files;

/// <summary>Replaces files so that a crash, a full disk or a failing one leaves the old content or the new, never neither.</summary>
public static class DurableFile
{
    /// <summary>Tests put here what fails; it follows the flow of the test, so tests that run beside it are not touched.</summary>
    internal static readonly AsyncLocal<IDurableStorage?> StorageForTests = new();

    /// <summary>
    /// Writes a file: to a temporary one in the same folder, which is forced to the disk and then renamed over the target; at last the folder
    /// is forced to the disk.
    /// </summary>
    /// <remarks>
    /// A symbolic link is followed and stays; the permissions of a file that is replaced are kept. When anything fails, the temporary file
    /// is removed and the file that was there is untouched; the one exception is a failure after the renaming, of which the message says so.
    /// What a killed process left of its own attempts at the same file is removed.
    /// </remarks>
    /// <param name="path">The file; its folder has to exist.</param>
    /// <param name="write">Writes the content to the stream it gets and leaves the stream open.</param>
    /// <exception cref="IOException">
    /// It could not be written. Exceptions of <paramref name="write"/> that have nothing to do with storage pass through.
    /// </exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var storage = StorageForTests.Value ?? SystemStorage.Instance;
        var target = DurableTarget.Resolve(path);
        target.RemoveLeftovers();
        var temporary = target.NewTemporaryPath();
        Replace(storage, target, temporary, write);
        try
        {
            storage.SyncFolder(target.Folder);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            throw new IOException(
                $"'{path}' is written, but its folder could not be forced to the disk: {StorageFailure.Reason(e)}. "
                + "If the machine loses power now, the old file may come back. Save it again.",
                e)
            {
                HResult = e.HResult,
            };
        }
    }

    private static void Replace(IDurableStorage storage, DurableTarget target, string temporary, Action<Stream> write)
    {
        Stream? stream = null;
        var step = "create a temporary file beside it";
        try
        {
            stream = storage.Create(temporary, target.Mode);
            step = "write";
            write(stream);
            if (!stream.CanWrite)
                throw new InvalidOperationException("The stream of a durable write was closed by who wrote to it; leave it open.");
            step = "force it to the disk";
            storage.Sync(stream);
            stream.Dispose();
            step = "rename the temporary file";
            storage.Rename(temporary, target.Path);
        }
        catch (Exception e)
        {
            var left = stream is null || TryDiscard(storage, stream, temporary) ? "" : $" The temporary file '{temporary}' is left; delete it.";
            if (StorageFailure.Is(e))
                throw target.NotSaved($"could not {step}: {StorageFailure.Reason(e)}", StorageFailure.Remedy(e) + left, e);
            throw;
        }
    }

    /// <summary>Closes and removes the temporary file, whatever state it is in.</summary>
    private static bool TryDiscard(IDurableStorage storage, Stream stream, string temporary)
    {
        try
        {
            stream.Dispose();
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            // It tried once more to write what it still held; the file is closed all the same.
        }

        try
        {
            storage.Delete(temporary);
            return true;
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            return false;
        }
    }
}
