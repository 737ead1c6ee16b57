using Unroll.Cells;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Tests.Models;

/// <summary>Language models small enough for a test to make many.</summary>
internal static class SmallModels
{
    public const string Text = "the quick brown fox jumps over the lazy dog.\nPack my box with five dozen liquor jugs!\n";

    public static readonly TheoryData<Cell> Cells = [Cell.Lstm, Cell.Gru, Cell.RnnTanh, Cell.RnnRelu];

    public static LanguageModelOptions Options(Cell? cell = null) =>
        new() { Cell = cell ?? Cell.Lstm, HiddenSize = 12, Layers = 2, EmbeddingSize = 5, Dropout = 0.1f, Seed = 3 };

    public static LanguageModel Create(Cell? cell = null) => LanguageModel.Create(new CharacterVocabulary(Text), Options(cell));

    public static float[] Logits(LanguageModel model, string text)
    {
        var session = model.OpenSession();
        var logits = new float[model.Vocabulary.Size];
        foreach (var token in model.Vocabulary.Encode(text))
            session.Step(token, logits);
        return logits;
    }
}
