using System.Text.Json;
using System.Text.RegularExpressions;
using Unroll.Files;

namespace Unroll.Cli.Tests;

public sealed partial class TrainTextTests
{
    private const string Tiny = "--hidden 16 --layers 2 --embedding 8 --window 16 --batch 8 --dropout 0.1";

    [Fact]
    public void A_run_leaves_its_files_in_its_folder_and_nothing_elsewhere()
    {
        using var place = new Workplace();
        place.Write("verse.txt", Verse());
        var outcome = place.Run(Words($"train text verse.txt {Tiny} --epochs 2")).Good();
        Assert.Equal("runs/verse-lstm-2x16/", outcome.Lines[0]);
        Assert.Equal("runs/verse-lstm-2x16/", outcome.Lines[^1]);
        Assert.Equal(
            ["runs/verse-lstm-2x16/checkpoint.safetensors", "runs/verse-lstm-2x16/loss.png", "runs/verse-lstm-2x16/model.safetensors", "verse.txt"],
            place.Files());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(place.At("runs/verse-lstm-2x16/loss.png"))[..4]);
        foreach (var expected in new[] { "loss ", "validation ", "characters/s", "gradient norm", " left", "--- sample ---", "bits per character", "baselines", "signature" })
            Assert.Contains(expected, outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", outcome.Output, StringComparison.Ordinal);

        Assert.Equal("runs/verse-lstm-2x16-2/", place.Run(Words($"train text verse.txt {Tiny} --epochs 1")).Good().Lines[0]);
    }

    [Theory]
    [InlineData("char", "bitsPerCharacter")]
    [InlineData("byte", "bitsPerCharacter")]
    [InlineData("word", "perplexity")]
    public void Json_is_one_object_a_line_and_the_last_is_done(string tokens, string figure)
    {
        using var place = new Workplace();
        place.Write("verse.txt", Verse());
        var outcome = place.Run(Words($"train text verse.txt {Tiny} --tokens {tokens} --epochs 2 --json --out m.safetensors")).Good();
        var events = outcome.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal("start", events[0].GetProperty("event").GetString());
        Assert.Contains(events, entry => entry.GetProperty("event").GetString() == "progress");
        var done = events[^1];
        Assert.Equal("done", done.GetProperty("event").GetString());
        foreach (var name in new[] { "valLoss", figure, "trainTokensPerSecond", "parameters", "seconds" })
            Assert.True(done.GetProperty(name).GetDouble() > 0, name);
        Assert.Equal("m.safetensors", done.GetProperty("model").GetString());
        Assert.Equal(["m.checkpoint.safetensors", "m.png", "m.safetensors", "verse.txt"], place.Files());
    }

    [Theory]
    [InlineData("lstm", "adamw", "cosine")]
    [InlineData("gru", "adam", "constant")]
    [InlineData("rnn", "sgd", "step")]
    [InlineData("lstm", "rmsprop", "cosine")]
    [InlineData("gru", "adagrad", "cosine")]
    public void Every_cell_optimizer_and_schedule_learns(string cell, string optimizer, string schedule)
    {
        using var place = new Workplace();
        place.Write("verse.txt", Verse());
        var outcome = place.Run(Words(
            $"train text verse.txt {Tiny} --cell {cell} --optimizer {optimizer} --schedule {schedule} --clip-value 0.5 --epochs 12 --json --out m.safetensors")).Good();
        var done = JsonDocument.Parse(outcome.Lines[^1]).RootElement;
        Assert.True(
            done.GetProperty("valLoss").GetDouble() < done.GetProperty("uniformLoss").GetDouble() - 0.3,
            $"{cell} with {optimizer} did not learn: {outcome.Lines[^1]}");
    }

    [Fact]
    public void A_resumed_run_equals_an_uninterrupted_one_bit_for_bit()
    {
        using var place = new Workplace();
        place.Write("verse.txt", Verse());
        place.Run(Words($"train text verse.txt {Tiny} --epochs 4 --out whole.safetensors")).Good();
        using (var running = place.Start(Words($"train text verse.txt {Tiny} --epochs 4 --out part.safetensors --checkpoint-every 3 --threads 1 --json")))
        {
            running.WaitFor("\"progress\"");
            running.PressControlC();
            var stopped = running.Wait();
            // A run this short may be over before the signal comes; then there is nothing to resume, and it has to be equal as it is.
            if (stopped.ExitCode != 0)
            {
                stopped.Bad(1, "interrupted after update", "part.checkpoint.safetensors", "train text --resume part.checkpoint.safetensors --out part.safetensors");
                Assert.False(File.Exists(place.At("part.safetensors")));
                Assert.Equal("interrupted", JsonDocument.Parse(stopped.Lines[^1]).RootElement.GetProperty("event").GetString());
                place.Run(Words("train text --resume part.checkpoint.safetensors --out part.safetensors --threads 2")).Good();
            }
        }

        AssertSameWeights(place.At("whole.safetensors"), place.At("part.safetensors"));
    }

