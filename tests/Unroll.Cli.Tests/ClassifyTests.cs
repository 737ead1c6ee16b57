using System.Globalization;
using System.Text.Json;

namespace Unroll.Cli.Tests;

public sealed class ClassifyTests
{
    private static readonly string[] Quick = ["--epochs", "30", "--batch", "8", "--hidden", "12", "--embedding", "8", "--learning-rate", "0.02", "--out", "model.safetensors"];

    [Fact]
    public void A_table_of_texts_becomes_a_model_that_predicts_and_is_shown()
    {
        using var place = new Workplace();
        place.Write("greetings.csv", Greetings(40, ","));
        place.Write("other.tsv", Greetings(10, "\t"));
        var run = place.Run(["train", "classify", "greetings.csv", "--test", "other.tsv", "--json", "--patience", "20", .. Quick]).Good();
        using var start = JsonDocument.Parse(run.Lines[0]);
        Assert.Equal(36, start.RootElement.GetProperty("trainingExamples").GetInt32());
        using var done = JsonDocument.Parse(run.Lines[^1]);
        var root = done.RootElement;
        Assert.Equal("done", root.GetProperty("event").GetString());
        Assert.Equal(1, root.GetProperty("test").GetProperty("accuracy").GetDouble());
        Assert.Equal(0.5, root.GetProperty("test").GetProperty("majorityAccuracy").GetDouble());
        Assert.Equal(0, root.GetProperty("mistakes").GetInt32());
        Assert.Equal(
            ["greetings.csv", "model.checkpoint.safetensors", "model.confusion.png", "model.mistakes.csv", "model.png", "model.safetensors", "other.tsv"], place.Files());
        Assert.Equal("source,label,predicted,probability,text", File.ReadAllText(place.At("model.mistakes.csv")).Trim());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(place.At("model.confusion.png"))[..4]);

