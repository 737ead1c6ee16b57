using Unroll.Cells;
using Unroll.Files;

namespace Unroll.Models;

/// <summary>
/// A classifier as a safetensors file, laid out as that of a language model: parameters under PyTorch's names, everything else as text in the metadata. Nothing is
/// allocated for a model before the shapes in the file were compared with the configuration it declares.
/// </summary>
internal static class ClassifierFile
{
    public const string Kind = "classifier";
    public const string LabelsKey = "labels";
    public const string ScalerKey = "scaler";

    public static void Save(SequenceClassifier model, string path) => Write(model, path).Save(path);

    /// <summary>The file, not yet written anywhere.</summary>
    public static SafetensorsWriter Write(SequenceClassifier model, string name)
    {
        var writer = new SafetensorsWriter();
        foreach (var parameter in model.Parameters)
        {
            if (!((ReadOnlySpan<float>)parameter.Values).AreFinite())
                throw new InvalidOperationException($"{name}: the weights '{parameter.Name}' are not all finite numbers; a model that diverged is not saved.");
            writer.Add(parameter.Name, parameter.Shape, parameter.Values);
        }

        foreach (var (key, text) in Describe(model))
            writer.Metadata[key] = text;
        return writer;
    }

    /// <summary>The metadata of a model.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Describe(SequenceClassifier model)
    {
        yield return new(LanguageModelFile.FormatKey, LanguageModelFile.Format);
        yield return new(LanguageModelFile.KindKey, Kind);
        yield return new(LanguageModelFile.VersionKey, LanguageModelFile.Version);
        yield return new(LanguageModelFile.ConfigurationKey, ClassifierJson.WriteOptions(model.Options, model.Temperature));
        yield return new(LabelsKey, ClassifierJson.WriteLabels(model.Labels));
        yield return model.Vocabulary is { } vocabulary
            ? new(LanguageModelFile.VocabularyKey, vocabulary.ToJson())
            : new(ScalerKey, ClassifierJson.WriteScaler(model.Scaler!));
        if (model.Training is { } record)
            yield return new(LanguageModelFile.TrainingKey, ClassifierJson.WriteRecord(record));
        yield return new(LanguageModelFile.ProbesKey, ClassifierJson.WriteProbes(ClassifierProbe.Ask(model)));
    }

    public static SequenceClassifier Load(string path, IReadOnlyList<Cell> cells) => Load(SafetensorsFile.Read(path), cells);

    public static SequenceClassifier Load(SafetensorsFile file, params IReadOnlyList<Cell> cells)
    {
        LanguageModelFile.CheckKind(file, Kind);
        var (options, temperature) = ClassifierJson.ReadOptions(Metadata(LanguageModelFile.ConfigurationKey), Source(LanguageModelFile.ConfigurationKey), cells);
        var labels = ClassifierJson.ReadLabels(Metadata(LabelsKey), Source(LabelsKey));
        var encoder = ReadEncoder(file);
        CheckTensors(file, options, encoder, labels.Count);
        file.RequireFinite();
        var model = SequenceClassifier.CreateEmpty(labels, encoder, options);
        model.Temperature = temperature;
        foreach (var parameter in model.Parameters)
        {
            file.Require(parameter.Name).CopyTo(parameter.Values);
            parameter.MarkChanged();
        }

        if (file.Metadata.TryGetValue(LanguageModelFile.TrainingKey, out var record))
            model.Training = ClassifierJson.ReadRecord(record, Source(LanguageModelFile.TrainingKey), labels.Count);
        ClassifierProbe.Check(model, ClassifierJson.ReadProbes(Metadata(LanguageModelFile.ProbesKey), Source(LanguageModelFile.ProbesKey)), file.Name);
        return model;

        string Metadata(string key) => file.RequireMetadata(key);
        string Source(string key) => $"{file.Name}: metadata '{key}'";
    }

    private static SequenceEncoder ReadEncoder(SafetensorsFile file)
    {
        if (file.Metadata.TryGetValue(ScalerKey, out var scaler))
            return SequenceEncoder.Of(ClassifierJson.ReadScaler(scaler, $"{file.Name}: metadata '{ScalerKey}'"));
        return SequenceEncoder.Of(LanguageModelFile.ReadVocabulary(file));
    }

    private static void CheckTensors(SafetensorsFile file, SequenceClassifierOptions options, SequenceEncoder encoder, int labels)
    {
        var owner = $"this {options.Cell.Name} classifier";
        var expected = ClassifierNetwork.ShapesOf(options, encoder, labels);
        foreach (var (name, sizes, formula) in expected)
        {
            if (sizes.Aggregate(1L, (product, size) => product * size) > int.MaxValue)
                throw new InvalidDataException($"{file.Name}: metadata '{LanguageModelFile.ConfigurationKey}' asks for a tensor '{name}' of [{string.Join(", ", sizes)}]; one tensor holds at most {int.MaxValue} values.");
            file.Require(name, new([.. sizes.Select(size => (int)size)]), owner, formula);
        }

        if (file.Tensors.Count == expected.Count)
            return;
        var names = expected.Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        var extra = file.Tensors.First(tensor => !names.Contains(tensor.Name));
        throw new InvalidDataException(
            $"{file.Name}: the tensor {SafetensorsFormat.Quote(extra.Name)} is not part of {owner} of {options.Layers} layers; expected {expected.Count} tensors, found {file.Tensors.Count}.");
    }
}
