using System.Globalization;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Models;
using Unroll.Tensors;

namespace Shapes;

/// <summary>
/// Many to many with different lengths: one network reads a date as some culture writes it, and its last state is where a second one starts that writes it
/// as ISO 8601. The decoder reads what it has written; while learning, what it should have.
/// </summary>
internal static class EncoderDecoder
{
    private const char Start = '>';
    private const int EmbeddingSize = 32;
    private const int HiddenSize = 128;
    private const int BatchSize = 64;
    private const int Updates = 1100;
    private const int HeldOutCount = 1000;
    private const int IsoLength = 10;

    private static readonly DateTime first = new(1900, 1, 1);
    private static readonly int days = (new DateTime(2100, 1, 1) - first).Days;

    private static readonly CultureInfo[] cultures =
    [
        .. new[] { "cs-CZ", "da-DK", "de-DE", "en-GB", "en-US", "es-ES", "fi-FI", "fr-FR", "hu-HU", "it-IT", "lt-LT", "nl-NL", "pl-PL", "pt-PT", "sv-SE", "tr-TR" }
            .Select(CultureInfo.GetCultureInfo),
    ];

    /// <summary>Trains and tries it.</summary>
    public static void Run()
    {
        Console.WriteLine($"dates of two centuries as {cultures.Length} cultures write them, such as '{Written(new(2024, 3, 7), cultures[0])}' and '{Written(new(2024, 3, 7), cultures[8])}'; one day in ten is held out");
        var vocabulary = new CharacterVocabulary(string.Concat(cultures.SelectMany(culture => Enumerable.Range(0, 366).Select(day => Written(first.AddDays(day), culture)))) + "-0123456789" + Start);
        var (letters, signs) = (new Embedding(vocabulary.Size, EmbeddingSize), new Embedding(vocabulary.Size, EmbeddingSize));
        var (encoder, decoder) = (new Recurrent(Cell.Gru, EmbeddingSize, HiddenSize), new Recurrent(Cell.Gru, EmbeddingSize, HiddenSize));
        var head = new Linear(HiddenSize, vocabulary.Size);

        RecurrentState Read(Tape tape, IEnumerable<Question> some)
        {
            var batch = PaddedBatch.Of([.. some.Select(question => vocabulary.Encode(question.Text))]);
            return encoder.Forward(tape, letters, batch.Tokens, batch.TimeSteps, batch.BatchSize, lengths: batch.Lengths).FinalState;
        }

        var random = new CounterRandom(seed: 3);
        new Training(letters, signs, encoder, decoder, head).Run(Updates, 5e-3f, tape =>
        {
            var some = new Question[BatchSize];
            foreach (ref var question in some.AsSpan())
                question = Question.Draw(ref random, heldOut: false);
            var given = PaddedBatch.Of([.. some.Select(question => vocabulary.Encode(Start + question.Iso[..^1]))]);
            var right = PaddedBatch.Of([.. some.Select(question => vocabulary.Encode(question.Iso))]);
            var written = decoder.Forward(tape, signs, given.Tokens, given.TimeSteps, BatchSize, Read(tape, some));
            return tape.LinearSoftmaxCrossEntropy(written.Output, head.Weight, head.Bias, right.Tokens);
        });

        // Answers, a character of all dates at a time: the likeliest is the decoder's next input.
        string[] Answers(IReadOnlyList<Question> some)
        {
            var state = decoder.CreateState(some.Count);
            state.CopyFrom(Read(new(recording: false), some));
            var last = Enumerable.Repeat(vocabulary.Encode([Start])[0], some.Count).ToArray();
            var answers = new string[some.Count];
            var tape = new Tape(recording: false);
            for (var step = 0; step < IsoLength; step++)
            {
                tape.Reset();
                var output = decoder.Forward(tape, signs, last, 1, some.Count, state);
                output.CopyFinalTo(state);
                var scores = head.Forward(tape, output.Output).Values;
                for (var row = 0; row < some.Count; row++)
                {
                    last[row] = TokenSampler.Likeliest(scores.Slice(row * vocabulary.Size, vocabulary.Size));
                    answers[row] += vocabulary.Decode([last[row]]);
                }
            }

            return answers;
        }

        var test = new CounterRandom(seed: 4);
        var questions = new Question[HeldOutCount];
        foreach (ref var question in questions.AsSpan())
            question = Question.Draw(ref test, heldOut: true);
        var answers = Answers(questions);
        Console.WriteLine($"held out: {questions.Zip(answers).Count(pair => pair.First.Iso == pair.Second) / (double)HeldOutCount:P1} of the dates right, all ten characters");
        Console.WriteLine($"baseline: {questions.Count(question => question.Iso == Parsed(question.Text)) / (double)HeldOutCount:P1} by DateTime.TryParse, which does not know the culture either");
        foreach (var (question, answer) in questions.Zip(answers).Take(5))
            Console.WriteLine($"  {question.Text} → {answer}{(question.Iso == answer ? "" : $", and it is {question.Iso}")}");
    }

    private static string Written(DateTime date, CultureInfo culture) => date.ToString("D", culture).ToLowerInvariant();

    private static string? Parsed(string text) =>
        DateTime.TryParse(text, CultureInfo.InvariantCulture, out var date) ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : null;

    /// <summary>A date as a culture writes it, and as ISO 8601 has it.</summary>
    private readonly record struct Question(string Text, string Iso)
    {
        /// <summary>Every tenth day is held out, in all cultures.</summary>
        public static Question Draw(ref CounterRandom random, bool heldOut)
        {
            int day;
            do
                day = random.NextInt32(days);
            while ((day % 10 == 0) != heldOut);
            var date = first.AddDays(day);
            return new(Written(date, cultures[random.NextInt32(cultures.Length)]), date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
    }
}
