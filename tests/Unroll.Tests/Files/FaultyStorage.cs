using Unroll.Files;

namespace Unroll.Tests.Files;

/// <summary>
/// The operating system's storage, of which one call fails: the first, the second, and so on, until a save has no more. Use it with
/// <c>using</c>: it is in force for the rest of the test.
/// </summary>
internal sealed class FaultyStorage : IDurableStorage, IDisposable
{
    private readonly int failingCall;
    private readonly Func<Exception> fault;
    private readonly bool deleteFailsToo;

    public FaultyStorage(int failingCall, Func<Exception> fault, bool deleteFailsToo = false)
    {
        this.failingCall = failingCall;
        this.fault = fault;
        this.deleteFailsToo = deleteFailsToo;
        DurableFile.StorageForTests.Value = this;
    }

    /// <summary>The calls made, by name, the failing one last.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Whether the call was reached that had to fail.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>What Linux says when the disk is full.</summary>
    public static IOException NoSpace() => LibC.Error(28);

    /// <summary>What Linux says when the disk fails.</summary>
    public static IOException InputOutput() => LibC.Error(5);

    public Stream Create(string path, UnixFileMode? mode)
    {
        Call("create");
        return new FaultyStream(this, SystemStorage.Instance.Create(path, mode));
    }

    public void Sync(Stream file)
    {
        Call("sync");
        SystemStorage.Instance.Sync(((FaultyStream)file).Inner);
    }

    public void Rename(string from, string to)
    {
        Call("rename");
        SystemStorage.Instance.Rename(from, to);
    }

    public void SyncFolder(string folder)
    {
        Call("sync folder");
        SystemStorage.Instance.SyncFolder(folder);
    }

    public void Delete(string path)
    {
        if (deleteFailsToo)
            throw fault();
        SystemStorage.Instance.Delete(path);
    }

    public void Dispose() => DurableFile.StorageForTests.Value = null;

    private void Call(string name)
    {
        Calls.Add(name);
        if (Calls.Count - 1 != failingCall)
            return;
        HasFailed = true;
        throw fault();
    }

    /// <summary>Writes half of what it should before it fails, as a full disk does.</summary>
    private sealed class FaultyStream(FaultyStorage owner, Stream inner) : Stream
    {
        public Stream Inner => inner;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                owner.Call("write");
            }
            catch
            {
                inner.Write(buffer[..(buffer.Length / 2)]);
                throw;
            }

            inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
