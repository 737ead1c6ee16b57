using System.Text;

namespace Unroll.Data;

/// <summary>
/// Reads texts whose labels are names of files or folders: <c>LABEL.txt</c> with one text a line, or a folder <c>LABEL</c> with one text a file.
/// </summary>
public static class LabelledTextFolder
{
    /// <summary>Reads a folder.</summary>
    /// <param name="path">The folder: either folders, each with files <c>*.txt</c> in it, or files <c>*.txt</c>. Hidden files are left out.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It holds neither, both, a line without text, or a file that is not UTF-8.</exception>
    public static SequenceSet Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"{path}: there is no such folder; expected one with a file LABEL.txt, or a folder LABEL, for each label.");
        string[] files = [.. Visible(Directory.EnumerateFiles(path, "*.txt"))];
        string[] folders = [.. Visible(Directory.EnumerateDirectories(path)).Where(folder => Directory.EnumerateFiles(folder, "*.txt").Any())];
        if (files.Length > 0 == folders.Length > 0)
        {
            var found = files.Length == 0 ? "neither" : "both";
            throw new InvalidDataException($"{path}: the folder holds {found} files LABEL.txt {(files.Length == 0 ? "nor" : "and")} folders LABEL with texts; expected one of the two.");
        }

        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return new(name, files.Length > 0 ? [.. files.SelectMany(ReadLines)] : [.. folders.SelectMany(ReadFolder)]);
    }

    /// <summary>Reads a file of one text a line, all of one label.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="label">The label of every line.</param>
    /// <exception cref="InvalidDataException">A line is blank, or the file is not UTF-8.</exception>
    public static IReadOnlyList<LabelledSequence> ReadLines(string path, string label)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(label);
        var name = Path.GetFileName(path);
        var number = 0;
        var items = new List<LabelledSequence>();
        foreach (var line in Decoded(path, () => File.ReadLines(path, Strict).ToList()))
        {
            number++;
            items.Add(LabelledSequence.OfText(line.Trim(), label, $"{name} line {number}"));
        }

        return items;
    }

    private static UTF8Encoding Strict => new(false, throwOnInvalidBytes: true);

    private static IReadOnlyList<LabelledSequence> ReadLines(string path) => ReadLines(path, Path.GetFileNameWithoutExtension(path));

    private static IEnumerable<LabelledSequence> ReadFolder(string folder)
    {
        var label = Path.GetFileName(folder);
        foreach (var file in Visible(Directory.EnumerateFiles(folder, "*.txt")))
            yield return LabelledSequence.OfText(Decoded(file, () => File.ReadAllText(file, Strict)).Trim(), label, $"{label}/{Path.GetFileName(file)}");
    }

    private static T Decoded<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException failure)
        {
            throw new InvalidDataException($"{path}: the file is not in UTF-8. Convert it to UTF-8.", failure);
        }
    }

    private static IEnumerable<string> Visible(IEnumerable<string> paths) =>
        paths.Where(path => Path.GetFileName(path)[0] != '.').Order(StringComparer.Ordinal);
}