    [Fact]
    public void Ctrl_C_saves_a_checkpoint_and_says_the_command_that_goes_on()
    {
        using var place = new Workplace();
        place.Write("my verse.txt", Verse());
        using var running = place.Start(["train", "text", "my verse.txt", .. Words($"{Tiny} --minutes 5 --checkpoint-every 100000")]);
        running.WaitFor("loss");
        running.PressControlC();
        var stopped = running.Wait().Bad(1, "interrupted after update", "Go on with: ");
        var command = stopped.Error[(stopped.Error.IndexOf("Go on with: ", StringComparison.Ordinal) + 12)..].Trim();
        Assert.Contains("--resume runs/my-verse-lstm-2x16/checkpoint.safetensors", command, StringComparison.Ordinal);
        Assert.Equal(["my verse.txt", "runs/my-verse-lstm-2x16/checkpoint.safetensors"], place.Files());

        // 0.02 minutes are less than what was trained already, or little more.
        var resumed = place.Shell(command + " --minutes 0.02").Good();
        Assert.Contains("going on after update", resumed.Output, StringComparison.Ordinal);
        Assert.Contains("runs/my-verse-lstm-2x16/model.safetensors", place.Files());
    }

    [Fact]
    public void A_killed_run_goes_on_from_its_last_checkpoint_to_the_same_model()
    {
        using var place = new Workplace();
        place.Write("verse.txt", Verse());
        place.Run(Words($"train text verse.txt {Tiny} --epochs 6 --out whole.safetensors")).Good();
        using (var running = place.Start(Words($"train text verse.txt {Tiny} --epochs 6 --out part.safetensors --checkpoint-every 1")))
        {
            while (!File.Exists(place.At("part.checkpoint.safetensors")))
                Thread.Sleep(1);
            running.Kill();
            running.Wait();
        }

        place.Run(Words("train text --resume part.checkpoint.safetensors --out part.safetensors")).Good();
        AssertSameWeights(place.At("whole.safetensors"), place.At("part.safetensors"));
        Assert.DoesNotContain(place.Files(), file => file.Contains("tmp", StringComparison.OrdinalIgnoreCase) && !file.Contains("part.checkpoint", StringComparison.Ordinal));
    }

    [Fact]
    public void A_dry_run_tries_everything_estimates_and_leaves_nothing()
    {
        using var place = new Workplace();
        place.Write("verse.txt", Verse());
        var outcome = place.Run(Words($"train text verse.txt {Tiny} --epochs 100 --dry-run")).Good();
        Assert.Contains("2 updates", outcome.Output, StringComparison.Ordinal);
        Assert.Matches(TimeLine(), outcome.Output);
        Assert.Matches(MemoryLine(), outcome.Output);
        Assert.Equal(["verse.txt"], place.Files());
        Assert.False(Directory.Exists(place.At("runs")));

        var done = JsonDocument.Parse(place.Run(Words($"train text verse.txt {Tiny} --epochs 100 --dry-run --json --out m.safetensors")).Good().Lines[^1]).RootElement;
        Assert.Equal("done", done.GetProperty("event").GetString());
        Assert.Equal(2, done.GetProperty("updates").GetInt64());
        Assert.True(done.GetProperty("estimatedSeconds").GetDouble() > 0);
        Assert.True(done.GetProperty("estimatedBytes").GetInt64() > 0);
        Assert.Equal(["verse.txt"], place.Files());
    }

    [Fact]
    public void A_folder_is_read_and_what_is_no_text_in_it_is_named()
    {
        using var place = new Workplace();
        Directory.CreateDirectory(place.At("books"));
        place.Write("books/verse.txt", Verse());
        File.WriteAllBytes(place.At("books/cover.bin"), [1, 2, 0, 3]);
        var outcome = place.Run(Words($"train text books {Tiny} --epochs 1 --json --out m.safetensors"));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal("unroll: note: left out because they are no text in UTF-8: books/cover.bin\n", outcome.Error);
        Assert.All(outcome.Lines, line => JsonDocument.Parse(line));
    }

    [Fact]
    public void The_text_of_the_program_itself_is_its_source_and_docs()
    {
        using var place = new Workplace();
        var outcome = place.Run(Words("train text --hidden 8 --layers 1 --embedding 4 --window 16 --batch 64 --minutes 0.02 --json")).Good();
        Assert.Contains("\"text\":\"unroll-source\"", outcome.Lines[0], StringComparison.Ordinal);
        Assert.True(JsonDocument.Parse(outcome.Lines[0]).RootElement.GetProperty("trainingTokens").GetInt64() > 100_000);
        Assert.Equal("namespace Unroll.Cli.Texts;", Texts.EmbeddedText.Read().Split('\n').First(line => line == "namespace Unroll.Cli.Texts;"));
    }

    internal static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A text with something to learn in it, about 6,000 characters.</summary>
    internal static string Verse() => string.Concat(Enumerable.Range(0, 120).Select(line =>
        $"{(line % 3 == 0 ? "the quick brown fox" : "a lazy old dog")} jumps over {line % 7} {(line % 2 == 0 ? "hedges" : "walls")}.\n"));

    private static void AssertSameWeights(string expected, string actual)
    {
        var first = SafetensorsFile.Read(expected);
        var second = SafetensorsFile.Read(actual);
        Assert.Equal(first.Sha256, second.Sha256);
    }

    [GeneratedRegex(@"time\s+about \d+:\d\d")]
    private static partial Regex TimeLine();

    [GeneratedRegex(@"memory\s+about \d+(\.\d)? [MG]iB")]
    private static partial Regex MemoryLine();
}
