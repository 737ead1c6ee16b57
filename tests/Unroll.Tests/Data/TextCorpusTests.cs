using System.Text;
using Unroll.Data;

namespace Unroll.Tests.Data;

public sealed class TextCorpusTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("unroll-corpus-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_becomes_tokens_with_counts()
    {
        var corpus = TextCorpus.Load(Write("a.txt", "\uFEFFé😀 a\r\n"));

        Assert.Equal("a.txt", corpus.Name);
        Assert.Equal("é😀 a\r\n", corpus.Vocabulary.Decode(corpus.Tokens.Span));
        Assert.Equal((6, 10), (corpus.CharacterCount, corpus.ByteCount));
        Assert.Equal(10, TextCorpus.FromText("é😀 a\r\n", new() { Tokens = TokenKind.Byte }).Tokens.Length);
    }

    [Fact]
    public void A_folder_is_read_in_the_order_of_its_paths_without_hidden_and_binary_files()
    {
        Write("b.txt", "b");
        Write("B.txt", "B\n");
        Write("a/z.txt", "z");
        Write("a.txt", "a");
        Write(".hidden", "no");
        Write(".git/config", "no");
        var binary = Write("picture.png", "");
        File.WriteAllBytes(binary, [0x89, 0x50]);

        var corpus = TextCorpus.Load(folder);

        Assert.Equal("B\na\nz\nb", corpus.Vocabulary.Decode(corpus.Tokens.Span));
        Assert.Equal([binary], corpus.SkippedFiles);
    }

    [Fact]
    public void Several_paths_make_one_text()
    {
        var corpus = TextCorpus.Load([Write("x.txt", "x"), Write("y.txt", "y")]);

        Assert.Equal("x\ny", corpus.Vocabulary.Decode(corpus.Tokens.Span));
        Assert.Equal("x.txt and 1 more", corpus.Name);
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0xFF, 0x62 }, "byte 0xFF at offset 1")]
    [InlineData(new byte[] { 0x61, 0x62, 0xC3 }, "byte 0xC3 at offset 2")]
    [InlineData(new byte[] { 0x61, 0x62, 0x00, 0x63 }, "byte 0x00 at offset 2")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0x61, 0x80 }, "byte 0x80 at offset 4")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "byte 0xED at offset 0")]
    [InlineData(new byte[] { 0x00, 0xFF }, "byte 0x00 at offset 0")]
    public void A_file_that_is_no_text_is_named_with_the_byte(byte[] content, string expected)
    {
        var path = Write("data.bin", "");
        File.WriteAllBytes(path, content);

        var exception = Assert.Throws<InvalidDataException>(() => TextCorpus.Load(path));

        Assert.StartsWith($"{path}: {expected} ", exception.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => TextCorpus.Load(folder));
    }

    [Fact]
    public void Missing_empty_and_unreadable_files_are_refused_with_their_path()
    {
        var missing = Path.Combine(folder, "missing.txt");
        Assert.StartsWith(missing, Assert.Throws<FileNotFoundException>(() => TextCorpus.Load(missing)).Message, StringComparison.Ordinal);
        var empty = Write("empty.txt", "");
        Assert.StartsWith(empty, Assert.Throws<InvalidDataException>(() => TextCorpus.Load(empty)).Message, StringComparison.Ordinal);
        Assert.StartsWith(folder, Assert.Throws<InvalidDataException>(() => TextCorpus.Load(folder)).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => TextCorpus.FromText(""));
        Assert.Throws<ArgumentException>(() => TextCorpus.Load([]));
        Assert.Throws<ArgumentException>(() => TextCorpus.Load(""));
        if (OperatingSystem.IsLinux() && Environment.UserName != "root")
        {
            var locked = Write("locked.txt", "secret");
            File.SetUnixFileMode(locked, UnixFileMode.None);
            Assert.StartsWith(locked, Assert.Throws<UnauthorizedAccessException>(() => TextCorpus.Load(locked)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_character_outside_a_given_vocabulary_is_named_with_the_text()
    {
        var options = new TextCorpusOptions { Vocabulary = new CharacterVocabulary("abc") };

        var exception = Assert.Throws<InvalidDataException>(() => TextCorpus.FromText("abé", options, "new.txt"));

        Assert.StartsWith("new.txt: Character 'é' (U+00E9) at position 2 is outside the vocabulary (3 characters).", exception.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidDataException>(() => TextCorpus.FromText("a\uD800"));
    }

    [Fact]
    public void The_last_part_in_order_is_for_validation()
    {
        var (training, validation) = TextCorpus.FromText("0123456789").Split(0.3);

        Assert.Equal("0123456", training.Vocabulary.Decode(training.Tokens.Span));
        Assert.Equal("789", validation.Vocabulary.Decode(validation.Tokens.Span));
        Assert.Equal(3, validation.CharacterCount);
    }

    [Fact]
    public void Parts_of_a_text_of_words_know_their_original_size()
    {
        const string Text = "one  two\nthree é four";
        var corpus = TextCorpus.FromText(Text, new() { Tokens = TokenKind.Word });
        var (training, validation) = corpus.Split(0.5);

        Assert.Equal((Text.Length, Encoding.UTF8.GetByteCount(Text)), (corpus.CharacterCount, corpus.ByteCount));
        Assert.Equal("one  two\n".Length, training.CharacterCount);
        Assert.Equal((corpus.CharacterCount, corpus.ByteCount), (training.CharacterCount + validation.CharacterCount, training.ByteCount + validation.ByteCount));
    }

    [Fact]
    public void A_split_that_leaves_too_little_is_refused_with_the_numbers()
    {
        var corpus = TextCorpus.FromText("abcde");

        Assert.Contains("5 tokens cut at 4", Assert.Throws<InvalidOperationException>(() => corpus.Split(0.1)).Message, StringComparison.Ordinal);
        foreach (var fraction in (double[])[0, 1, -1, double.NaN])
            Assert.Throws<ArgumentOutOfRangeException>(() => corpus.Split(fraction));
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
