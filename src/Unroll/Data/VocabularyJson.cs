using System.Text.Json;

namespace Unroll.Data;

/// <summary>Reads a vocabulary that may come from anywhere: every fault is an <see cref="InvalidDataException"/> that names the source.</summary>
internal static class VocabularyJson
{
    public static Vocabulary Read(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var fields = ReadFields(ref reader, source);
            if (reader.Read())
                throw Fault(source, "something follows the object");
            return Build(fields, source);
        }
        catch (JsonException exception)
        {
            throw Fault(source, $"no valid JSON ({exception.Message})", exception);
        }
        catch (InvalidOperationException exception)
        {
            // What GetString throws for a lone surrogate or broken UTF-8.
            throw Fault(source, $"text that is no valid Unicode ({exception.Message})", exception);
        }
        catch (ArgumentException exception)
        {
            throw Fault(source, exception.Message, exception);
        }
    }

    private static Fields ReadFields(ref Utf8JsonReader reader, string source)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw Fault(source, "a vocabulary is a JSON object");
        var fields = new Fields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "kind" when fields.Kind is null:
                    fields.Kind = Text(ref reader, name, source);
                    break;
                case "characters" when fields.Characters is null:
                    fields.Characters = Text(ref reader, name, source);
                    break;
                case "splitting" when fields.Splitting is null:
                    fields.Splitting = Text(ref reader, name, source);
                    break;
                case "words" when fields.Words is null:
                    fields.Words = Texts(ref reader, name, source);
                    break;
                case "merges" when fields.Merges is null:
                    fields.Merges = Numbers(ref reader, name, source);
                    break;
                default:
                    throw Fault(source, $"'{name}' is unknown or appears twice");
            }
        }

        return fields;
    }

    private static Vocabulary Build(Fields fields, string source) => fields switch
    {
        { Kind: ByteVocabulary.KindName, Characters: null, Words: null, Splitting: null, Merges: null } => new ByteVocabulary(),
        { Kind: CharacterVocabulary.KindName, Characters: { } characters, Words: null, Splitting: null, Merges: null } =>
            InOrder(characters, source),
        { Kind: WordVocabulary.KindName, Words: { } words, Characters: null, Merges: null } => new WordVocabulary(words, Splitting(fields.Splitting, source)),
        { Kind: BytePairVocabulary.KindName, Merges: { } merges, Characters: null, Words: null, Splitting: null } => new BytePairVocabulary(Pairs(merges, source)),
        _ => throw Fault(source, $"kind '{fields.Kind ?? "(none)"}' with these fields; expected char with characters, word with words, byte-pair with merges, or byte"),
    };

    private static CharacterVocabulary InOrder(string characters, string source)
    {
        var vocabulary = new CharacterVocabulary(characters);
        if (vocabulary.Text != characters)
            throw Fault(source, "its characters are not in the order of their code points, each once");
        return vocabulary;
    }

    private static WordSplitting Splitting(string? name, string source) => name switch
    {
        null or "punctuation" => WordSplitting.Punctuation,
        "whitespace" => WordSplitting.Whitespace,
        _ => throw Fault(source, $"splitting '{name}'; expected punctuation or whitespace"),
    };

    private static string Text(ref Utf8JsonReader reader, string name, string source)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw Fault(source, $"'{name}' is no text");
        return reader.GetString()!;
    }

    private static List<string> Texts(ref Utf8JsonReader reader, string name, string source)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Fault(source, $"'{name}' is no array");
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (texts.Count == Vocabulary.MaximumSize)
                throw Fault(source, $"'{name}' has more than {Vocabulary.MaximumSize} entries");
            texts.Add(Text(ref reader, name, source));
        }

        return texts;
    }

    private static List<int> Numbers(ref Utf8JsonReader reader, string name, string source)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw Fault(source, $"'{name}' is no array");
        var numbers = new List<int>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (numbers.Count == 2 * Vocabulary.MaximumSize)
                throw Fault(source, $"'{name}' has more than {2 * Vocabulary.MaximumSize} entries");
            numbers.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var number) ? number : throw Fault(source, $"an entry of '{name}' is no whole number"));
        }

        return numbers;
    }

    private static (int, int)[] Pairs(List<int> merges, string source) => merges.Count % 2 == 0
        ? [.. merges.Chunk(2).Select(pair => (pair[0], pair[1]))]
        : throw Fault(source, $"'merges' has {merges.Count} entries; expected two for each merge");

    private static InvalidDataException Fault(string source, string problem, Exception? inner = null) =>
        new($"{source}: not a vocabulary: {problem}.", inner);

    private sealed class Fields
    {
        public string? Kind { get; set; }

        public string? Characters { get; set; }

        public string? Splitting { get; set; }

        public List<string>? Words { get; set; }

        public List<int>? Merges { get; set; }
    }
}
