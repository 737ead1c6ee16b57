using Unroll.Cells;
using Unroll.Data;
using Unroll.Files;
using Unroll.Models;
using Unroll.Tensors;
using Unroll.Tests.Files;

namespace Unroll.Tests.Models;

/// <summary>Wrong model files: every one ends in one exception of one line, quickly, without much memory; what is accepted saves again.</summary>
public sealed class HostileModelTests(ITestOutputHelper output)
{
    /// <summary>A model does more for each file than the reader below it; it gets its share of the mutations.</summary>
    private const int ShareOfMutations = 10;

    /// <summary>The model's objects, a session for the probes, texts of the metadata as strings and JSON documents.</summary>
    private const long Allowance = 512 << 10;

    [Theory]
    [InlineData("char", WeightFormat.Float32)]
    [InlineData("word", WeightFormat.Float32)]
    [InlineData("char", WeightFormat.BFloat16)]
    [InlineData("word", WeightFormat.Int8)]
    public void Mutations_are_refused_with_one_line_or_save_again_bit_for_bit(string kind, WeightFormat weights)
    {
        var probe = new LoaderProbe<LanguageModel>(
            bytes => LanguageModelFile.Load(SafetensorsFile.Read(bytes, "model.safetensors")),
            model => LanguageModelFile.Write(model, "model.safetensors").ToArray(),
            Allowance);
        var valid = Valid(kind, weights);
        output.WriteLine($"{LoaderProbe.SeedVariable}={LoaderProbe.Seed}");
        probe.Mutate(valid, LoaderProbe.Count / ShareOfMutations / 2, LoaderProbe.Seed);
        output.WriteLine($"{probe.Accepted} accepted, {probe.Refused} refused");
        Assert.True(probe.Refused > probe.Accepted);
        Assert.True(probe.Try(valid, () => "the valid file"));
    }

    private static byte[] Valid(string kind, WeightFormat weights)
    {
        Vocabulary vocabulary = kind == "word" ? WordVocabulary.FromText(SmallModels.Text) : new CharacterVocabulary(SmallModels.Text);
        var model = LanguageModel.Create(vocabulary, new() { Cell = Cell.Gru, HiddenSize = 4, Layers = 1, EmbeddingSize = 3 });
        model.Training = new() { Text = "text.txt", Updates = 3, ValidationLoss = 2.5, TokenCounts = new long[vocabulary.Size] };
        return LanguageModelFile.Write(weights == WeightFormat.Float32 ? model : model.Quantize(weights), "model.safetensors").ToArray();
    }
}
