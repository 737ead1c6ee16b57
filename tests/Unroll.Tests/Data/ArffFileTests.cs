using Unroll.Data;

namespace Unroll.Tests.Data;

public sealed class ArffFileTests
{
    private const string Steps = "% a comment\n@RELATION curves\n\n@attribute att0 numeric\n@ATTRIBUTE 'att 1' REAL\n@attribute att2 numeric\n@attribute target {up,'or down'}\n@data\n";

    private const string Channels = "@relation moves\n@attribute signal relational\n  @attribute t0 numeric\n  @attribute t1 numeric\n  @attribute t2 numeric\n@end signal\n@attribute activity {walk,run}\n@data\n";

    [Fact]
    public void Attributes_are_the_steps_of_one_channel()
    {
        var set = Read(Steps + "1,2.5,-3e1,up\n% between\n 4, 5 ,6,'or down'\n");

        Assert.Equal([1, 2.5f, -30], set.Items[0].Values.ToArray());
        Assert.Equal([4, 5, 6], set.Items[1].Values.ToArray());
        Assert.Equal((1, 3), (set.Channels, set.Items[0].TimeSteps));
        Assert.Equal(["or down", "up"], set.Labels);
        Assert.Equal("x.arff line 9", set.Items[0].Source);
    }

    [Fact]
    public void A_relational_attribute_has_a_row_for_each_channel()
    {
        var set = Read(Channels + "\"1,2,3\\n10,20,30\",walk\n'4,5,?\\n40,50,?',run\n");

        Assert.Equal([1, 10, 2, 20, 3, 30], set.Items[0].Values.ToArray());
        Assert.Equal([4, 40, 5, 50], set.Items[1].Values.ToArray());
        Assert.Equal((2, 2), (set.Channels, set.Items[1].TimeSteps));
        Assert.Equal(["run", "walk"], set.Labels);
    }

    /// <summary>The same series in the other format of the archives.</summary>
    [Fact]
    public void It_reads_what_a_ts_file_holds()
    {
        var arff = Read(Channels + "\"1,2,3\\n10,20,30\",walk\n\"4,5,6\\n40,50,60\",run\n");
        var ts = TimeSeriesFile.Read(new StringReader("@classLabel true walk run\n@data\n1,2,3:10,20,30:walk\n4,5,6:40,50,60:run\n"), "x.ts");

        Assert.Equal(ts.Labels, arff.Labels);
        foreach (var (one, other) in ts.Items.Zip(arff.Items))
        {
            Assert.Equal(one.Label, other.Label);
            Assert.Equal(one.Values.ToArray(), other.Values.ToArray());
        }
    }

    [Theory]
    [InlineData("1,2,up\n", "line 9: the row has 3 fields; the header names 4 attributes")]
    [InlineData("1,2,x,up\n", "line 9: step 3 of channel 1, 'x', is no finite number")]
    [InlineData("1,?,3,up\n", "line 9: the value of step 2 of channel 1 is missing")]
    [InlineData("?,?,?,up\n", "the sequence has no time step")]
    [InlineData("1,2,3,down\n", "line 9: the label 'down' is none of those that the header names (up, or down)")]
    [InlineData("1,2,3,?\n", "line 9: the series has no label")]
    [InlineData("1,2,3,'up\n", "line 9, column 7: the quote ' has no end")]
    [InlineData("1,2,3,'up' x\n", "line 9, column 12: 'x' follows a field in quotes")]
    [InlineData("{0 1,3 up}\n", "line 9: the row is sparse")]
    [InlineData("", "there is no example")]
    public void Rows_that_are_none_are_refused(string rows, string words) => Refused(Steps + rows, words);

    [Theory]
    [InlineData("\"1,2,3\\n10,20\",walk\n", "line 9: channel 2 has 2 values; the header names 3")]
    [InlineData("1,2,3,walk\n", "line 9: the row has 4 fields; the header names 2")]
    public void Channels_that_do_not_fit_are_refused(string rows, string words) => Refused(Channels + rows, words);

    [Theory]
    [InlineData("@relation x\n", "there is no line '@data'")]
    [InlineData("hello\n", "line 1: 'hello' stands before '@data'")]
    [InlineData("@attribute a numeric\n@data\n", "line 2: there are 1 attributes")]
    [InlineData("@attribute a\n", "line 1: an attribute has a name and a type")]
    [InlineData("@attribute a string\n@attribute b {x}\n@data\n", "line 1: the attribute 'a' is 'string'; expected numeric")]
    [InlineData("@attribute a numeric\n@attribute b numeric\n@data\n", "line 2: the last attribute, 'b', is numeric; expected the class")]
    [InlineData("@attribute a relational\n@attribute b numeric\n@data\n", "line 3: the relation 'a' has no line '@end a'")]
    [InlineData("@attribute a relational\n@attribute b {x}\n", "line 2: the attribute 'b' of the relation 'a' is '{x}'; expected numeric")]
    [InlineData("@attribute a relational\n@end a\n@attribute b {x}\n@data\n", "has no numeric attribute")]
    [InlineData("@attribute a numeric\n@attribute b {x\n@data\n", "have no closing brace")]
    public void Headers_that_are_none_are_refused(string text, string words) => Refused(text, words);

    private static void Refused(string text, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static SequenceSet Read(string text) => ArffFile.Read(new StringReader(text), "x.arff");
}
