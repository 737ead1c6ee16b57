using System.Globalization;
using System.Text.RegularExpressions;

namespace Unroll.Cli.Tests;

public sealed partial class BadInputTests
{
    private const string Tiny = "--hidden 8 --layers 1 --embedding 4 --window 16 --batch 4 --epochs 1";

    [Theory]
    [InlineData("missing.txt", "missing.txt", "no such file or folder")]
    [InlineData("empty.txt", "empty.txt", "empty")]
    [InlineData("binary.txt", "binary.txt", "binary file")]
    [InlineData("latin1.txt", "latin1.txt", "UTF-8")]
    [InlineData("short.txt", "short.txt", "one window of 16 steps")]
    [InlineData("nothing", "nothing", "no text")]
    [InlineData("two.txt", "two.txt", "2 characters")]
    public void A_text_that_cannot_be_learned_from_is_one_line_and_exit_code_1(string file, string name, string problem)
    {
        using var place = Prepared();
        place.Run(TrainTextTests.Words($"train text {file} {Tiny}")).Bad(1, name, problem);
        Assert.False(Directory.Exists(place.At("runs")));
    }

    [Theory]
    [InlineData("--hidden 65536 --layers 64")]
    [InlineData("--hidden 30000 --layers 60 --cell gru")]
    public void A_model_beyond_the_memory_is_refused_at_once(string sizes)
    {
        using var place = Prepared();
        place.Run(TrainTextTests.Words($"train text verse.txt --window 16 --batch 4 --epochs 1 {sizes}")).Bad(1, "GiB of memory", "are there", "--hidden");
        Assert.False(Directory.Exists(place.At("runs")));
    }

    [Fact]
    public void A_memory_budget_that_is_too_small_names_the_least_and_writes_nothing()
    {
        using var place = Prepared();
        var before = place.Files();
        Workplace.Outcome Run(long budget, string more = "") =>
            place.Run(TrainTextTests.Words($"train text verse.txt --hidden 128 --layers 1 --window 64 --batch 16 --epochs 1 --memory-budget {budget} {more}".TrimEnd()));

        var failure = Run(1).Bad(1, "--memory-budget 1: ", "MiB at the least", "Give --memory-budget ", "--batch 16", "--window 64", "No model was written.");
        var least = int.Parse(LeastBudget().Match(failure.Error).Groups[1].Value, CultureInfo.InvariantCulture);
        Run(1, "--dry-run").Bad(1, $"--memory-budget 1: an update of this run keeps {least} MiB at the least.");
        Run(1, "--out m.safetensors").Bad(1, $"Give --memory-budget {least} or more");
        Run(least - 1).Bad(1, $"--memory-budget {least - 1}: ", $"Give --memory-budget {least} or more");
        Assert.Equal(before, place.Files());
        Assert.False(Directory.Exists(place.At("runs")));
        Run(least, "--out m.safetensors").Good();
    }

    [Fact]
    public void Paths_that_cannot_be_written_are_found_before_the_training()
    {
        using var place = Prepared();
        Directory.CreateDirectory(place.At("folder"));
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --out nowhere/m.safetensors")).Bad(1, "--out nowhere/m.safetensors", "folder 'nowhere' does not exist", "mkdir -p nowhere");
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --out folder")).Bad(1, "--out folder: this is a folder", "folder/model.safetensors");
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --checkpoint nowhere/c.safetensors")).Bad(1, "--checkpoint nowhere/c.safetensors", "does not exist");
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --out m.safetensors --checkpoint m.safetensors")).Bad(2, "--out and --checkpoint are both");
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --out m.png")).Bad(2, "m.png", "picture", "--out");
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --out m.safetensors --checkpoint m.png")).Bad(2, "m.png", "picture", "--checkpoint");
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --out verse.txt")).Bad(2, "verse.txt is the text to learn from");
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --out /proc/m.safetensors")).Bad(1, "/proc", "cannot be written to");
        Assert.False(Directory.Exists(place.At("runs")));
    }

    [Fact]
    public void A_folder_without_write_permission_is_named()
    {
        using var place = Prepared();
        Directory.CreateDirectory(place.At("locked"));
        // Permission bits do not bind root; an immutable folder does, where the file system knows it.
        if (Environment.IsPrivilegedProcess)
            Assert.SkipUnless(place.Shell("chattr +i locked").ExitCode == 0, "Root may write everywhere here: chattr +i does not work on this file system.");
        else
            place.Shell("chmod a-w locked");
        try
        {
            place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --out locked/m.safetensors")).Bad(1, "locked", "cannot be written to");
        }
        finally
        {
            place.Shell("chattr -i locked; chmod u+w locked");
        }
    }

