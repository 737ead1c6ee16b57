using Unroll.Data;

namespace Unroll.Models;

/// <summary>How the sequences of a classifier become what its network reads: tokens of a vocabulary, or channels brought to one scale. Immutable.</summary>
internal sealed class SequenceEncoder
{
    private SequenceEncoder(Vocabulary? vocabulary, SeriesScaler? scaler)
    {
        Vocabulary = vocabulary;
        Scaler = scaler;
    }

    /// <summary>What the tokens mean, or null for series.</summary>
    public Vocabulary? Vocabulary { get; }

    /// <summary>How channels are scaled, or null for texts.</summary>
    public SeriesScaler? Scaler { get; }

    /// <summary>How many vectors a table of tokens needs: a vocabulary without a token for what it does not know gets one more.</summary>
    public int TokenCount => Vocabulary is null ? 0 : Vocabulary.Size + (Vocabulary is WordVocabulary ? 0 : 1);

    /// <summary>What stands for everything outside the vocabulary.</summary>
    public int UnknownToken => Vocabulary is null or WordVocabulary ? 0 : Vocabulary.Size;

    public static SequenceEncoder Of(Vocabulary vocabulary) => new(vocabulary, null);

    public static SequenceEncoder Of(SeriesScaler scaler) => new(null, scaler);

    /// <summary>What a training part needs: all characters that occur twice, all bytes, its most frequent words, or pairs of bytes; or its scale.</summary>
    public static SequenceEncoder Fit(SequenceSet training, SequenceClassifierOptions options)
    {
        if (!training.IsText)
            return Of(SeriesScaler.Fit(training));
        return Of(options.Tokens switch
        {
            TokenKind.Byte => new ByteVocabulary(),
            TokenKind.Word when training.IsPerStep => WordVocabulary.FromWords(training.Items.SelectMany(item => item.Tokens!), options.MaximumWords),
            TokenKind.Word => WordVocabulary.FromText(string.Join('\n', training.Items.Select(item => item.Text)), options.MaximumWords),
            TokenKind.BytePair => BytePairs(training, options.BytePairMerges),
            _ => Characters(training),
        });
    }

    /// <summary>What the network reads of a sequence.</summary>
    /// <exception cref="InvalidDataException">The sequence is of another kind, or no valid Unicode.</exception>
    public (int[] Tokens, float[] Values, int TimeSteps) Encode(LabelledSequence sequence)
    {
        if (Vocabulary is { } vocabulary)
        {
            if (sequence.Text is null)
                throw new InvalidDataException($"{sequence.Source}: the sequence has {sequence.Channels} channels; this model classifies texts.");
            if (sequence.Tokens is { } words && vocabulary is WordVocabulary known)
                return ([.. words.Select(known.NumberOf)], [], words.Count);
            var problem = vocabulary.Encode(sequence.Text, UnknownToken, out var tokens);
            return problem is null ? (tokens, [], tokens.Length) : throw new InvalidDataException($"{sequence.Source}: {problem}");
        }

        if (sequence.Channels != Scaler!.Channels)
        {
            var given = sequence.Text is null ? $"the sequence has {sequence.Channels} channels" : "the sequence is a text";
            throw new InvalidDataException($"{sequence.Source}: {given}; this model classifies series of {Scaler.Channels} channels.");
        }

        var values = new float[sequence.Values.Length];
        Scaler.Apply(sequence.Values.Span, values);
        return ([], values, sequence.TimeSteps);
    }

    private static BytePairVocabulary BytePairs(SequenceSet training, int merges)
    {
        try
        {
            return BytePairVocabulary.Learn(training.Items.Select(item => item.Text!), merges);
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException($"{training.Name}: {failure.Message}", failure);
        }
    }

    /// <summary>Characters that occur only once say nothing of others, and teach what to make of unknown ones.</summary>
    private static CharacterVocabulary Characters(SequenceSet training)
    {
        var text = string.Concat(training.Items.Select(item => item.Text));
        try
        {
            // Checks that all of it is Unicode.
            var all = new CharacterVocabulary(text);
            var counts = new Dictionary<int, int>();
            foreach (var character in text.EnumerateRunes())
                counts[character.Value] = counts.GetValueOrDefault(character.Value) + 1;
            var frequent = string.Concat(all.Characters.Where(character => counts[character.Value] > 1));
            return frequent.Length == 0 ? all : new(frequent);
        }
        catch (ArgumentException failure)
        {
            throw new InvalidDataException($"{training.Name}: {failure.Message}", failure);
        }
    }
}
