using Unroll.Data;

namespace Unroll.Tests.Data;

public sealed class TokenLabelFileTests
{
    [Fact]
    public void Lines_become_tokens_and_empty_lines_end_a_sequence()
    {
        var set = Read("-DOCSTART- -X- O\n\nThe\tDET\nold dog\tNOUN\n\n\nruns VBZ I-VP VERB\r\n# SYM\n");

        Assert.Equal([["The", "old dog"], ["runs", "#"]], set.Items.Select(item => item.Tokens!));
        Assert.Equal([["DET", "NOUN"], ["VERB", "SYM"]], set.Items.Select(item => item.StepLabels!));
        Assert.Equal(["x.tsv line 3", "x.tsv line 7"], set.Items.Select(item => item.Source));
        Assert.Equal(["DET", "NOUN", "SYM", "VERB"], set.Labels);
        Assert.True(set.IsPerStep);
        Assert.Equal((4, 1), (set.LabelCount, set.CountOf("DET")));
        Assert.Equal("The old dog", set.Items[0].Text);
    }

    [Fact]
    public void Labels_may_be_missing_where_nobody_needs_them() =>
        Assert.Equal(["", "b"], TokenLabelFile.Read(new StringReader("one\ntwo b\n"), "x.tsv", needsLabels: false).Items[0].StepLabels!);

    [Theory]
    [InlineData("one\ta\ntwo\n", "x.tsv line 2: 'two' has no label")]
    [InlineData("one\t\n", "x.tsv line 1: 'one' has no label")]
    [InlineData("one\ta\n\tb\n", "x.tsv line 2: the token is blank")]
    [InlineData("\n\n", "x.tsv: there is no example")]
    public void What_is_no_token_with_a_label_is_refused(string text, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => Read(text)).Message);

    [Fact]
    public void A_file_that_is_missing_is_named() =>
        Assert.Contains("none.tsv", Assert.Throws<FileNotFoundException>(() => TokenLabelFile.Read("none.tsv")).Message);

    private static SequenceSet Read(string text) => TokenLabelFile.Read(new StringReader(text), "x.tsv");
}
