using Unroll.Data;
using Unroll.Tests.Files;

namespace Unroll.Tests.Data;

public sealed class SequenceSetTests
{
    private const string Small = "#  a comment\n@problemName Small\n@timeStamps false\n@univariate false\n@classLabel true yes no\n@data\n1,2,3:4,5,6:yes\n\n-1e1,0.5:7,8:no\n";

    [Fact]
    public void A_ts_file_gives_series_of_mixed_lengths_with_their_channels_side_by_side()
    {
        var set = TimeSeriesFile.Read(new StringReader(Small), "small.ts");
        Assert.Equal(2, set.Channels);
        Assert.Equal(["no", "yes"], set.Labels);
        Assert.Equal([1f, 4, 2, 5, 3, 6], set.Items[0].Values.ToArray());
        Assert.Equal([-10f, 7, 0.5f, 8], set.Items[1].Values.ToArray());
        Assert.Equal("small.ts line 9", set.Items[1].Source);
    }

    [Theory]
    [InlineData("1,2:3,4:yes", "1,2:3:yes", "line 3: channel 2 has 1 values; channel 1 has 2")]
    [InlineData("1,2:3,4:yes", "1,2:yes", "line 3: the series has 1 channels; that of bad.ts line 2 has 2")]
    [InlineData("1,2:3,4:yes", "1,x:3,4:yes", "line 3, column 3: 'x' is no finite number")]
    [InlineData("1,2:3,4:yes", "1,2:3,NaN:yes", "line 3, column 7: 'NaN' is no finite number")]
    [InlineData("1,2:3,4:yes", "1,2:?,4:yes", "line 3, column 5: the value is missing ('?')")]
    [InlineData("1,2:3,4:yes", "1,2:3,:yes", "line 3, column 7: '' is no finite number")]
    [InlineData("1,2:3,4:yes", "1,2:3,1e99:yes", "'1e99' is no finite number")]
    [InlineData("1,2:3,4:yes", "1,2:3,4:", "line 3: the line ends without a label")]
    [InlineData("1,2:3,4:yes", "1;2", "line 3: the line ends without a label")]
    public void Bad_lines_are_named(string first, string second, string words)
    {
        var failure = Assert.Throws<InvalidDataException>(() => TimeSeriesFile.Read(new StringReader($"@data\n{first}\n{second}\n"), "bad.ts"));
        Assert.Contains(words, failure.Message);
    }

    [Theory]
    [InlineData("1,2,3:yes\n", "line 1: '1,2,3:yes' stands before '@data'")]
    [InlineData("@timestamps true\n@data\n(1,2):a", "line 1: the values have time stamps")]
    [InlineData("@classLabel false\n@data\n1,2", "line 1: the series have no labels")]
    [InlineData("@targetlabel true\n@data\n1:2", "line 1: the series have a number for a label")]
    [InlineData("@classLabel true a b\n@data\n1,2:c", "line 3: the label 'c' is none of those that the header names (a, b)")]
    [InlineData("# nothing\n", "there is no line '@data'")]
    [InlineData("@data\n", "there is no example")]
    public void Bad_files_are_refused(string text, string words)
    {
        var failure = Assert.Throws<InvalidDataException>(() => TimeSeriesFile.Read(new StringReader(text), "bad.ts"));
        Assert.StartsWith("bad.ts", failure.Message);
        Assert.Contains(words, failure.Message);
    }

