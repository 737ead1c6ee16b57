using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Unroll.Data;

/// <summary>Reads text files and folders of them; UTF-8 only, and strictly.</summary>
internal static class TextFiles
{
    /// <summary>The longest text one .NET string holds, in bytes of ASCII.</summary>
    internal const int MaximumBytes = 1_000_000_000;

    private const int BytesOfMark = 3;

    /// <summary>Reads files and folders one after another; each text ends with a line end.</summary>
    /// <param name="paths">Files, or folders that are read with everything below them.</param>
    /// <returns>The text, and the files in folders that hold no text and were left out.</returns>
    public static (string Text, IReadOnlyList<string> Skipped) Read(IReadOnlyList<string> paths)
    {
        var text = new StringBuilder();
        var skipped = new List<string>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
                ReadFolder(path, text, skipped);
            else
                Append(text, ReadFile(path, out var problem) ?? throw new InvalidDataException(problem));
        }

        if (text.Length == 0)
            throw new InvalidDataException($"{paths[0]}: the file is empty; a text of at least two tokens is needed.");
        return (text.ToString(), skipped);
    }

    private static void ReadFolder(string folder, StringBuilder text, List<string> skipped)
    {
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            IgnoreInaccessible = false,
            AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
        };
        // Ordinal order of the relative paths: the same text on every machine.
        var files = Directory.EnumerateFiles(folder, "*", options)
            .Select(file => (File: file, Key: Path.GetRelativePath(folder, file).Replace('\\', '/')))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal);
        var before = text.Length;
        foreach (var (file, _) in files)
        {
            if (ReadFile(file, out _) is { } content)
                Append(text, content);
            else
                skipped.Add(file);
        }

        if (text.Length == before)
            throw new InvalidDataException($"{folder}: the folder holds no text ({skipped.Count} files are not UTF-8 text). Name a folder with text files.");
    }

    private static string? ReadFile(string path, out string? problem)
    {
        var bytes = ReadBytes(path);
        var content = bytes.AsSpan();
        var start = content.StartsWith("\uFEFF"u8) ? BytesOfMark : 0;
        content = content[start..];
        var text = new char[content.Length];
        var status = Utf8.ToUtf16(content, text, out var read, out var written, replaceInvalidSequences: false);
        var zero = content[..read].IndexOf((byte)0);
        if (zero >= 0 || status != OperationStatus.Done)
        {
            var offset = zero >= 0 ? zero : read;
            problem = $"{path}: byte 0x{content[offset]:X2} at offset {start + offset} is not part of a UTF-8 text; "
                + "is it a binary file or another encoding? Convert it to UTF-8.";
            return null;
        }

        problem = null;
        return new(text, 0, written);
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaximumBytes)
                throw new InvalidDataException($"{path}: the file has {length} bytes; a text may have at most {MaximumBytes}. Split it.");
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"{path}: there is no such file or folder; expected a text in UTF-8. Check the path.", path, exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new UnauthorizedAccessException($"{path}: the file may not be read; check its permissions.", exception);
        }
    }

    private static void Append(StringBuilder text, string content)
    {
        if ((long)text.Length + content.Length > MaximumBytes)
            throw new InvalidDataException($"The files together hold more than {MaximumBytes} characters. Train on fewer at once.");
        if (text.Length > 0 && text[^1] != '\n' && content.Length > 0)
            text.Append('\n');
        text.Append(content);
    }
}