        Assert.Contains("\tbye ", place.Run("predict", "model.safetensors", "--text", "so bye now", "--explain").Good().Output);
        place.Run("predict", "model.safetensors", "--text", "so bye now", "--explain", "--plot", "why.png").Good();
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(place.At("why.png"))[..4]);
        place.Run("predict", "model.safetensors", "--text", "so bye now", "--plot", "why.png").Bad(2, "--plot draws what speaks for a label; it goes with --explain");
        place.Run("predict", "model.safetensors", "other.tsv", "--explain", "--plot", "why.png").Bad(2, "--plot draws one text or series; there are 10");
        var lines = place.Run("predict", "model.safetensors", "other.tsv", "--json", "--explain").Good().Lines;
        Assert.Equal(10, lines.Length);
        using var first = JsonDocument.Parse(lines[0]);
        Assert.Equal("hello", first.RootElement.GetProperty("label").GetString());
        Assert.Equal("other.tsv line 2", first.RootElement.GetProperty("source").GetString());
        Assert.Equal("hello then".Length, first.RootElement.GetProperty("contributions").GetArrayLength());

        var info = place.Run("info", "model.safetensors").Good().Output;
        foreach (var expected in new[] { "classifier, LSTM 1×12, pooling last", "2: bye, hello", "of kind char", "greetings.csv", "36 learned from, 4 for validation", "head.weight" })
            Assert.Contains(expected, info, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(place.Run("info", "model.safetensors", "--json").Good().Output);
        Assert.Equal("classifier", json.RootElement.GetProperty("kind").GetString());
        place.Run("generate", "model.safetensors").Bad(1, "a model of kind 'classifier'; expected 'language-model'");
    }

    /// <summary>The file says how long the training took, so the predictions are compared, bit for bit as the same text.</summary>
    [Fact]
    public void A_doctor_watches_and_the_model_is_the_same()
    {
        using var place = new Workplace();
        place.Write("greetings.csv", Greetings(40, ","));
        place.Run(["train", "classify", "greetings.csv", .. Quick]).Good();
        var before = place.Run("predict", "model.safetensors", "greetings.csv", "--json").Good().Output;
        var run = place.Run(["train", "classify", "greetings.csv", "--diagnose", "page.html", .. Quick]).Good();
        Assert.Contains("diagnosis ", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("<!doctype html>", File.ReadAllText(place.At("page.html")), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(before, place.Run("predict", "model.safetensors", "greetings.csv", "--json").Good().Output);
        place.Run(["train", "classify", "greetings.csv", "--diagnose", "page.txt", .. Quick]).Bad(2, "--diagnose page.txt", ".html");
    }

    [Fact]
    public void Sensor_rows_become_sequences_and_can_be_followed()
    {
        using var place = new Workplace();
        place.Write("sensors.csv", Sensors(24, ';'));
        var run = place.Run(["train", "classify", "sensors.csv", "--group", "recording", "--label", "activity", "--channels", "x,y", "--pooling", "mean", "--noise", "0.1", .. Quick]).Good();
        Assert.Contains("pooling mean, input noise 0.1", run.Output, StringComparison.Ordinal);
        Assert.Contains("series of 2 channels", run.Output, StringComparison.Ordinal);
        Assert.Contains("precision", run.Output, StringComparison.Ordinal);
        var followed = place.Shell($"cd {place.Folder} && printf '5,0\\n5,0\\n\\n-5,0\\n' | {Path.Combine(AppContext.BaseDirectory, "Unroll.Cli")} predict model.safetensors --follow").Good();
        Assert.Equal(["1\trun", "2\trun", "1\twalk"], followed.Lines.Select(line => line[..line.IndexOf(' ')]));
        place.Run("predict", "model.safetensors", "sensors.csv").Bad(1, "no column is called text", "--group");
        Assert.Equal(24, place.Run("predict", "model.safetensors", "sensors.csv", "--group", "recording", "--channels", "x,y").Good().Lines.Length);
    }

    /// <summary>Each command is a process of its own.</summary>
    [Fact]
    public void Parts_of_words_stand_in_the_model_file()
    {
        using var place = new Workplace();
        place.Write("greetings.csv", Greetings(40, ","));
        Assert.Contains("of kind byte-pair", place.Run(["train", "classify", "greetings.csv", "--tokens", "bpe", "--merges", "20", .. Quick]).Good().Output, StringComparison.Ordinal);
        var output = place.Run("predict", "model.safetensors", "--text", "so bye now ☃", "--explain").Good().Output;
        Assert.Contains("\tbye ", output, StringComparison.Ordinal);
        Assert.Contains("␠", output, StringComparison.Ordinal);
        place.Run("train", "classify", "greetings.csv", "--merges", "20").Bad(2, "--merges", "--tokens bpe");
        place.Run("train", "classify", "greetings.csv", "--tokens", "syllable").Bad(2, "character, byte, word, bpe");
    }

    [Fact]
    public void Every_token_gets_a_label()
    {
        using var place = new Workplace();
        place.Write("bits.tsv", Bits(80, "\t"));
        place.Write("other.txt", Bits(10, " "));
        place.Write("plain.txt", "1\n0\n\n1\n");
        var run = place.Run(["train", "classify", "bits.tsv", "--per-token", "--test", "other.txt", "--cell", "gru", .. Quick]).Good();
        foreach (var expected in new[] { "72 examples to learn from, 8 for validation", "a label for each step", "test        accuracy 100", "steps:30|" })
            Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.Equal(["1\todd", "0\todd", "", "1\todd", ""], place.Run("predict", "model.safetensors", "plain.txt").Good().Output.TrimEnd('\n').Split('\n').Append(""));
        Assert.Equal(["1\todd", "1\teven"], place.Run("predict", "model.safetensors", "--text", "1 1").Good().Lines.Take(2));
        using var json = JsonDocument.Parse(place.Run("predict", "model.safetensors", "--text", "1 1", "--json").Good().Lines[0]);
        Assert.Equal("even", json.RootElement.GetProperty("steps")[1].GetProperty("label").GetString());
        Assert.Contains("none: a label for each step", place.Run("info", "model.safetensors").Good().Output, StringComparison.Ordinal);

        place.Run("predict", "model.safetensors", "--text", "1 1", "--explain").Bad(2, "--explain", "labels every step");
        place.Run("train", "classify", "bits.tsv", "--per-token", "--pooling", "max").Bad(2, "--per-token and --pooling contradict each other");
        place.Run("train", "classify", "bits.tsv", "--per-token", "--tokens", "byte").Bad(2, "leave --tokens out");
        place.Run("train", "classify", "bits.tsv", "--per-token", "--label", "x").Bad(2, "leave --text, --label and --channels out");
        place.Run("train", "classify", "plain.txt", "--per-token").Bad(1, "plain.txt line 1: '1' has no label");
        place.Run("train", "classify", "none.txt", "--per-token").Bad(1, "no such file", "a token, a tab and its label");
    }

    /// <summary>A label that changes within a recording.</summary>
    [Fact]
    public void Every_row_gets_a_label_and_can_be_followed()
    {
        using var place = new Workplace();
        var rows = new System.Text.StringBuilder("recording,x,activity\n");
        for (var index = 0; index < 240; index++)
            rows.Append(CultureInfo.InvariantCulture, $"{index / 8},{(index / 4 % 2 == 0 ? 5 : -5)},{(index / 4 % 2 == 0 ? "run" : "walk")}\n");
        place.Write("sensors.csv", rows.ToString());
        string[] columns = ["--group", "recording", "--channels", "x"];
        place.Run(["train", "classify", "sensors.csv", "--per-token", "--label", "activity", .. columns, .. Quick]).Good();
        var lines = place.Run(["predict", "model.safetensors", "sensors.csv", .. columns]).Good().Output.Split('\n');
        Assert.Equal(["1\trun", "2\trun", "3\trun", "4\trun", "5\twalk", "6\twalk", "7\twalk", "8\twalk", "", "1\trun"], lines[..10]);
        var followed = place.Shell($"cd {place.Folder} && printf '5\\n5\\n5\\n5\\n-5\\n' | {Path.Combine(AppContext.BaseDirectory, "Unroll.Cli")} predict model.safetensors --follow").Good();
        Assert.Equal(["1\trun", "2\trun", "3\trun", "4\trun", "5\twalk"], followed.Lines.Select(line => line[..line.IndexOf(' ')]));
        place.Run(["train", "classify", "sensors.csv", "--label", "activity", .. columns]).Bad(1, "A sequence has one label, unless --per-token");
        place.Write("gap.csv", "recording,x,activity\n1,2,run\n1,3,\n");
        place.Run(["train", "classify", "gap.csv", "--per-token", "--label", "activity", .. columns]).Bad(1, "gap.csv line 3, column 'activity': the label is empty");
        place.Write("a.ts", "@data\n1,2:a\n1,3:b\n");
        place.Run(["train", "classify", "a.ts", "--per-token", .. columns]).Bad(2, "a .ts file has one label for a sequence");
    }

    [Fact]
    public void An_arff_file_is_read_as_a_ts_file_is()
    {
        using var place = new Workplace();
        var rows = string.Concat(Enumerable.Range(0, 24).Select(index => index % 2 == 0 ? "1,2,3,up\n" : "3,2,1,down\n"));
        place.Write("curves.arff", "@relation curves\n@attribute a numeric\n@attribute b numeric\n@attribute c numeric\n@attribute way {up,down}\n@data\n" + rows);
        place.Run(["train", "classify", "curves.arff", "--test", "curves.arff", .. Quick]).Good();
        Assert.Contains("\tdown ", place.Run("predict", "model.safetensors", "curves.arff").Good().Lines[1], StringComparison.Ordinal);
        place.Run("train", "classify", "curves.arff", "--label", "way").Bad(2, "a .arff file has no columns");
    }

    [Fact]
    public void An_interrupted_run_goes_on_to_the_same_model()
    {
        using var place = new Workplace();
        place.Write("greetings.jsonl", string.Concat(Enumerable.Range(0, 200).Select(index =>
            $"{{\"text\":\"{(index % 2 == 0 ? "hello" : "bye")} {index}\",\"label\":\"{(index % 2 == 0 ? "hello" : "bye")}\"}}\n")));
        string[] options = ["--dropout", "0.2", "--token-dropout", "0.1", "--average", "0.9", "--epochs", "40", "--batch", "4", "--hidden", "16"];
        place.Run(["train", "classify", "greetings.jsonl", "--out", "whole.safetensors", .. options]).Good();
        using (var running = place.Start(["train", "classify", "greetings.jsonl", "--out", "half.safetensors", "--json", .. options]))
        {
            running.WaitFor("\"progress\"");
            running.PressControlC();
            var outcome = running.Wait();
            if (outcome.ExitCode != 0)
                outcome.Bad(1, "interrupted after update", "train classify --resume half.checkpoint.safetensors --out half.safetensors");
        }

        place.Run("train", "classify", "--resume", "half.checkpoint.safetensors", "--out", "half.safetensors").Good();
        var (whole, half) = (Predictions("whole"), Predictions("half"));
        Assert.Equal(whole, half);

        string Predictions(string name) => place.Run("predict", $"{name}.safetensors", "greetings.jsonl").Good().Output;
    }

    [Theory]
    [InlineData("a.csv", "text,label\nhello,a\nbye\n", "a.csv line 3: the row has 1 columns; the first line has 2, with commas")]
    [InlineData("a.csv", "text,label\nhello,a\nbye;b\n", "It has semicolons in it: does the file mix delimiters?")]
    [InlineData("a.csv", "text,label\nhello,a\n\"by\"e,b\n", "line 3")]
    [InlineData("a.csv", "text,label\nhello,a\n ,b\n", "a.csv line 3: the text is empty")]
    [InlineData("a.csv", "text,label\nhello,a\nbye,\n", "a.csv line 3: the example has no label")]
    [InlineData("a.csv", "text,label\nhello,a\nbye,a\n", "all 2 examples have the label 'a'")]
    [InlineData("a.csv", "text,label\n", "there is no example")]
    [InlineData("a.csv", "", "the file is empty")]
    [InlineData("a.csv", "one,two,three\n1,2,3\n", "no column is called text", "--text")]
    [InlineData("a.csv", "text,two,three\n1,2,3\n", "no column is called label", "--label", "'two'")]
    [InlineData("a.csv", "text,text\n1,2\n", "two columns are called 'text'")]
    [InlineData("a.jsonl", "{\"text\":\"hello\",\"label\":\"a\"}\n{\"text\":\n", "a.jsonl line 2", "no valid JSON")]
    [InlineData("a.jsonl", "{\"text\":\"hello\",\"label\":\"a\"}\n{\"text\":\"bye\"}\n", "a.jsonl line 2: there is no 'label'")]
    [InlineData("a.jsonl", "{\"text\":\"hello\",\"label\":\"a\"}\n{\"text\":[1],\"label\":\"b\"}\n", "'text' is array")]
    [InlineData("a.ts", "@data\n1,2:a\n1,x:b\n", "a.ts line 3, column 3: 'x' is no finite number")]
    public void Bad_data_are_refused_with_line_and_remedy(string name, string text, params string[] words)
    {
        using var place = new Workplace();
        place.Write(name, text);
        place.Run(["train", "classify", name, .. Quick]).Bad(1, words);
        Assert.Equal([name], place.Files());
    }

    [Theory]
    [InlineData("1,2.5,a", "1,x,a", "line 3, column 'v': 'x' is no finite number")]
    [InlineData("1,2.5,a", "1,\"1,5\",a", "line 3, column 'v': '1,5' is no finite number. Numbers have a decimal point")]
    [InlineData("1,2.5,a", "1,,a", "line 3, column 'v': '' is no finite number. Fill the gap")]
    [InlineData("1,2.5,a", "1,NaN,a", "'NaN' is no finite number")]
    [InlineData("1,2.5,a", "1,3,b", "line 3, column 'label': the label is 'b'; on line 2 the group '1' has 'a'")]
    [InlineData("1,2.5,a", ",3,b", "line 3, column 'id': the group is empty")]
    public void Bad_time_steps_are_refused_with_line_and_column(string first, string second, string words)
    {
        using var place = new Workplace();
        place.Write("steps.csv", $"\uFEFFid,v,label\n{first}\n{second}\n");
        place.Run(["train", "classify", "steps.csv", "--group", "id", .. Quick]).Bad(1, words);
    }

    [Fact]
    public void Wrong_commands_and_unseen_labels_are_told()
    {
        using var place = new Workplace();
        place.Write("a.csv", Greetings(20, ","));
        place.Write("b.csv", "text,label\nciao,other\n");
        place.Run("train", "classify").Bad(2, "nothing to learn from");
        place.Run("train", "classify", "none.csv").Bad(1, "none.csv", "no such file");
        place.Run("train", "classify", "a.csv", "--pooling", "sum").Bad(2, "last, mean, max, attention");
        place.Run("train", "classify", "a.csv", "--channels", "x").Bad(2, "--group");
        place.Run("train", "classify", "a.csv", "--average", "1").Bad(2, "--average", "a number over 0 and under 1");
        place.Run("train", "classify", "a.csv", "--noise", "-1").Bad(2, "--noise", "a number of at least 0");
        place.Run("train", "classify", "a.csv", "--out", "a.csv").Bad(2, "would be replaced");
        place.Run("train", "classify", "a.csv", "--test", "b.csv", "--out", "m.safetensors").Bad(1, "b.csv line 2: the label 'other' is none of those");
        place.Run("train", "classify", "--resume", "none.safetensors").Bad(1, "no such file");
        Assert.Equal(["a.csv", "b.csv"], place.Files());
        place.Run(["train", "classify", "a.csv", "--bidirectional", .. Quick]).Good();
        place.Run("predict", "model.safetensors").Bad(2, "nothing to classify");
        place.Run("predict", "model.safetensors", "--follow").Bad(1, "classifies texts");
        place.Run("predict", "model.safetensors", "--text", " ").Bad(1, "the text is empty");
        place.Run("predict", "model.checkpoint.safetensors", "--text", "a").Bad(1, "checkpoint", "train classify --resume");
    }

    /// <summary>Tokens 0 and 1, three in a sequence, and whether the ones so far are odd.</summary>
    private static string Bits(int count, string separator) => string.Concat(Enumerable.Range(0, count).Select(index =>
    {
        var ones = 0;
        return string.Concat(Enumerable.Range(0, 3).Select(step =>
        {
            var bit = (index >> step) & 1;
            ones += bit;
            return $"{bit}{separator}{(ones % 2 == 1 ? "odd" : "even")}\n";
        })) + "\n";
    }));

    private static string Greetings(int count, string delimiter) => $"text{delimiter}label\n" + string.Concat(Enumerable.Range(0, count).Select(index =>
        $"{(index % 2 == 0 ? "hello" : "bye")} {(index % 3 == 0 ? "then" : "now")}{delimiter}{(index % 2 == 0 ? "hello" : "bye")}\n"));

    private static string Sensors(int count, char delimiter) => $"recording{delimiter}note{delimiter}x{delimiter}y{delimiter}activity\n" + string.Concat(
        Enumerable.Range(0, count).SelectMany(recording => Enumerable.Range(0, 4 + (recording % 5)).Select(step => string.Create(
            CultureInfo.InvariantCulture,
            $"r{recording}{delimiter}\"a{delimiter}b\"{delimiter}{(recording % 2 == 0 ? 5 : -5) + (0.1 * step)}{delimiter}{step}{delimiter}{(recording % 2 == 0 ? "run" : "walk")}\n"))));
}
