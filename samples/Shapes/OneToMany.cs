using System.Text;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Models;
using Unroll.Tensors;

namespace Shapes;

/// <summary>One to many: given a language, writes a name letter by letter. What it is given is the state that it starts from, learned for each language.</summary>
internal static class OneToMany
{
    private const char End = '\n';
    private const int EmbeddingSize = 24;
    private const int HiddenSize = 96;
    private const int BatchSize = 64;
    private const int Updates = 600;
    private const int LongestName = 40;

    /// <summary>Trains and tries it.</summary>
    public static void Run(string? folder)
    {
        var names = NameList.Load(folder);
        var vocabulary = new CharacterVocabulary(End + string.Concat(names.Training.Concat(names.HeldOut).Select(name => name.Text)));
        var languages = new Embedding(names.Languages.Length, HiddenSize);
        var letters = new Embedding(vocabulary.Size, EmbeddingSize);
        var gru = new Recurrent(Cell.Gru, EmbeddingSize, HiddenSize);
        var head = new Linear(HiddenSize, vocabulary.Size);

        // Reads the end of no name and all letters, and says all letters and the end. A language's row [1, B, H] is the state before the first step.
        Tensor Loss(Tape tape, IReadOnlyList<Name> some)
        {
            var inputs = PaddedBatch.Of([.. some.Select(name => vocabulary.Encode(End + name.Text))]);
            var targets = PaddedBatch.Of([.. some.Select(name => vocabulary.Encode(name.Text + End))]);
            var start = new RecurrentState(languages.Forward(tape, [.. some.Select(name => name.Language)], 1, some.Count));
            var read = gru.Forward(tape, letters, inputs.Tokens, inputs.TimeSteps, inputs.BatchSize, start, inputs.Lengths);
            return tape.LinearSoftmaxCrossEntropy(read.Output, head.Weight, head.Bias, targets.Tokens, targets.Lengths);
        }

        var random = new CounterRandom(seed: 3);
        new Training(languages, letters, gru, head).Run(Updates, 5e-3f, tape =>
        {
            var some = new Name[BatchSize];
            for (var row = 0; row < BatchSize; row++)
                some[row] = names.Training[random.NextInt32(names.Training.Length)];
            return Loss(tape, some);
        });

        // The same held-out names with the language of another name show what knowing the language is worth.
        Name[] exchanged = [.. names.HeldOut.Select((name, index) => name with { Language = names.HeldOut[(index + (names.HeldOut.Length / 2)) % names.HeldOut.Length].Language })];
        Console.WriteLine($"held out: {Loss(new(recording: false), names.HeldOut).Scalar:F2} nats a letter; {Loss(new(recording: false), exchanged).Scalar:F2} when told another name's language");
        Console.WriteLine($"baseline: {LetterCounts(names, vocabulary):F2} by how often each language uses each letter");
        var writer = new Writer(vocabulary, languages, letters, gru.OpenStream(), head);
        HashSet<string> known = [.. names.Training.Select(name => name.Text)];
        foreach (var language in Enumerable.Range(0, names.Languages.Length))
        {
            var written = Enumerable.Range(0, 3).Select(number => writer.Write(language, (ulong)number)).Select(name => known.Contains(name) ? name + " (a known one)" : name);
            Console.WriteLine($"  {names.Languages[language]}: {string.Join(", ", written)}");
        }
    }

    /// <summary>The loss of naming each letter by its frequency in the language, with one more of each.</summary>
    private static double LetterCounts(NameList names, CharacterVocabulary vocabulary)
    {
        var counts = new double[names.Languages.Length][];
        for (var language = 0; language < counts.Length; language++)
            Array.Fill(counts[language] = new double[vocabulary.Size], 1);
        foreach (var name in names.Training)
        {
            foreach (var letter in vocabulary.Encode(name.Text + End))
                counts[name.Language][letter]++;
        }

        return names.HeldOut.SelectMany(name => vocabulary.Encode(name.Text + End).Select(letter => -Math.Log(counts[name.Language][letter] / counts[name.Language].Sum()))).Average();
    }

    /// <summary>Writes one name at a time on a stream.</summary>
    private sealed class Writer(CharacterVocabulary vocabulary, Embedding languages, Embedding letters, RecurrentStream stream, Linear head)
    {
        public string Write(int language, ulong seed)
        {
            stream.SetState(new(languages.Forward(new(recording: false), [language], 1, 1)));
            var sampler = new TokenSampler(vocabulary.Size, new GenerateOptions { Temperature = 0.6f, Seed = seed });
            var (scores, name, letter) = (new float[vocabulary.Size], new StringBuilder(), vocabulary.Encode([End])[0]);
            while (name.Length < LongestName)
            {
                head.Step(stream.Step(letters.Weight.Values.Slice(letter * EmbeddingSize, EmbeddingSize)), scores);
                letter = sampler.Next(scores);
                var text = vocabulary.Decode([letter]);
                if (text[0] == End)
                    break;
                name.Append(text);
            }

            return name.ToString();
        }
    }
}
