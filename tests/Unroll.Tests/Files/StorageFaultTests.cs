using System.Diagnostics;
using Unroll.Files;

namespace Unroll.Tests.Files;

/// <summary>Test 7 of the reliability plan: whatever fails during a save, the old file is whole until the rename, and nothing is left behind.</summary>
public sealed class StorageFaultTests
{
    public static TheoryData<bool, bool> Faults => new() { { false, false }, { false, true }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Each_call_of_a_save_may_fail(bool diskIsFull, bool overExisting)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        var seen = new HashSet<string>();
        for (var failingCall = 0; ; failingCall++)
        {
            File.Delete(path);
            if (overExisting)
                Model(1).Save(path);
            var before = overExisting ? File.ReadAllBytes(path) : null;
            using var storage = new FaultyStorage(failingCall, diskIsFull ? FaultyStorage.NoSpace : FaultyStorage.InputOutput);
            var failure = Record.Exception(() => Model(2).Save(path));
            storage.Dispose();
            if (!storage.HasFailed)
            {
                Assert.Null(failure);
                break;
            }

            seen.Add(storage.Calls[^1]);
            AssertSafe(path, before, storage.Calls[^1], Assert.IsType<IOException>(failure), diskIsFull);
            Assert.Equal(File.Exists(path) ? ["model.safetensors"] : [], folder.Names);
            Model(3).Save(path);
            Assert.Equal(Model(3).ToArray(), File.ReadAllBytes(path));
        }

        Assert.Equal(["create", "rename", "sync", "sync folder", "write"], seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_temporary_file_that_cannot_be_removed_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        using var storage = new FaultyStorage(failingCall: 2, FaultyStorage.InputOutput, deleteFailsToo: true);

        var e = Assert.Throws<IOException>(() => Model(1).Save(path));

        Assert.Contains($"The temporary file '{folder.File(Assert.Single(folder.Names))}' is left; delete it.", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_of_fsync_is_not_swallowed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It takes a file that Linux cannot sync: a character device.");
        using var device = new FileStream("/dev/null", FileMode.Open, FileAccess.Write);
        device.Flush(flushToDisk: true);

        var e = Assert.Throws<IOException>(() => SystemStorage.Instance.Sync(device));

        Assert.Equal(LibC.InvalidArgument, e.HResult);
        Assert.Throws<IOException>(() => SystemStorage.Instance.SyncFolder("/nowhere"));
        Assert.Throws<IOException>(() => SystemStorage.Instance.Rename("/nowhere/a", "/nowhere/b"));
    }

    [Fact]
    public void A_device_that_is_always_full_is_reported_in_the_words_of_the_system()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        Model(1).Save(path);
        DurableFile.StorageForTests.Value = new FullDevice();

        var e = Assert.Throws<IOException>(() => Model(2).Save(path));

        Assert.StartsWith($"'{path}' was not saved: could not ", e.Message, StringComparison.Ordinal);
        Assert.Contains("No space left on device", e.Message, StringComparison.Ordinal);
        Assert.Equal(Model(1).ToArray(), File.ReadAllBytes(path));
    }

    [Fact]
    public void A_small_file_system_fills_up_and_recovers()
    {
        using var folder = new TemporaryFolder();
        using var disk = SmallDisk.TryMount(folder.Path, "64k");
        Assert.SkipWhen(disk is null, "Only the administrator may mount a small file system.");
        var path = folder.File("model.safetensors");
        Model(1, length: 4_000).Save(path);

        var e = Assert.Throws<IOException>(() => Model(2, length: 14_000).Save(path));

        Assert.Contains("No space left on device", e.Message, StringComparison.Ordinal);
        Assert.Equal(Model(1, length: 4_000).ToArray(), File.ReadAllBytes(path));
        Assert.Equal(["model.safetensors"], folder.Names);
        Model(3, length: 6_000).Save(path);
        Assert.Equal(Model(3, length: 6_000).ToArray(), File.ReadAllBytes(path));

        disk.MakeReadOnly();
        Assert.Contains("Read-only file system", Record.Exception(() => Model(4).Save(path))!.Message, StringComparison.Ordinal);
        Assert.Equal(Model(3, length: 6_000).ToArray(), File.ReadAllBytes(path));
    }

    private static void AssertSafe(string path, byte[]? before, string failedCall, IOException failure, bool diskIsFull)
    {
        Assert.Contains($"'{path}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains(diskIsFull ? "No space left on device" : "Input/output error", failure.Message, StringComparison.Ordinal);
        Assert.Equal(diskIsFull ? 28 : 5, failure.HResult);
        if (failedCall == "sync folder")
        {
            Assert.Contains("is written, but", failure.Message, StringComparison.Ordinal);
            Assert.Equal(Model(2).ToArray(), File.ReadAllBytes(path));
            return;
        }

        Assert.Equal(before is not null, failure.Message.Contains("The file that was there is unchanged.", StringComparison.Ordinal));
        Assert.EndsWith(
            diskIsFull ? "Free some space or save to another disk." : "The disk seems to fail: save to another one.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.Exists(path) ? File.ReadAllBytes(path) : null);
    }

    private static SafetensorsWriter Model(float value, int length = 20)
    {
        var writer = new SafetensorsWriter();
        writer.Add("weight", new(length), Enumerable.Repeat(value, length).ToArray());
        writer.Add("bias", new(3), [value, 1, 2]);
        return writer;
    }

    /// <summary>Opens a device on which nothing fits instead of the temporary file.</summary>
    private sealed class FullDevice : IDurableStorage
    {
        public Stream Create(string path, UnixFileMode? mode) => new FileStream("/dev/full", FileMode.Open, FileAccess.Write);

        public void Sync(Stream file) => SystemStorage.Instance.Sync(file);

        public void Rename(string from, string to) => throw new InvalidOperationException("A full disk was not noticed.");

        public void SyncFolder(string folder) => throw new InvalidOperationException("A full disk was not noticed.");

        public void Delete(string path)
        {
        }
    }

    /// <summary>A file system in memory of a few pages, mounted over a folder.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly string folder;

        private SmallDisk(string folder) => this.folder = folder;

        public static SmallDisk? TryMount(string folder, string size) =>
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", folder) ? new(folder) : null;

        public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", folder));

        public void Dispose() => Run("umount", folder);

        private static bool Run(string program, params string[] arguments)
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
                process.StandardError.ReadToEnd();
                process.WaitForExit();
                return process.ExitCode == 0;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return false;
            }
        }
    }
}
