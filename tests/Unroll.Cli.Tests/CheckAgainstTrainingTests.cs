using System.Text;
using CsCheck;
using Unroll.Cli.Checks.Classification;
using Unroll.Cli.Sequences;
using Unroll.Models;

namespace Unroll.Cli.Tests;

/// <summary>The check and the readers of training are two texts; of any file they have to say the same: usable or not.</summary>
public sealed class CheckAgainstTrainingTests
{
    private static readonly Gen<string> Field = OneOf(
        "a", "b b", "", " ", "x", "1", "2.5", "1,5", "\"1,5\"", "\"q\"\"q\"", "\"open", "mid\"dle", "NaN", "1e3", "ä", "\"two\nlines\"", "Ã©", "\uFFFD", "g1", "g2");

    private static readonly Gen<string> Header = OneOf(
        "text,label", "text;label", "g,label,x", "g,label,x,y", "label,text,other", "text,text", "a,b", "text", "\uFEFFtext,label", "g;class;x", "");

    private static readonly Gen<string> Table = Gen.Select(Header, OneOf(",", ";", "\t"), Field.Array[1, 4].Array[0, 8], OneOf("\n", "\r\n"))
        .Select((header, delimiter, rows, end) => string.Join(end, rows.Select(row => string.Join(delimiter, row)).Prepend(header)) + end);

    private static readonly Gen<string> JsonLines = OneOf(
        "{\"text\":\"a\",\"label\":\"x\"}", "{\"text\":\"b\",\"label\":\"y\"}", "{\"text\":\"\",\"label\":\"y\"}", "{\"text\":\"b\",\"label\":\"\"}", "{\"text\":\"b\"}",
        "{\"label\":1,\"text\":true}", "{\"text\":[],\"label\":\"x\"}", "{\"text\":\"\\ud800\",\"label\":\"x\"}", "[]", "{", "", "  ", "{\"text\":\"a\",\"text\":\"b\",\"label\":\"x\"}", "{\"label\":null,\"text\":\"c\"}", "{\"\\udc00\":1}")
        .Array[0, 6].Select(lines => string.Join('\n', lines));

    [Fact]
    public void A_table_of_texts_is_usable_where_training_takes_it() => Sample(Table, "d.csv", new());

    [Fact]
    public void A_table_of_time_steps_is_usable_where_training_takes_it() => Sample(Table, "d.csv", new() { Group = "g" });

    [Fact]
    public void Well_formed_tables_agree_as_well() => Sample(
        Gen.Select(OneOf("a", "b", " ", "c"), OneOf("x", "y", "")).Array[0, 6]
            .Select(rows => "text,label\n" + string.Concat(rows.Select(row => $"{row.Item1},{row.Item2}\n"))),
        "d.csv", new());

    [Fact]
    public void Well_formed_time_steps_agree_as_well() => Sample(
        Gen.Select(OneOf("g1", "g2", "g3", ""), OneOf("x", "x", "x", "y"), OneOf("1", "2", "-1.5", "0", "", "1e39")).Array[0, 6]
            .Select(rows => "g,label,x\n" + string.Concat(rows.Select(row => $"{row.Item1},{(row.Item1 == "g2" ? "z" : row.Item2)},{row.Item3}\n"))),
        "d.csv", new() { Group = "g" });

    [Fact]
    public void Json_lines_are_usable_where_training_takes_them() => Sample(JsonLines, "d.jsonl", new());

    [Fact]
    public void Bytes_that_are_no_text_are_refused_by_both()
    {
        using var place = new Workplace();
        Gen.Byte.Array[0, 40].Sample(
            bytes =>
            {
                File.WriteAllBytes(place.At("d.csv"), [.. Encoding.UTF8.GetBytes("text,label\na,x\nb,y\nc"), .. bytes, .. Encoding.UTF8.GetBytes(",y\n")]);
                return Agree(place.At("d.csv"), new());
            },
            threads: 1, iter: 500);
    }

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(index => words[index]);

    private static void Sample(Gen<string> texts, string name, SequenceColumns columns)
    {
        using var place = new Workplace();
        texts.Sample(
            text =>
            {
                File.WriteAllText(place.At(name), text);
                return Agree(place.At(name), columns);
            },
            threads: 1, iter: 1000);
    }

    private static bool Agree(string path, SequenceColumns columns)
    {
        var report = ClassificationCheck.Run(path, null, columns);
        string? refusal = null;
        try
        {
            SequenceClassifier.Create(SequenceFiles.Read(path, columns), new() { HiddenSize = 1, EmbeddingSize = 1 });
        }
        catch (InvalidDataException failure)
        {
            refusal = failure.Message;
        }

        return report.Findings.AreUsable == (refusal is null)
            ? true
            : throw new InvalidOperationException($"Training says: {refusal ?? "good"}. The check says: {string.Join(' ', report.Findings.WorstFirst.Select(finding => finding.Text).DefaultIfEmpty("good"))}");
    }
}
