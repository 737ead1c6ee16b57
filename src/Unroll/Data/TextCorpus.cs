namespace Unroll.Data;

/// <summary>A text as tokens, with the vocabulary they belong to. Immutable.</summary>
public sealed class TextCorpus
{
    private readonly ReadOnlyMemory<int> tokens;

    // Only where tokens do not tell what they stood for (words): the text and where each token ends in it.
    private readonly string? source;
    private readonly ReadOnlyMemory<int> ends;

    private TextCorpus(string name, Vocabulary vocabulary, ReadOnlyMemory<int> tokens, string? source, ReadOnlyMemory<int> ends, int sourceStart)
    {
        Name = name;
        Vocabulary = vocabulary;
        this.tokens = tokens;
        this.source = source;
        this.ends = ends;
        (CharacterCount, ByteCount) = source is null
            ? vocabulary.Measure(tokens.Span)
            : TextSize.Of(source.AsSpan()[sourceStart..(ends.IsEmpty ? sourceStart : ends.Span[^1])]);
    }

    /// <summary>What the tokens mean.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The tokens, each 0 to the size of the vocabulary − 1.</summary>
    public ReadOnlyMemory<int> Tokens => tokens;

    /// <summary>How many characters (Unicode scalar values) the tokens stand for.</summary>
    public long CharacterCount { get; }

    /// <summary>How many bytes of UTF-8 the tokens stand for.</summary>
    public long ByteCount { get; }

    /// <summary>Where the text comes from, for messages: the name of its file or folder.</summary>
    public string Name { get; }

    /// <summary>The files of a folder that were left out because they are not text in UTF-8.</summary>
    public IReadOnlyList<string> SkippedFiles { get; private init; } = [];

    /// <summary>Reads a text file, or every text file of a folder and the folders below it, in the order of their paths.</summary>
    /// <param name="path">
    /// A file in UTF-8, or a folder; hidden files and links in it are left out, and so are files that are not text (<see cref="SkippedFiles"/>).
    /// </param>
    /// <param name="options">What a token is; characters by default.</param>
    /// <exception cref="FileNotFoundException">There is nothing at the path.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="InvalidDataException">
    /// It is empty, not UTF-8 (the message names the byte), or holds a character outside the given vocabulary.
    /// </exception>
    public static TextCorpus Load(string path, TextCorpusOptions? options = null) => Load([path], options);

    /// <summary>Reads several files and folders one after another, as one text.</summary>
    /// <param name="paths">At least one.</param>
    /// <param name="options">What a token is; characters by default.</param>
    /// <exception cref="FileNotFoundException">There is nothing at a path.</exception>
    /// <exception cref="UnauthorizedAccessException">One may not be read.</exception>
    /// <exception cref="InvalidDataException">One is empty, not UTF-8, or holds a character outside the given vocabulary.</exception>
    public static TextCorpus Load(IReadOnlyList<string> paths, TextCorpusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0)
            throw new ArgumentException("At least one file or folder is needed.", nameof(paths));
        foreach (var path in paths)
            ArgumentException.ThrowIfNullOrEmpty(path, nameof(paths));
        var (text, skipped) = TextFiles.Read(paths);
        var first = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(paths[0])));
        return Encode(text, options ?? new(), paths.Count == 1 ? first : $"{first} and {paths.Count - 1} more", skipped);
    }

    /// <summary>Turns a text into tokens.</summary>
    /// <param name="text">Not empty.</param>
    /// <param name="options">What a token is; characters by default.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="InvalidDataException">It is empty, no valid Unicode, or holds a character outside the given vocabulary.</exception>
    public static TextCorpus FromText(string text, TextCorpusOptions? options = null, string name = "text")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(name);
        return Encode(text, options ?? new(), name, []);
    }

    /// <summary>Cuts the text in two, in order: the last part is for validation.</summary>
    /// <param name="validationFraction">How much of it is for validation, over 0 and under 1; 0.1 is the last tenth.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    /// <exception cref="InvalidOperationException">The text is so short that a part would have fewer than two tokens.</exception>
    public (TextCorpus Training, TextCorpus Validation) Split(double validationFraction)
    {
        if (!(validationFraction is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(validationFraction), validationFraction, "The part for validation is over 0 and under 1, such as 0.1.");
        }

        // Decimal, so that 0.9 of 10 is 9 and not 8.99….
        var count = (int)(tokens.Length * (1 - (decimal)validationFraction));
        if (count < 2 || tokens.Length - count < 2)
        {
            throw new InvalidOperationException(
                $"{Name}: {tokens.Length} tokens cut at {count} leave a part with fewer than two. Use a longer text or another fraction.");
        }

        return (Part(0, count), Part(count, tokens.Length - count));
    }

    private static TextCorpus Encode(string text, TextCorpusOptions options, string name, IReadOnlyList<string> skipped)
    {
        if (text.Length == 0)
            throw new InvalidDataException($"{name}: the text is empty; at least two tokens are needed.");
        Vocabulary vocabulary;
        try
        {
            vocabulary = options.Vocabulary ?? MakeVocabulary(text, options);
        }
        catch (ArgumentException exception) when (options.Tokens is TokenKind.Character or TokenKind.BytePair)
        {
            throw new InvalidDataException($"{name}: {exception.Message}", exception);
        }

        if (vocabulary is WordVocabulary words)
        {
            var (encoded, ends) = words.EncodeWithEnds(text);
            return new(name, vocabulary, encoded, text, ends, 0) { SkippedFiles = skipped };
        }

        var problem = vocabulary.Encode(text, out var tokens);
        if (problem is not null)
            throw new InvalidDataException($"{name}: {problem}");
        return new(name, vocabulary, tokens, null, default, 0) { SkippedFiles = skipped };
    }

    private static Vocabulary MakeVocabulary(string text, TextCorpusOptions options) => options.Tokens switch
    {
        TokenKind.Character => new CharacterVocabulary(text),
        TokenKind.Byte => new ByteVocabulary(),
        TokenKind.Word => WordVocabulary.FromText(text, options.MaximumWords, options.WordSplitting),
        TokenKind.BytePair => BytePairVocabulary.Learn([text], options.BytePairMerges),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Tokens, "Tokens are characters, bytes, words or byte pairs."),
    };

    private TextCorpus Part(int start, int length)
    {
        if (source is null)
            return new(Name, Vocabulary, tokens.Slice(start, length), null, default, 0);
        return new(Name, Vocabulary, tokens.Slice(start, length), source, ends.Slice(start, length), start == 0 ? 0 : ends.Span[start - 1]);
    }
}
