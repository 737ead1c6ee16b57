using Unroll.Cells;
using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Cli.Runs;

/// <summary>What a network answers to one letter.</summary>
/// <param name="Input">The letter that it reads.</param>
/// <param name="Target">The letter that comes next in the word.</param>
/// <param name="Scores">A score for each letter of the vocabulary.</param>
internal sealed record HelloStep(char Input, char Target, float[] Scores);

/// <summary>A network that learns to say e, l, l, o while it reads h, e, l, l.</summary>
internal sealed class HelloLesson
{
    /// <summary>What is learned.</summary>
    public const string Word = "hello";

    /// <summary>Adam's updates; every cell of the library has learned the word long before.</summary>
    public const int Updates = 300;

    /// <summary>The units of the state.</summary>
    public const int HiddenSize = 8;

    private const int EmbeddingSize = 4;
    private const float LearningRate = 0.03f;

    private readonly LanguageModel model;

    /// <summary>An untrained network.</summary>
    public HelloLesson(Cell cell, ulong seed) => model = LanguageModel.Create(
        new CharacterVocabulary(Word), new() { Cell = cell, HiddenSize = HiddenSize, Layers = 1, EmbeddingSize = EmbeddingSize, Seed = seed });

    /// <summary>The four letters, in the order of the scores.</summary>
    public string Letters => string.Concat(((CharacterVocabulary)model.Vocabulary).Characters);

    /// <summary>The values that are learned.</summary>
    public long ParameterCount => model.ParameterCount;

    /// <summary>Reads the word but its last letter, from the first on.</summary>
    /// <param name="forgets">Whether it starts from an empty state at each letter.</param>
    public IReadOnlyList<HelloStep> Read(bool forgets = false)
    {
        var session = model.OpenSession();
        var steps = new List<HelloStep>();
        for (var t = 0; t < Word.Length - 1; t++)
        {
            var scores = new float[model.Vocabulary.Size];
            if (forgets)
                session.Reset();
            session.Step(model.Vocabulary.Encode(Word.AsSpan(t, 1))[0], scores);
            steps.Add(new(Word[t], Word[t + 1], scores));
        }

        return steps;
    }

    /// <summary>Trains it.</summary>
    /// <param name="seen">Told the loss before each update, from the first, and after the last.</param>
    public void Train(Action<int, float> seen)
    {
        var tokens = model.Vocabulary.Encode(Word);
        var window = new TokenWindow(Word.Length - 1, 1, tokens.AsSpan(..^1), tokens.AsSpan(1..));
        var (tape, optimizer, state) = (new Tape(), new Adam(LearningRate), model.CreateState(1));
        for (var update = 0; update <= Updates; update++)
        {
            tape.Reset();
            state.Clear();
            var loss = model.Loss(tape, window, state, new TrainingStep(IsTraining: true, model.Options.Seed, update));
            seen(update, loss.Scalar);
            if (update == Updates)
                break;
            foreach (var parameter in model.Parameters)
                parameter.ClearGradient();
            tape.Backward(loss);
            optimizer.Step(model.Parameters);
        }
    }
}
