using Unroll.Data;
using Unroll.Models;

namespace Unroll.DependencyInjection.Tests;

/// <summary>A folder of its own with models in it; gone with the test.</summary>
internal sealed class ModelFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("unroll-di-");

    public string Path => folder.FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A classifier of texts with random weights, which differ by seed.</summary>
    public string TextClassifier(string name, ulong seed = 0)
    {
        var set = new SequenceSet("words", [.. "aah ooh aha oho haa hoo".Split(' ').Select(word => LabelledSequence.OfText(word, word.Contains('a') ? "a" : "o"))]);
        SequenceClassifier.Create(set, new() { HiddenSize = 8, EmbeddingSize = 4, Seed = seed }).Save(File(name));
        return File(name);
    }

    /// <summary>A classifier of series of two channels.</summary>
    public string SeriesClassifier(string name)
    {
        var set = new SequenceSet("series", [
            LabelledSequence.OfValues(new float[] { 1, 2, 3, 4 }, 2, "up"), LabelledSequence.OfValues(new float[] { 4, 3, 2, 1 }, 2, "down")]);
        SequenceClassifier.Create(set, new() { HiddenSize = 4 }).Save(File(name));
        return File(name);
    }

    public string LanguageModel(string name)
    {
        Models.LanguageModel.Create(new CharacterVocabulary("hello\n"), new() { HiddenSize = 8, EmbeddingSize = 4, Layers = 1 }).Save(File(name));
        return File(name);
    }

    /// <summary>A forecaster of a series with dates, and a column that is known ahead.</summary>
    public string Forecaster(string name, ForecasterOptions options)
    {
        var values = new float[2 * 40];
        for (var step = 0; step < 40; step++)
            (values[2 * step], values[(2 * step) + 1]) = (2 + MathF.Sin(step), step % 7);
        var set = new TimeSeriesSet(
            "sales", [new("sold"), new("weekday", ChannelRole.Known)], new(FrequencyUnit.Day), [TimeSeries.Of(values, 2, start: new DateTime(2024, 1, 1))]);
        Models.Forecaster.Create(TimeSplit.Of(set, 0, 0), options).Save(File(name));
        return File(name);
    }

    public void Dispose() => folder.Delete(recursive: true);
}
