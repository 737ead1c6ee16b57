using Unroll.Cells;
using Unroll.Data;
using Unroll.Files;
using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>
/// A language model as a safetensors file: its parameters under PyTorch's names, everything else as text in the metadata. Nothing is allocated for a
/// model before the shapes in the file were compared with the configuration it declares.
/// </summary>
internal static class LanguageModelFile
{
    public const string FormatKey = "format";
    public const string KindKey = "kind";
    public const string VersionKey = "version";
    public const string ConfigurationKey = "configuration";
    public const string VocabularyKey = "vocabulary";
    public const string TrainingKey = "training";
    public const string ProbesKey = "probes";

    /// <summary>Says that the metadata is Unroll's; other programs write "pt" or nothing here.</summary>
    public const string Format = "unroll";

    public const string Kind = "language-model";
    public const string CheckpointKind = "checkpoint";

    /// <summary>The longest message that repeats what a file says.</summary>
    internal const int MaximumMessage = 400;

    /// <summary>The layout of the metadata; a reader refuses every other.</summary>
    public const string Version = "1";

    public static void Save(LanguageModel model, string path) => Write(model, path).Save(path);

    /// <summary>The file, not yet written anywhere.</summary>
    /// <param name="model">The model.</param>
    /// <param name="name">What to call the file in an error.</param>
    public static SafetensorsWriter Write(LanguageModel model, string name)
    {
        var writer = new SafetensorsWriter();
        if (model.Network is QuantizedLanguageModelWeights quantized)
        {
            foreach (var weights in quantized.Store())
                LanguageModelTensors.Add(writer, weights);
        }
        else
        {
            AddParameters(writer, model, name);
        }

        foreach (var (key, text) in Describe(model))
            writer.Metadata[key] = text;
        return writer;
    }

    private static void AddParameters(SafetensorsWriter writer, LanguageModel model, string name)
    {
        foreach (var parameter in model.Parameters)
        {
            if (!((ReadOnlySpan<float>)parameter.Values).AreFinite())
                throw new InvalidOperationException($"{name}: the weights '{parameter.Name}' are not all finite numbers; a model that diverged is not saved.");
            writer.Add(parameter.Name, parameter.Shape, parameter.Values);
        }
    }

    /// <summary>The metadata of a model: what a checkpoint of its training needs as well to make it again.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Describe(LanguageModel model)
    {
        yield return new(FormatKey, Format);
        yield return new(KindKey, Kind);
        yield return new(VersionKey, Version);
        yield return new(ConfigurationKey, LanguageModelJson.WriteOptions(model.Options, model.Weights));
        yield return new(VocabularyKey, model.Vocabulary.ToJson());
        if (model.Training is { } record)
            yield return new(TrainingKey, LanguageModelJson.WriteRecord(record));
        yield return new(ProbesKey, LanguageModelJson.WriteProbes(Probe.Ask(model)));
    }

    public static LanguageModel Load(string path, IReadOnlyList<Cell> cells) => Load(SafetensorsFile.Read(path), cells);

    public static LanguageModel Load(SafetensorsFile file, params IReadOnlyList<Cell> cells)
    {
        CheckKind(file, Kind);
        var (configuration, source) = (file.RequireMetadata(ConfigurationKey), $"{file.Name}: metadata '{ConfigurationKey}'");
        var options = LanguageModelJson.ReadOptions(configuration, source, cells);
        var weights = LanguageModelJson.ReadWeights(configuration, source);
        var vocabulary = ReadVocabulary(file);
        LanguageModelTensors.Check(file, options, vocabulary.Size, weights);
        file.RequireFinite();
        var model = weights == WeightFormat.Float32
            ? ReadParameters(file, options, vocabulary)
            : LanguageModel.CreateQuantized(vocabulary, options, LanguageModelTensors.Read(file, options, vocabulary.Size, weights));
        if (file.Metadata.TryGetValue(TrainingKey, out var record))
            model.Training = LanguageModelJson.ReadRecord(record, $"{file.Name}: metadata '{TrainingKey}'", vocabulary.Size);
        var probes = LanguageModelJson.ReadProbes(file.RequireMetadata(ProbesKey), $"{file.Name}: metadata '{ProbesKey}'");
        Probe.Check(model, probes, file.Name);
        return model;
    }

    private static LanguageModel ReadParameters(SafetensorsFile file, LanguageModelOptions options, Vocabulary vocabulary)
    {
        var model = LanguageModel.CreateEmpty(vocabulary, options);
        foreach (var parameter in model.Parameters)
        {
            file.Require(parameter.Name).CopyTo(parameter.Values);
            parameter.MarkChanged();
        }

        return model;
    }

    /// <summary>The vocabulary of a model's file.</summary>
    internal static Vocabulary ReadVocabulary(SafetensorsFile file)
    {
        try
        {
            return Vocabulary.FromJson(file.RequireMetadata(VocabularyKey), $"{file.Name}: metadata '{VocabularyKey}'");
        }
        catch (InvalidDataException failure)
        {
            // What stands in the file may be part of the message; it stays one line of a readable length.
            throw new InvalidDataException(SafetensorsFormat.OneLine(failure.Message, MaximumMessage), failure);
        }
    }

    /// <summary>Fails unless a file holds a model of Unroll of one kind, in the version this library reads.</summary>
    internal static void CheckKind(SafetensorsFile file, string wanted)
    {
        if (!file.Metadata.TryGetValue(FormatKey, out var format) || format != Format)
        {
            throw new InvalidDataException(
                $"{file.Name}: the file holds tensors and no Unroll model: metadata '{FormatKey}' is {(format is null ? "missing" : SafetensorsFormat.Quote(format))}; expected '{Format}'. Give a file that 'unroll train' or LanguageModel.Save wrote.");
        }

        var kind = file.RequireMetadata(KindKey);
        if (kind == CheckpointKind)
        {
            throw new InvalidDataException(
                $"{file.Name}: this is a checkpoint of a training run; expected a finished model. Go on with: unroll train {(wanted == Kind ? "text" : "classify")} --resume {file.Name}");
        }

        if (kind != wanted)
            throw new InvalidDataException($"{file.Name}: the file holds a model of kind {SafetensorsFormat.Quote(kind)}; expected '{wanted}'.");
        var version = file.RequireMetadata(VersionKey);
        if (version != Version)
        {
            throw new InvalidDataException(
                $"{file.Name}: the model is of file version {SafetensorsFormat.Quote(version)}; this program (Unroll {LanguageModel.LibraryVersion}) reads version {Version}. Use the version of Unroll that wrote it, or a newer one.");
        }
    }
}