    [Fact]
    public void A_byte_order_mark_is_no_part_of_a_file_and_another_encoding_is_told()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("small.ts");
        File.WriteAllBytes(path, [.. "\uFEFF"u8, .. System.Text.Encoding.UTF8.GetBytes(Small)]);
        Assert.Equal(2, TimeSeriesFile.Read(path).Items.Count);
        File.WriteAllBytes(path, [.. "# "u8, 0xE9, .. "\n"u8]);
        Assert.Contains("not in UTF-8", Assert.Throws<InvalidDataException>(() => TimeSeriesFile.Read(path)).Message);
        Assert.Contains("no such file", Assert.Throws<FileNotFoundException>(() => TimeSeriesFile.Read(path + "x")).Message);
    }

    [Fact]
    public void A_folder_gives_texts_with_the_names_of_its_files_or_folders()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("Dutch.txt"), "\uFEFFjansen\nde vries\n");
        File.WriteAllText(folder.File("Greek.txt"), "pappas\n");
        var set = LabelledTextFolder.Read(Path.GetDirectoryName(folder.File("x"))!);
        Assert.Equal(["jansen/Dutch", "de vries/Dutch", "pappas/Greek"], set.Items.Select(item => $"{item.Text}/{item.Label}"));
        File.AppendAllText(folder.File("Greek.txt"), "  \n");
        var path = Path.GetDirectoryName(folder.File("x"))!;
        Assert.Contains("Greek.txt line 2: the text is empty", Assert.Throws<InvalidDataException>(() => LabelledTextFolder.Read(path)).Message);
        Directory.CreateDirectory(folder.File("Latin"));
        File.WriteAllText(Path.Combine(folder.File("Latin"), "one.txt"), "lorem\nipsum");
        Assert.Contains("both files LABEL.txt and folders", Assert.Throws<InvalidDataException>(() => LabelledTextFolder.Read(path)).Message);
        File.Delete(folder.File("Greek.txt"));
        File.Delete(folder.File("Dutch.txt"));
        Assert.Equal("lorem\nipsum", Assert.Single(LabelledTextFolder.Read(path).Items).Text);
    }

    [Fact]
    public void A_split_keeps_the_shares_of_labels_and_follows_from_its_seed()
    {
        LabelledSequence Item(int number, string label) => LabelledSequence.OfText($"text {number}", label);
        var set = new SequenceSet("some", [.. Enumerable.Range(0, 100).Select(number => Item(number, number % 5 == 0 ? "rare" : "often")), Item(100, "single")]);
        var (training, part) = set.Split(0.1, seed: 3);
        Assert.Equal((18, 72, 1), (training.CountOf("rare"), training.CountOf("often"), training.CountOf("single")));
        Assert.Equal((2, 8, 0), (part.CountOf("rare"), part.CountOf("often"), part.CountOf("single")));
        Assert.Equal(part.Items, set.Split(0.1, seed: 3).Part.Items);
        Assert.NotEqual(part.Items, set.Split(0.1, seed: 4).Part.Items);
        Assert.Contains("a single example", Assert.Throws<InvalidDataException>(() => new SequenceSet("few", [Item(1, "a"), Item(2, "b")]).Split(0.5)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Split(1));
    }

    [Fact]
    public void Sequences_of_other_kinds_and_values_that_are_no_numbers_are_refused()
    {
        var text = LabelledSequence.OfText("a text", "a", "x.csv line 3");
        var series = LabelledSequence.OfValues(new float[] { 1, 2 }, 2, "a", "y.ts line 4");
        Assert.Contains("y.ts line 4: the sequence has 2 channels; that of x.csv line 3 has a text", Assert.Throws<InvalidDataException>(() => new SequenceSet("mixed", [text, series])).Message);
        Assert.Contains("no whole number of time steps", Assert.Throws<InvalidDataException>(() => LabelledSequence.OfValues(new float[3], 2)).Message);
        Assert.Contains("no time step", Assert.Throws<InvalidDataException>(() => LabelledSequence.OfValues(Array.Empty<float>(), 2)).Message);
        Assert.Contains("channel 2 of time step 1 is NaN", Assert.Throws<InvalidDataException>(() => LabelledSequence.OfValues(new[] { 1, float.NaN }, 2)).Message);
        Assert.Contains("the text is empty", Assert.Throws<InvalidDataException>(() => LabelledSequence.OfText(" \t")).Message);
    }

    [Fact]
    public void A_scaler_has_mean_and_deviation_of_each_channel_and_leaves_constants_alone()
    {
        var set = new SequenceSet("some", [LabelledSequence.OfValues(new float[] { 1, 5, 3, 5 }, 2), LabelledSequence.OfValues(new float[] { 5, 5 }, 2)]);
        var scaler = SeriesScaler.Fit(set);
        Assert.Equal([3f, 5f], scaler.Means);
        Assert.Equal([(float)Math.Sqrt(8 / 3.0), 1f], scaler.Deviations);
        var scaled = new float[2];
        scaler.Apply([5, 6], scaled);
        Assert.Equal([2 / (float)Math.Sqrt(8 / 3.0), 1f], scaled);
        Assert.Throws<ArgumentException>(() => new SeriesScaler([0], [0]));
        Assert.Throws<ArgumentException>(() => scaler.Apply(new float[3], new float[3]));
    }
}
