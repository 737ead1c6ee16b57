using System.Diagnostics;
using System.Runtime.Versioning;
using Unroll.Files;

namespace Unroll.Tests.Files;

public sealed class DurableFileTests
{
    private const string OnlyUnix = "Permissions, links and pipes of this kind exist on Unix only.";

    [Fact]
    public void A_file_is_created_and_then_replaced()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.bin");

        Write(path, [1, 2, 3]);
        Write(path, [4]);

        Assert.Equal([4], File.ReadAllBytes(path));
        Assert.Equal(["a.bin"], folder.Names);
    }

    [Fact]
    public void Until_it_is_complete_the_old_file_is_there()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.bin");
        Write(path, [1, 2, 3]);

        DurableFile.Write(path, stream =>
        {
            stream.Write([4, 5]);
            stream.Flush();
            Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
            var temporary = Assert.Single(folder.Names, name => name != "a.bin");
            Assert.Matches(@"^\.a\.bin\.[0-9a-f]{16}\.tmp$", temporary);
        });

        Assert.Equal([4, 5], File.ReadAllBytes(path));
    }

    [Fact]
    public void What_the_writer_throws_passes_through_and_nothing_changes()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.bin");
        Write(path, [1]);

        Assert.Throws<OperationCanceledException>(() => DurableFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new OperationCanceledException();
        }));
        Assert.Throws<InvalidOperationException>(() => DurableFile.Write(path, stream => stream.Dispose()));

        Assert.Equal([1], File.ReadAllBytes(path));
        Assert.Equal(["a.bin"], folder.Names);
    }

    [Fact]
    public void A_model_may_be_saved_to_the_path_it_came_from()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        File.Copy(Path.Join(SafetensorsSamples.GoldenFolder, "lstm_minimal.safetensors"), path);
        var original = SafetensorsFile.Read(path);

        SafetensorsSamples.Copy(original).Save(path);
        var once = File.ReadAllBytes(path);
        SafetensorsSamples.Copy(SafetensorsFile.Read(path)).Save(path);

        Assert.Equal(once, File.ReadAllBytes(path));
        SafetensorsSamples.AssertSameContent(original, SafetensorsFile.Read(path));
    }

    [Fact]
    public async Task Readers_beside_a_saving_thread_see_the_old_or_the_new_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        Save(0);
        var saving = Task.Run(() => Parallel.For(1, 60, Save));

        while (!saving.IsCompleted)
            Assert.Single(SafetensorsFile.Read(path).Require("x").ToSingleArray().Distinct());

        await saving;
        Assert.Equal(["model.safetensors"], folder.Names);

        void Save(int value)
        {
            var writer = new SafetensorsWriter();
            writer.Add("x", new(1000), Enumerable.Repeat((float)value, 1000).ToArray());
            writer.Save(path);
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Permissions_of_the_replaced_file_are_kept()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), OnlyUnix);
        using var folder = new TemporaryFolder();
        var path = folder.File("a.bin");
        foreach (var mode in new[] { "600", "640", "666", "755" }.Select(text => (UnixFileMode)Convert.ToInt32(text, 8)))
        {
            Write(path, [1]);
            File.SetUnixFileMode(path, mode);
            Write(path, [2]);
            Assert.Equal(mode, File.GetUnixFileMode(path));
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void A_write_protected_file_is_not_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), OnlyUnix);
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "The administrator may write everything.");
        using var folder = new TemporaryFolder();
        var path = folder.File("a.bin");
        Write(path, [1]);
        File.SetUnixFileMode(path, UnixFileMode.UserRead);

        Assert.Contains("write-protected", NotWritten(path), StringComparison.Ordinal);
        Assert.Equal([1], File.ReadAllBytes(path));
    }

    [Fact]
    public void A_symbolic_link_stays_and_its_target_is_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), OnlyUnix);
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("real"));
        Directory.CreateDirectory(folder.File("real/inner"));
        File.CreateSymbolicLink(folder.File("link"), "real/target");
        File.CreateSymbolicLink(folder.File("chain"), "link");
        Directory.CreateSymbolicLink(folder.File("shortcut"), "real/inner");
        File.CreateSymbolicLink(folder.File("real/inner/up"), "../target");

        Write(folder.File("chain"), [1]);
        Assert.Equal([1], File.ReadAllBytes(folder.File("real/target")));
        Write(folder.File("shortcut/up"), [2]);
        Assert.Equal([2], File.ReadAllBytes(folder.File("real/target")));
        Write(folder.File("shortcut/new"), [3]);

        Assert.Equal([3], File.ReadAllBytes(folder.File("real/inner/new")));
        Assert.Equal("link", new FileInfo(folder.File("chain")).LinkTarget);
        Assert.Equal("../target", new FileInfo(folder.File("real/inner/up")).LinkTarget);
        Assert.Equal(["chain", "link", "real", "shortcut"], folder.Names);
    }

    [Fact]
    public void What_is_no_file_is_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("is a folder", NotWritten(folder.Path), StringComparison.Ordinal);
        Assert.Contains("is a folder", NotWritten(folder.File("new/")), StringComparison.Ordinal);
        Assert.Contains("does not exist. Create it first.", NotWritten(folder.File("missing/a.bin")), StringComparison.Ordinal);
        Assert.Empty(folder.Names);
        if (OperatingSystem.IsLinux())
            Assert.Contains("is a device", Assert.Throws<IOException>(() => DurableTarget.Resolve("/dev/null")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_is_neither_read_nor_replaced()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), OnlyUnix);
        using var folder = new TemporaryFolder();
        var pipe = folder.File("pipe");
        using (var make = Process.Start("mkfifo", [pipe]))
            make.WaitForExit();

        Assert.Contains("a pipe", NotWritten(pipe), StringComparison.Ordinal);
        Assert.Contains("a pipe", Assert.Throws<IOException>(() => SafetensorsFile.Read(pipe)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_killed_process_left_goes_and_what_is_in_use_stays()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.bin");
        var old = DateTime.UtcNow.AddHours(-1);
        string[] kept = [".a.bin.0000000000000001.tmp", ".a.bin.0000000000000002.tmp", ".b.bin.0000000000000003.tmp", ".a.bin.tmp"];
        foreach (var name in kept.Append(".a.bin.0000000000000009.tmp"))
            File.WriteAllBytes(folder.File(name), [1]);
        foreach (var name in folder.Names.Where(name => !name.Contains("0001", StringComparison.Ordinal)).ToList())
            File.SetLastWriteTimeUtc(folder.File(name), old);

        using (File.Open(folder.File(kept[1]), FileMode.Open, FileAccess.Read, FileShare.None))
            Write(path, [2]);

        Assert.Equal(kept.Append("a.bin").Order(StringComparer.Ordinal), folder.Names);
    }

    private static void Write(string path, byte[] content) => DurableFile.Write(path, stream => stream.Write(content));

    private static string NotWritten(string path)
    {
        var message = Assert.Throws<IOException>(() => Write(path, [1])).Message;
        Assert.StartsWith($"'{path}' was not saved: ", message, StringComparison.Ordinal);
        return message;
    }
}
