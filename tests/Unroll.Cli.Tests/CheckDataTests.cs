using System.Text;
using System.Text.Json;

namespace Unroll.Cli.Tests;

/// <summary>What <c>unroll check data</c> says of data that are good, and of each thing that is wrong with others.</summary>
public sealed class CheckDataTests : IDisposable
{
    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Good_texts_are_described_and_followed_by_the_next_command()
    {
        place.Write("greetings.csv", "id,text,label\n1,hello there,hello\n2,\"bye, now\",bye\n3,good day,hello\n4,so long my friend,bye\n");
        place.Write("later.csv", "text;label\nhello you;hello\n");

        var lines = place.Run("check", "data", "greetings.csv", "--test", "later.csv").Good().Lines;

        Assert.Equal(
            [
                "data     greetings.csv: table with commas, UTF-8, 0.0 MiB",
                "columns  'id' not read, 'text' text, 'label' label",
                "training 4 examples of 8 to 17 characters, median 8",
                "  labels   2: bye 2 (50.0 %), hello 2 (50.0 %)",
                "test     later.csv: 1 example of 9 characters",
                "  labels   1: hello 1 (100.0 %)",
                "memory   about 0.0 MiB for the examples while training, the model not counted",
                "usable   0 problems, 0 warnings",
            ],
            lines[..^1]);
        Assert.StartsWith("next     ", lines[^1], StringComparison.Ordinal);
        Assert.EndsWith(" train classify greetings.csv --test later.csv", lines[^1], StringComparison.Ordinal);
        Assert.Equal(["greetings.csv", "later.csv"], place.Files());
    }

