using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML;
using Unroll.Cells;
using Unroll.Files;
using Unroll.Models;

namespace Unroll.MicrosoftML;

/// <summary>A step as a file: a ZIP archive with the model's file, and a JSON text that names columns and labels.</summary>
internal static class TransformerFile
{
    private const string ModelEntry = "model.safetensors";
    private const string NamesEntry = "transformer.json";
    private const int Version = 1;

    public static void Save(SequenceClassifierTransformer transformer, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var folder = Directory.CreateTempSubdirectory("unroll-");
        try
        {
            var model = Path.Combine(folder.FullName, ModelEntry);
            transformer.Model.Save(model);
            DurableFile.Write(path, stream =>
            {
                using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
                archive.CreateEntryFromFile(model, ModelEntry);
                using var names = archive.CreateEntry(NamesEntry).Open();
                JsonSerializer.Serialize(names, new Names(Version, transformer.Columns, transformer.Labels));
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public static SequenceClassifierTransformer Load(MLContext context, string path, IReadOnlyList<Cell> cells)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(cells);
        var folder = Directory.CreateTempSubdirectory("unroll-");
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var model = Path.Combine(folder.FullName, ModelEntry);
            Entry(archive, path, ModelEntry).ExtractToFile(model);
            using var stream = Entry(archive, path, NamesEntry).Open();
            var names = JsonSerializer.Deserialize<Names>(stream);
            if (names is not { Version: Version, Columns: not null, Labels: not null })
                throw new InvalidDataException($"{path}: the step is of version {names?.Version.ToString() ?? "null"}; this program reads version {Version}.");
            return new(context, SequenceClassifier.Load(model, cells), names.Columns, names.Labels);
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: '{NamesEntry}' in it names no columns and labels: {failure.Message}", failure);
        }
        catch (InvalidDataException failure) when (!failure.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: the file holds no step of a pipeline that SequenceClassifierTransformer.Save wrote: {failure.Message}", failure);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ZipArchiveEntry Entry(ZipArchive archive, string path, string name) =>
        archive.GetEntry(name) ?? throw new InvalidDataException($"{path}: the archive has no '{name}' in it; expected a file that SequenceClassifierTransformer.Save wrote.");

    private sealed record Names(int Version, SequenceClassifierColumns Columns, IReadOnlyList<string> Labels);
}
