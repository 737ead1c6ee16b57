using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Unroll.Cli.Tests;

public sealed partial class DiagnoseTests
{
    private const string Tiny = "--hidden 16 --layers 2 --embedding 8 --window 16 --batch 8";

    [Fact]
    public void The_model_is_the_same_and_a_page_stands_beside_it()
    {
        using var place = new Workplace();
        place.Write("verse.txt", TrainTextTests.Verse());
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --epochs 3 --out without.safetensors")).Good();
        var outcome = place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --epochs 3 --out with.safetensors --diagnose")).Good();

        Assert.Equal(Tensors(place.At("without.safetensors")), Tensors(place.At("with.safetensors")));
        Assert.Matches(@"diagnosis   (nothing wrong|\d+ findings?) in \d+ probes of \d+ updates, [\d.]+ % of the time; with\.diagnosis\.html", outcome.Output);
        Assert.Equal("with.safetensors", outcome.Lines[^1]);
        var page = File.ReadAllText(place.At("with.diagnosis.html"));
        foreach (var expected in new[] { "<!DOCTYPE html>", "prefers-color-scheme: dark", "Gradient through time", "Saturation", "rnn layer 1", "rnn.weight_hh_l0", "half-life" })
            Assert.Contains(expected, page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_from_elsewhere()
    {
        using var place = new Workplace();
        place.Write("verse.txt", TrainTextTests.Verse());
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --epochs 2 --out m.safetensors --diagnose page.html")).Good();

        var page = File.ReadAllText(place.At("page.html"));
        var sources = SourcePattern().Matches(page).Select(match => match.Groups[1].Value).ToList();
        Assert.True(sources.Count >= 10);
        Assert.All(sources, source => Assert.StartsWith("data:image/svg+xml;base64,", source, StringComparison.Ordinal));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        foreach (var source in sources)
        {
            var picture = Encoding.UTF8.GetString(Convert.FromBase64String(source["data:image/svg+xml;base64,".Length..]));
            Assert.Contains("</text>", picture, StringComparison.Ordinal);
            Assert.DoesNotMatch("href=\"http", picture);
        }
    }

    [Fact]
    public void Findings_are_events_of_json()
    {
        using var place = new Workplace();
        place.Write("verse.txt", TrainTextTests.Verse());
        var outcome = place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --cell rnn --learning-rate 1e-7 --epochs 8 --out m.safetensors --diagnose --json")).Good();

        var events = outcome.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        var findings = events.Where(entry => entry.GetProperty("event").GetString() == "finding").ToList();
        var slow = Assert.Single(findings, finding => finding.GetProperty("code").GetString() == "learning-rate-too-small");
        Assert.Equal("warning", slow.GetProperty("severity").GetString());
        Assert.Contains("update-to-weight ratio", slow.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True(slow.GetProperty("numbers").GetProperty("ratio").GetDouble() < 1e-5);
        var diagnosis = Assert.Single(events, entry => entry.GetProperty("event").GetString() == "diagnosis");
        Assert.Equal(findings.Count, diagnosis.GetProperty("findings").GetInt32());
        Assert.Equal("m.diagnosis.html", diagnosis.GetProperty("page").GetString());
        Assert.Equal("done", events[^1].GetProperty("event").GetString());
    }

    [Fact]
    public void A_training_that_diverges_is_diagnosed()
    {
        using var place = new Workplace();
        place.Write("verse.txt", TrainTextTests.Verse());
        var outcome = place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --cell rnn-relu --optimizer sgd --learning-rate 1e20 --clip-norm 0 --out m.safetensors --diagnose"));

        outcome.Bad(1, "was refused", "--learning-rate");
        Assert.Contains("problem     Update ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("not both finite", File.ReadAllText(place.At("m.diagnosis.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--diagnose verse.txt", "--diagnose verse.txt: expected a file name that ends in .html")]
    [InlineData("--diagnose --dry-run", "--diagnose and --dry-run contradict each other")]
    [InlineData("--diagnose nowhere/page.html", "the folder 'nowhere' does not exist")]
    public void What_makes_no_sense_is_refused(string options, string expected)
    {
        using var place = new Workplace();
        place.Write("verse.txt", TrainTextTests.Verse());
        var outcome = place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --out m.safetensors {options}"));

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["verse.txt"], place.Files());
    }

    /// <summary>The values of a model file; its metadata holds how long training took.</summary>
    private static List<string> Tensors(string path) =>
        [.. Unroll.Models.LanguageModel.Load(path).Parameters.Select(parameter => $"{parameter.Name} {string.Join(' ', parameter.Values.ToArray().Select(BitConverter.SingleToInt32Bits))}")];

    [GeneratedRegex("src(?:set)?=\"([^\"]*)\"")]
    private static partial Regex SourcePattern();
}
