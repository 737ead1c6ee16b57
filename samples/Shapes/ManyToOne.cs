using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Models;
using Unroll.Tensors;

namespace Shapes;

/// <summary>Many to one: reads a name letter by letter and says at the end which language it is of.</summary>
internal static class ManyToOne
{
    private const int EmbeddingSize = 24;
    private const int HiddenSize = 64;
    private const int BatchSize = 64;
    private const int Updates = 600;

    /// <summary>Trains and tries it.</summary>
    public static void Run(string? folder)
    {
        var names = NameList.Load(folder);
        var vocabulary = new CharacterVocabulary(string.Concat(names.Training.Concat(names.HeldOut).Select(name => name.Text)));
        var letters = new Embedding(vocabulary.Size, EmbeddingSize);
        var gru = new Recurrent(Cell.Gru, EmbeddingSize, HiddenSize, new() { Bidirectional = true });
        var head = new Linear(gru.OutputSize, names.Languages.Length);

        // Names of mixed length in one batch: each row's answer is made of the state after its own last letter, [B, 2·H].
        Tensor Scores(Tape tape, IReadOnlyList<Name> some)
        {
            var batch = PaddedBatch.Of([.. some.Select(name => vocabulary.Encode(name.Text))]);
            var read = gru.Forward(tape, letters, batch.Tokens, batch.TimeSteps, batch.BatchSize, lengths: batch.Lengths);
            return head.Forward(tape, gru.FinalTop(tape, read));
        }

        var random = new CounterRandom(seed: 3);
        new Training(letters, gru, head).Run(Updates, 5e-3f, tape =>
        {
            var some = new Name[BatchSize];
            for (var row = 0; row < BatchSize; row++)
                some[row] = names.Training[random.NextInt32(names.Training.Length)];
            return tape.CrossEntropy(Scores(tape, some), [.. some.Select(name => name.Language)]);
        });

        var scores = Scores(new(recording: false), names.HeldOut);
        var right = 0;
        for (var row = 0; row < names.HeldOut.Length; row++)
            right += TokenSampler.Likeliest(scores.Values.Slice(row * names.Languages.Length, names.Languages.Length)) == names.HeldOut[row].Language ? 1 : 0;

        var frequent = names.Training.CountBy(name => name.Language).MaxBy(pair => pair.Value).Key;
        Console.WriteLine($"held out: {(double)right / names.HeldOut.Length:P1} right");
        Console.WriteLine($"baseline: {LetterCounts(names, vocabulary):P1} by how often each language uses each letter, whatever their order; {names.HeldOut.Count(name => name.Language == frequent) / (double)names.HeldOut.Length:P1} always {names.Languages[frequent]}");
        foreach (var name in names.HeldOut.Take(5))
        {
            var answer = TokenSampler.Likeliest(Scores(new(recording: false), [name]).Values);
            Console.WriteLine($"  {name.Text}: {names.Languages[answer]}{(answer == name.Language ? "" : $", and it is {names.Languages[name.Language]}")}");
        }
    }

    /// <summary>The share that naive Bayes gets right: the language in which these letters are likeliest, each letter on its own.</summary>
    private static double LetterCounts(NameList names, CharacterVocabulary vocabulary)
    {
        var (languages, size) = (names.Languages.Length, vocabulary.Size);
        var (counts, totals) = (new double[languages, size], new double[languages]);
        foreach (var name in names.Training)
        {
            foreach (var letter in vocabulary.Encode(name.Text))
                counts[name.Language, letter]++;
            totals[name.Language]++;
        }

        var letterTotals = Enumerable.Range(0, languages).Select(language => Enumerable.Range(0, size).Sum(letter => counts[language, letter])).ToArray();
        return names.HeldOut.Count(name =>
        {
            var text = vocabulary.Encode(name.Text);
            var best = Enumerable.Range(0, languages).MaxBy(language =>
                Math.Log(totals[language]) + text.Sum(letter => Math.Log((counts[language, letter] + 1) / (letterTotals[language] + size))));
            return best == name.Language;
        }) / (double)names.HeldOut.Length;
    }
}