    [Fact]
    public void Good_series_are_described_by_their_channels()
    {
        place.Write("steps.csv", "take,move,x,y\na,up,1,0.5\nb,down,2,0.25\na,up,3,-4\nb,down,1e3,0\nb,down,0,0\n");

        var lines = place.Run("check", "data", "steps.csv", "--group", "take", "--label", "move").Good().Lines;

        Assert.Equal(
            [
                "columns  'take' group, 'move' label, 'x' channel, 'y' channel",
                "training 2 examples of 2 to 3 time steps, median 2",
                "  labels   2: down 1 (50.0 %), up 1 (50.0 %)",
                "  x        0 to 1000",
                "  y        -4 to 0.5",
            ],
            lines[1..6]);
        Assert.EndsWith(" train classify steps.csv --label move --group take --validation 0", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Json_has_the_same_for_programs()
    {
        place.Write("greetings.jsonl", "{\"text\":\"hello\",\"label\":\"a\"}\n\n{\"text\":\"bye\",\"label\":2}\n{\"text\":\"bye\",\"label\":2}\n{\"text\":\"hi\",\"label\":\"a\"}\n");

        using var json = JsonDocument.Parse(place.Run("check", "data", "greetings.jsonl", "--json").Good().Output);
        var root = json.RootElement;

        Assert.Equal("check", root.GetProperty("event").GetString());
        Assert.True(root.GetProperty("usable").GetBoolean());
        Assert.Equal("JSON lines", root.GetProperty("form").GetString());
        Assert.Equal(4, root.GetProperty("training").GetProperty("examples").GetInt32());
        Assert.Equal(3, root.GetProperty("training").GetProperty("lengths").GetProperty("median").GetInt32());
        Assert.Equal("2", root.GetProperty("training").GetProperty("labels")[0].GetProperty("label").GetString());
        Assert.Equal(1, root.GetProperty("copies").GetInt32());
        var finding = Assert.Single(root.GetProperty("findings").EnumerateArray());
        Assert.Equal(("warning", "copies"), (finding.GetProperty("severity").GetString(), finding.GetProperty("code").GetString()));
    }

    [Fact]
    public void Folders_and_ts_files_are_checked_too()
    {
        Directory.CreateDirectory(place.At("names"));
        place.Write("names/Dutch.txt", "Jansen\nde Vries\n");
        place.Write("names/Greek.txt", "Kalakos\nJansen\n");
        place.Write("moves.ts", "@classLabel true a b\n@data\n1,2,3:a\n1,2,4:b\n");

        Says(0, "names", "warning  names: 2 of 4 examples are the same with different labels: Dutch.txt line 1 and Greek.txt line 2. No model gets more than 75.00 % of them all right.");
        Assert.Contains("  channel 1  1 to 4\n", place.Run("check", "data", "moves.ts").Good().Output, StringComparison.Ordinal);
        place.Write("moves.ts", "@data\n1,2,?:a\n");
        Says(1, "moves.ts", "problem  moves.ts line 2, column 5: the value is missing ('?'); fill the gap or leave the series out.");
    }

    [Theory]
    [InlineData("text,label\na,x\n ,y\n\"\",y\nb,y\n", "problem  d.csv: 2 texts are empty: line 3 and line 4. Leave the examples out, or fill them in.")]
    [InlineData("text,label\na,x\nb,\nc,y\n", "problem  d.csv: 1 example has no label: line 3. Every example to learn from or to measure on needs one.")]
    [InlineData("text,label\na,x\nb,x\n", "problem  d.csv: all 2 examples have the label 'x'; there is nothing to tell apart. At least two labels are needed.")]
    [InlineData("text,label\n", "problem  d.csv: there is no example in it.")]
    [InlineData("", "problem  d.csv: the file is empty.")]
    [InlineData("text,label\na,x\nb,y,z\nc,y\nd\n", "problem  d.csv: the first line has 2 columns, with commas between them; other rows have another number of them: line 3 (3) and line 5 (1). A field that holds a delimiter stands in double quotes.")]
    [InlineData("text,label\na,x\nb \"c\" d,y\n", "problem  d.csv: a double quote stands inside a field: line 3. Put the whole field in double quotes and double those in it.")]
    [InlineData("one,two,three\na,b,c\n", "problem  d.csv line 1: no column is called text, sentence, review, content, message, name, document, phrase; say which has the texts with --text, or, where rows are time steps of numbers, which names the sequence with --group. There are 'one', 'two', 'three'.")]
    public void What_training_refuses_in_a_table_is_a_problem(string table, string line)
    {
        place.Write("d.csv", table);
        Says(1, "d.csv", line);
        place.Run("train", "classify", "d.csv", "--epochs", "1", "--hidden", "2", "--validation", "0").Bad(1);
    }

    [Theory]
    [InlineData("g,label,x\na,u,1\nb,v,\"1,5\"\nb,v,\"-2,25\"\n", "problem  d.csv: the column 'x' has numbers with a decimal comma: line 3 ('1,5') and line 4 ('-2,25'). Write a decimal point, as 1.5.")]
    [InlineData("g,label,x\na,u,1\nb,v,\nb,v,2\n", "problem  d.csv: the column 'x' has gaps: line 3. Fill them, or leave the sequences out.")]
    [InlineData("g,label,x\na,u,1\nb,v,NaN\nb,v,high\n", "problem  d.csv: the column 'x' has values that are no finite numbers: line 3 ('NaN') and line 4 ('high'). Correct them, or leave the sequences out.")]
    [InlineData("g,label,x\na,u,left\nb,v,right\n", "problem  d.csv: the column 'x' has no numbers, but line 2 ('left') and line 3 ('right'). Name the columns of numbers with --channels.")]
    [InlineData("g,label,x\na,u,1\n,v,2\nb,v,3\n", "problem  d.csv: rows have no group in the column 'g': line 3. Every row belongs to a sequence.")]
    [InlineData("g,label,x\na,u,1\nb,v,2\na,v,3\n", "problem  d.csv: rows of one group have different labels: line 4 (group 'a', 'u' before, then 'v'). A sequence has one label.")]
    public void What_training_refuses_in_time_steps_is_a_problem(string table, string line)
    {
        place.Write("d.csv", table);
        Says(1, "d.csv", line, "--group", "g");
        place.Run("train", "classify", "d.csv", "--group", "g", "--epochs", "1", "--hidden", "2", "--validation", "0").Bad(1);
    }

    [Theory]
    [InlineData("{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\n[1]\n{\"text\":\"b\",\"label\":\"y\"}\n", "problem  d.jsonl: lines are no valid JSON: line 2. Write one object a line.", "problem  d.jsonl: lines are no JSON objects: line 3. Write one such as {\"text\": \"…\", \"label\": \"…\"} a line.")]
    [InlineData("{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\"b\"}\n{\"text\":null,\"label\":\"y\"}\n{\"text\":\"b\",\"label\":\"y\"}\n", "problem  d.jsonl: lines lack a field that the first line has: line 2 ('label'). Every object needs text and label.", "problem  d.jsonl: fields are no texts or numbers: line 3 ('text' is null). Name others with --text and --label, or correct them.")]
    [InlineData("{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\"\\ud800\",\"label\":\"y\"}\n{\"text\":\"b\",\"label\":\"y\"}\n", "problem  d.jsonl: lines are no valid JSON: line 2. Write one object a line.", "usable")]
    public void What_training_refuses_in_json_lines_is_a_problem(string text, string line, string other)
    {
        place.Write("d.jsonl", text);
        Says(1, "d.jsonl", line);
        Assert.Contains(other, place.Run("check", "data", "d.jsonl").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_encoding_is_a_problem_that_names_line_and_byte()
    {
        File.WriteAllBytes(place.At("d.csv"), [.. Encoding.UTF8.GetBytes("text,label\nä,x\ncaf"), 0xE9, .. Encoding.UTF8.GetBytes(",y\n")]);
        Says(1, "d.csv", "problem  d.csv line 3: the byte 0xE9 is not UTF-8; the file is in another encoding, such as Windows-1252. Convert it to UTF-8.");
        File.WriteAllBytes(place.At("d.csv"), Encoding.Unicode.GetBytes("text,label\na,x\nb,y\n"));
        Says(1, "d.csv", "warning  d.csv: there are bytes of zero in it; is it UTF-16 without a byte-order mark, or no text at all? Convert it to UTF-8.");
    }

    [Fact]
    public void A_letter_across_two_blocks_of_a_large_file_is_one_letter()
    {
        // The first line has an odd number of bytes and each letter two, so that the end of a block of a mebibyte cuts one.
        place.Write("d.csv", $"text,label\n{new string('ä', 1_200_000)},x\nb,y\nc,y\n");
        Assert.Contains("training 3 examples of 1 to 1,200,000 characters, median 1\n", place.Run("check", "data", "d.csv").Good().Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_noted()
    {
        File.WriteAllText(place.At("d.csv"), "text,label\na,x\nb,y\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Says(0, "d.csv", "note     d.csv begins with a byte-order mark of UTF-8, which is skipped.");
        File.WriteAllText(place.At("d.csv"), "text,label\nä,x\nb,y\n", Encoding.Unicode);
        Says(0, "d.csv", "note     d.csv begins with a byte-order mark of UTF-16, little-endian, which is skipped.");
    }

    [Theory]
    [InlineData("text,label\na,x\nb,x\nb,x\na,x\nc,y\nd,y\n", "warning  d.csv: 2 of 6 examples are copies of another one with the same label: line 4 repeats line 3 and line 5 repeats line 2. The part kept for validation may hold what was learned; leave copies out unless they belong to the data.")]
    [InlineData("text,label\na,x\nb,x\na,y\na,y\nc,y\n", "warning  d.csv: 3 of 5 examples are the same with different labels: line 2 and line 4. No model gets more than 80.00 % of them all right.")]
    [InlineData("text,label\nclichÃ©,x\nÂ£ 5,y\nÃ la carte,y\n", "warning  d.csv: 2 texts look like UTF-8 that was read as Windows-1252: line 2 ('clichÃ©') and line 3 ('Â£ 5'). Convert the original again.")]
    [InlineData("text,label\ncaf\uFFFD,x\nb,y\n", "warning  d.csv: 1 text holds the character U+FFFD, which stands for what an earlier conversion lost: line 2. Go back to the original.")]
    [InlineData("text,label\na,Spam\nb,spam\nc,ham\nd,ham\ne,Spam\nf,spam\n", "warning  d.csv: labels that differ in case or white space alone: 'Spam' and 'spam'. They are learned as different ones; write them the same.")]
    [InlineData("text,label\na,1\nb,2\nc,3\nd,4\ne,5\nf,6\ng,7\nh,8\ni,9\nj,10\nk,10\n", "warning  d.csv: there are 10 labels for 11 examples; is it the column of the labels? Name it with --label.")]
    [InlineData("text,label\na,x\nb,y\n", "warning  d.csv: every label has a single example, so that none can be kept for validation. Use more examples, or --validation 0.")]
    [InlineData("text,label\na,x\nb,x\nc,x\nd,y\n", "warning  d.csv: labels with a single example, which validation will not see: 'y'.")]
    public void What_misleads_is_a_warning(string table, string line)
    {
        place.Write("d.csv", table);
        Says(0, "d.csv", line);
        place.Run("train", "classify", "d.csv", "--epochs", "1", "--hidden", "2", "--validation", "0").Good();
    }

    [Fact]
    public void Few_examples_of_a_label_and_long_ones_are_warned_of()
    {
        place.Write("d.csv", "text,label\n" + string.Concat(Enumerable.Range(0, 60).Select(index => $"t{index},{(index < 55 ? "often" : "rare")}\n")) + new string('z', 500) + ",often\n");

        var output = Says(0, "d.csv", "warning  d.csv: 'often' has 11.2 times the examples of 'rare'; always saying 'often' is right in 91.80 %. Look at macro F1, not at accuracy, and try --balance.");
        Assert.Contains("warning  d.csv: the longest example has 500 characters, half of them at most 3 and 99 % at most 500. Time and memory of a batch go by its longest; cut it, or leave it out.\n", output, StringComparison.Ordinal);
        Assert.EndsWith(" train classify d.csv --balance\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_channel_that_never_changes_is_warned_of()
    {
        place.Write("d.csv", "g,label,x,y\na,u,1,7\nb,v,2,7\n");
        Says(0, "d.csv", "warning  d.csv: the column 'y' is always 7; it tells nothing. Leave it out with --channels.", "--group", "g");
    }

    [Fact]
    public void A_test_is_compared_with_what_is_learned_from()
    {
        place.Write("d.csv", "text,label\na,x\nb,x\nc,y\nd,y\n");
        place.Write("t.csv", "text,label\nz,x\nb,y\nc,y\n");
        Says(0, "d.csv", "warning  t.csv: 2 of 3 examples of the test stand in d.csv as well: line 3 repeats line 3 and line 4 repeats line 4. 1 of them has another label there. What is measured on them is memory; leave them out of one of the two.", "--test", "t.csv");
        place.Write("t.csv", "text,label\nz,x\nq,w\np,w\no,v\n");
        Says(1, "d.csv", "problem  t.csv: labels that training never sees: 'w' (2 examples), 'v' (1 example). Train with examples of them, or leave them out.", "--test", "t.csv");
        place.Write("t.ts", "@data\n1,2:x\n");
        Says(1, "d.csv", "problem  t.ts: its examples have 1 channel; those of d.csv have texts. Both have to be of one kind.", "--test", "t.ts");
    }

    [Fact]
    public void The_command_line_is_checked_as_that_of_training()
    {
        place.Write("d.ts", "@data\n1:a\n2:b\n");
        place.Run("check").Bad(2, "unroll check followed by one of: data");
        place.Run("check", "data").Bad(2, "unroll check data --help");
        place.Run("check", "data", "none.csv").Bad(1, "none.csv: there is no such file or folder");
        place.Run("check", "data", "d.ts", "--label", "x").Bad(2, "a .ts file has no columns");
        place.Run("check", "data", "d.ts", "--text", "x", "--group", "y").Bad(2, "--text and --group contradict each other");
        place.Run("check", "data", "d.ts", "--channels", "x").Bad(2, "say with --group");
        place.Run("check", "data", "--labels", "x").Bad(2, "Did you mean --label?");
    }

    private string Says(int exitCode, string data, string line, params string[] options)
    {
        var outcome = place.Run(["check", "data", data, .. options]);
        Assert.Equal("", outcome.Error);
        Assert.True(outcome.Lines.Contains(line), $"The line\n{line}\nis not in\n{outcome.Output}");
        Assert.Equal(exitCode, outcome.ExitCode);
        return outcome.Output;
    }
}
