using Microsoft.ML;
using Microsoft.ML.Data;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.MicrosoftML.Tests;

/// <summary>A step as a file.</summary>
public sealed class FileTests : IDisposable
{
    private readonly MLContext context = new(seed: 1);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("unroll-mlnet-");

    [Fact]
    public void What_is_read_says_what_was_written()
    {
        var data = context.Data.LoadFromEnumerable(Sentence.Made(60, seed: 1));
        var keyed = context.Transforms.Conversion.MapValueToKey("Mood").Fit(data).Transform(data);
        var step = context.SequenceClassifier(new()
        {
            Columns = new() { Input = "Text", Label = "Mood", Score = "Chances" },
            Model = new() { Tokens = TokenKind.Word, HiddenSize = 8, EmbeddingSize = 4 },
            Epochs = 2,
        }).Fit(keyed);

        step.Save(Of("step.zip"));
        var read = SequenceClassifierTransformer.Load(context, Of("step.zip"));

        Assert.Equal(step.Labels, read.Labels);
        Assert.Equal(step.Columns, read.Columns);
        Assert.Equal(54, read.Model.Training!.TrainingExamples);
        Assert.Equal(step.Transform(data).GetColumn<float[]>("Chances"), read.Transform(data).GetColumn<float[]>("Chances"));
        Assert.Equal(step.Transform(data).GetColumn<uint>("PredictedLabel"), read.Transform(data).GetColumn<uint>("PredictedLabel"));
        Assert.Equal(["step.zip"], folder.EnumerateFiles().Select(file => file.Name));
    }

    [Fact]
    public void Saving_with_mlnet_says_how_to_save()
    {
        var step = new SequenceClassifierTransformer(context, Model(), new() { Input = "Text" });

        var failure = Assert.Throws<NotSupportedException>(() => context.Model.Save(step, inputSchema: null, Of("pipeline.zip")));

        Assert.StartsWith("MLContext.Model.Save cannot write a step of Unroll: ML.NET reads back only steps of its own.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_file_is_refused_by_its_name()
    {
        File.WriteAllText(Of("text.zip"), "no archive");
        Model().Save(Of("model.safetensors"));
        using (var archive = System.IO.Compression.ZipFile.Open(Of("other.zip"), System.IO.Compression.ZipArchiveMode.Create))
            archive.CreateEntry("something");

        foreach (var name in new[] { "text.zip", "model.safetensors", "other.zip" })
            Assert.StartsWith(Of(name), Assert.Throws<InvalidDataException>(() => SequenceClassifierTransformer.Load(context, Of(name))).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => SequenceClassifierTransformer.Load(context, Of("none.zip")));
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static SequenceClassifier Model() =>
        SequenceClassifier.Create(new SequenceSet("words", [LabelledSequence.OfText("aah", "a"), LabelledSequence.OfText("ooh", "o")]), new() { HiddenSize = 4 });

    private string Of(string name) => Path.Combine(folder.FullName, name);
}
