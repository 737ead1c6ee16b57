using Unroll.Cells;
using Unroll.Files;

namespace Unroll.Models;

/// <summary>
/// A forecaster as a safetensors file, laid out as that of a language model: parameters under PyTorch's names, everything else as text in the metadata. Nothing is
/// allocated for a model before the shapes in the file were compared with the configuration it declares.
/// </summary>
internal static class ForecasterFile
{
    public const string Kind = "forecaster";
    public const string SeriesKey = "series";
    public const string IntervalsKey = "intervals";

    /// <summary>The file, not yet written anywhere.</summary>
    public static SafetensorsWriter Write(Forecaster model, string name)
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

    public static Forecaster Load(string path, IReadOnlyList<Cell> cells) => Load(SafetensorsFile.Read(path), cells);

    public static Forecaster Load(SafetensorsFile file, params IReadOnlyList<Cell> cells)
    {
        LanguageModelFile.CheckKind(file, Kind);
        var options = ForecasterJson.ReadOptions(Metadata(LanguageModelFile.ConfigurationKey), Source(LanguageModelFile.ConfigurationKey), cells);
        var encoder = ForecasterJson.ReadSeries(Metadata(SeriesKey), Source(SeriesKey), options);
        CheckTensors(file, encoder);
        file.RequireFinite();
        var model = Forecaster.CreateEmpty(encoder);
        foreach (var parameter in model.Parameters)
        {
            file.Require(parameter.Name).CopyTo(parameter.Values);
            parameter.MarkChanged();
        }

        if (file.Metadata.TryGetValue(IntervalsKey, out var intervals))
            model.Calibration = ForecasterJson.ReadIntervals(intervals, Source(IntervalsKey), encoder);
        if (file.Metadata.TryGetValue(LanguageModelFile.TrainingKey, out var record))
            model.Training = ForecasterJson.ReadRecord(record, Source(LanguageModelFile.TrainingKey));
        ForecasterProbe.Check(model, ForecasterJson.ReadProbes(Metadata(LanguageModelFile.ProbesKey), Source(LanguageModelFile.ProbesKey)), file.Name);
        return model;

        string Metadata(string key) => file.RequireMetadata(key);
        string Source(string key) => $"{file.Name}: metadata '{key}'";
    }

    private static IEnumerable<KeyValuePair<string, string>> Describe(Forecaster model)
    {
        yield return new(LanguageModelFile.FormatKey, LanguageModelFile.Format);
        yield return new(LanguageModelFile.KindKey, Kind);
        yield return new(LanguageModelFile.VersionKey, LanguageModelFile.Version);
        yield return new(LanguageModelFile.ConfigurationKey, ForecasterJson.WriteOptions(model.Options));
        yield return new(SeriesKey, ForecasterJson.WriteSeries(model.Encoder));
        if (model.Calibration is { } calibration)
            yield return new(IntervalsKey, ForecasterJson.WriteIntervals(calibration));
        if (model.Training is { } record)
            yield return new(LanguageModelFile.TrainingKey, ForecasterJson.WriteRecord(record));
        yield return new(LanguageModelFile.ProbesKey, ForecasterJson.WriteProbes(ForecasterProbe.Ask(model)));
    }

    private static void CheckTensors(SafetensorsFile file, ForecastEncoder encoder)
    {
        var owner = $"this {encoder.Options.Cell.Name} forecaster";
        var expected = ForecastNetwork.ShapesOf(encoder);
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
        throw new InvalidDataException($"{file.Name}: the tensor {SafetensorsFormat.Quote(extra.Name)} is not part of {owner}; expected {expected.Count} tensors, found {file.Tensors.Count}.");
    }
}
