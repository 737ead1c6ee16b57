namespace Unroll.DependencyInjection;

/// <summary>By what a file that was replaced is known.</summary>
internal readonly record struct FileStamp(DateTime Written, long Length)
{
    /// <summary>The stamp of a file, of the one it leads to where it is a link; null where there is none.</summary>
    public static FileStamp? Of(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target)
                file = target;
            return file.Exists ? new(file.LastWriteTimeUtc, file.Length) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
