using System.IO.Compression;
using System.Text.Json;
using Unroll.Files;

namespace Unroll.MicrosoftML;

/// <summary>A step as a file: a ZIP archive with the model's file, and a JSON text that says what else the step is.</summary>
internal static class StepArchive
{
    private const string ModelEntry = "model.safetensors";
    private const string NamesEntry = "transformer.json";
    private const int Version = 1;

    /// <summary>Writes a step.</summary>
    /// <typeparam name="TNames">What else it is.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind of step, so that no other takes it for its own.</param>
    /// <param name="saveModel">Writes the model to a file.</param>
    /// <param name="names">What else it is.</param>
    public static void Save<TNames>(string path, string kind, Action<string> saveModel, TNames names)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var folder = Directory.CreateTempSubdirectory("unroll-");
        try
        {
            var model = Path.Combine(folder.FullName, ModelEntry);
            saveModel(model);
            DurableFile.Write(path, stream =>
            {
                using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
                archive.CreateEntryFromFile(model, ModelEntry);
                using var text = archive.CreateEntry(NamesEntry).Open();
                JsonSerializer.Serialize(text, new Content<TNames>(Version, kind, names));
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Reads a step.</summary>
    /// <typeparam name="TNames">What else it is.</typeparam>
    /// <typeparam name="TStep">The step.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="kind">The kind of step.</param>
    /// <param name="make">Makes the step of a model's file and what else it is.</param>
    /// <exception cref="InvalidDataException">The file is damaged or holds something else.</exception>
    public static TStep Load<TNames, TStep>(string path, string kind, Func<string, TNames, TStep> make)
        where TNames : class
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var folder = Directory.CreateTempSubdirectory("unroll-");
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var model = Path.Combine(folder.FullName, ModelEntry);
            Entry(archive, path, ModelEntry).ExtractToFile(model);
            using var text = Entry(archive, path, NamesEntry).Open();
            var content = JsonSerializer.Deserialize<Content<TNames>>(text);
            if (content is not { Version: Version, Names: not null })
                throw new InvalidDataException($"{path}: the step is of version {content?.Version.ToString() ?? "null"}; this program reads version {Version}.");
            return content.Kind == kind
                ? make(model, content.Names)
                : throw new InvalidDataException($"{path}: the file holds a step of kind '{content.Kind}'; expected '{kind}'.");
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: '{NamesEntry}' in it names no columns: {failure.Message}", failure);
        }
        catch (InvalidDataException failure) when (!failure.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: the file holds no step of a pipeline that Save wrote: {failure.Message}", failure);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ZipArchiveEntry Entry(ZipArchive archive, string path, string name) =>
        archive.GetEntry(name) ?? throw new InvalidDataException($"{path}: the archive has no '{name}' in it; expected a file that Save of a step wrote.");

    private sealed record Content<TNames>(int Version, string Kind, TNames Names);
}
