using System.Text.Json;
using Spectre.Console;
using Unroll.Cells;
using Unroll.Cli.Runs;
using Unroll.Cli.Views;

namespace Unroll.Cli.Tests;

/// <summary><c>unroll hello</c>.</summary>
public sealed class HelloTests
{
    private const string Green = "\e[32m";
    private const string Red = "\e[91m";

    [Fact]
    public void It_shows_the_scores_before_and_after_and_why_the_two_l_differ()
    {
        using var place = new Workplace();
        var output = place.Run("hello").Good().Output;
        var (before, after) = (Table(output, "Before training"), Table(output, "After training"));
        Assert.Contains("no", before.Select(row => row[^1]));
        Assert.Equal(["h", "e", "l", "l"], after.Select(row => row[0]));
        Assert.Equal(["e", "l", "l", "o"], after.Select(row => row[^3]));
        Assert.All(after, row => Assert.Equal("yes", row[^1]));
        // The columns are e, h, l, o; what is said is the largest score of the row.
        Assert.All(after, row => Assert.Equal("ehlo"[Largest(row)], row[^3][0]));
        Assert.Contains("After hel it says l, after hell it says o: its state tells the two apart.", output, StringComparison.Ordinal);
        Assert.Contains("0.347 nats a letter", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length < 80, line));
        Assert.Empty(place.Files());
        Assert.Equal(output, place.Run("hello", "--cell", "rnn", "--seed", "0").Good().Output);
        Assert.NotEqual(output, place.Run("hello", "--seed", "1").Good().Output);
    }

    [Fact]
    public void Json_has_the_same_answers_and_what_is_left_of_them_without_a_state()
    {
        using var place = new Workplace();
        var lines = place.Run("hello", "--json", "--cell", "gru", "--seed", "5").Good().Lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["hello", "before", "progress", "after", "withoutState"], lines.Select(line => line.GetProperty("event").GetString()).Distinct());
        Assert.Equal("gru", lines[0].GetProperty("cell").GetString());
        Assert.Equal(5, lines[0].GetProperty("seed").GetInt32());
        var losses = lines.Where(line => line.TryGetProperty("loss", out _)).Select(line => line.GetProperty("loss").GetDouble()).ToArray();
        Assert.InRange(losses[0], 1, 2);
        Assert.InRange(losses[^1], 0, 0.01);

        var after = lines[^2].GetProperty("steps").EnumerateArray().ToArray();
        Assert.Equal(["e", "l", "l", "o"], after.Select(step => step.GetProperty("says").GetString()));
        Assert.All(after, step => Assert.Equal(step.GetProperty("right").GetString(), step.GetProperty("scores").EnumerateObject().MaxBy(score => score.Value.GetDouble()).Name));
        var forgetful = lines[^1].GetProperty("steps").EnumerateArray().ToArray();
        Assert.Equal(forgetful[2].GetProperty("scores").GetRawText(), forgetful[3].GetProperty("scores").GetRawText());
        Assert.NotEqual(after[2].GetProperty("scores").GetRawText(), after[3].GetProperty("scores").GetRawText());
    }

    [Fact]
    public void Every_cell_of_the_library_learns_the_word()
    {
        foreach (var cell in Cell.BuiltIn)
        {
            var lesson = new HelloLesson(cell, seed: 0);
            lesson.Train((_, _) => { });
            Assert.All(lesson.Read(), step => Assert.True(lesson.Letters[Models.TokenSampler.Likeliest(step.Scores)] == step.Target, $"{cell} after {step.Input}"));
        }
    }

    /// <summary>The right letter's score is green in every row, an answer green where it is right and red where it is wrong.</summary>
    [Fact]
    public void Right_ones_are_green_on_a_terminal_with_colours_and_no_colour_is_kept_to()
    {
        var steps = new HelloStep[] { new('h', 'e', [2.5f, 0, 0, 0]), new('e', 'l', [0.5f, 0, -1, 0]) };
        var coloured = Shown(steps, ColorSystemSupport.Standard, []);
        Assert.Equal(["2.50", "e", "yes", "-1.00"], Between(coloured, Green));
        Assert.Equal(["e", "no"], Between(coloured, Red));

        var plain = Shown(steps, ColorSystemSupport.Detect, new() { ["NO_COLOR"] = "1", ["TERM"] = "xterm-256color" });
        Assert.DoesNotContain(Green, plain, StringComparison.Ordinal);
        Assert.DoesNotContain(Red, plain, StringComparison.Ordinal);
        Assert.Contains("yes", plain, StringComparison.Ordinal);
    }

    private static string Shown(HelloStep[] steps, ColorSystemSupport colours, Dictionary<string, string> environment)
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.Yes, ColorSystem = colours, EnvironmentVariables = environment, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 200;
        new HelloView(console).Show("Title", "ehlo", steps);
        return writer.ToString();
    }

    private static string[] Between(string text, string colour) =>
        [.. text.Split(colour).Skip(1).Select(part => part[..part.IndexOf('\e')].Trim())];

    /// <summary>The words of the four rows below a title and the heading of its table.</summary>
    private static string[][] Table(string output, string title)
    {
        var lines = output.Split('\n');
        return [.. lines.Skip(Array.IndexOf(lines, title) + 2).Take(4).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    private static int Largest(string[] row)
    {
        var scores = row[1..5].Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        return Array.IndexOf(scores, scores.Max());
    }
}