    [Fact]
    public void A_full_disk_is_one_line_and_the_old_model_stays()
    {
        using var place = Prepared();
        var mounted = place.Shell("mkdir small && mount -t tmpfs -o size=64k tmpfs small");
        Assert.SkipUnless(mounted.ExitCode == 0, $"A small file system cannot be mounted here: {mounted.Error}");
        try
        {
            File.WriteAllText(place.At("small/m.safetensors"), "an old model");
            place.Run(TrainTextTests.Words("train text verse.txt --hidden 64 --window 16 --batch 4 --epochs 1 --out small/m.safetensors")).Bad(1, "small/m");
            Assert.Equal("an old model", File.ReadAllText(place.At("small/m.safetensors")));
            Assert.Equal(["small/m.safetensors"], place.Files().Where(file => file.StartsWith("small/", StringComparison.Ordinal)));
        }
        finally
        {
            place.Shell("umount small");
        }
    }

    [Fact]
    public void A_run_that_diverges_names_the_update_and_leaves_the_old_model()
    {
        using var place = Prepared();
        File.WriteAllText(place.At("m.safetensors"), "an old model");
        place.Run(TrainTextTests.Words("train text verse.txt --hidden 8 --layers 1 --embedding 4 --window 16 --batch 4 --epochs 50 --optimizer sgd --learning-rate 1e37 --clip-norm 0 --schedule constant --cell rnn --out m.safetensors"))
            .Bad(1, "update ", "was refused", "gradient norm", "--learning-rate");
        Assert.Equal("an old model", File.ReadAllText(place.At("m.safetensors")));
    }

    [Fact]
    public void What_is_no_checkpoint_or_another_text_is_refused_by_resume()
    {
        using var place = Prepared();
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --out m.safetensors")).Good();
        place.Run(TrainTextTests.Words("train text --resume missing.safetensors")).Bad(1, "--resume missing.safetensors", "no such file");
        place.Run(TrainTextTests.Words("train text --resume verse.txt")).Bad(1, "verse.txt");
        place.Run(TrainTextTests.Words("train text --resume m.safetensors")).Bad(1, "m.safetensors", "no training checkpoint", "language-model");
        File.Move(place.At("verse.txt"), place.At("moved.txt"));
        place.Run(TrainTextTests.Words("train text --resume m.checkpoint.safetensors --epochs 2")).Bad(1, "verse.txt", "no such file", "m.checkpoint.safetensors", "name the text");
        place.Run(TrainTextTests.Words("train text moved.txt --resume m.checkpoint.safetensors --epochs 2 --out again.safetensors")).Good();
        File.Move(place.At("moved.txt"), place.At("verse.txt"));
        File.AppendAllText(place.At("verse.txt"), "more\n");
        place.Run(TrainTextTests.Words("train text --resume m.checkpoint.safetensors --epochs 2")).Bad(1, "m.checkpoint.safetensors", "another text");
        File.AppendAllText(place.At("verse.txt"), "€\n");
        place.Run(TrainTextTests.Words("train text --resume m.checkpoint.safetensors --epochs 2")).Bad(1, "m.checkpoint.safetensors", "another text");
        Assert.False(Directory.Exists(place.At("runs")));
    }

    [Fact]
    public void Models_that_are_none_are_refused_by_every_verb_that_reads_one()
    {
        using var place = Prepared();
        place.Run(TrainTextTests.Words($"train text verse.txt {Tiny} --out m.safetensors")).Good();
        File.WriteAllBytes(place.At("half.safetensors"), File.ReadAllBytes(place.At("m.safetensors"))[..2000]);
        place.Write("pointer.safetensors", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
        foreach (var verb in new[] { "generate {0}", "info {0}", "evaluate {0} verse.txt", "quantize {0} --weights int8" })
        {
            Workplace.Outcome Run(string file) => place.Run(TrainTextTests.Words(verb.Replace("{0}", file, StringComparison.Ordinal)));
            Run("missing.safetensors").Bad(1, "missing.safetensors: there is no such file");
            Run("nothing").Bad(1, "nothing: this is a folder");
            Run("empty.txt").Bad(1, "empty.txt");
            Run("half.safetensors").Bad(1, "half.safetensors");
            Run("pointer.safetensors").Bad(1, "pointer.safetensors", "Git-LFS pointer");
            Run("m.checkpoint.safetensors").Bad(1, "m.checkpoint.safetensors: this is a checkpoint", "--resume m.checkpoint.safetensors");
        }
    }

    [GeneratedRegex(@"keeps (\d+) MiB")]
    private static partial Regex LeastBudget();

    private static Workplace Prepared()
    {
        var place = new Workplace();
        place.Write("verse.txt", TrainTextTests.Verse());
        place.Write("empty.txt", "");
        place.Write("short.txt", "not enough");
        place.Write("two.txt", "ab");
        File.WriteAllBytes(place.At("binary.txt"), [1, 2, 0, 3, 4]);
        File.WriteAllBytes(place.At("latin1.txt"), [.. "caf"u8, 0xE9, (byte)'\n']);
        Directory.CreateDirectory(place.At("nothing"));
        return place;
    }
}
