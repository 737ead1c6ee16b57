using System.Globalization;
using System.Runtime.InteropServices;
using Unroll.Kernels;

namespace Unroll.Tests.Kernels;

/// <summary>
/// Float32 memory that ends exactly where a page begins that may not be touched (or starts right behind one): a kernel that reads or writes
/// one value too many does not corrupt something quietly, it faults. Linux only.
/// </summary>
internal sealed unsafe partial class GuardedBuffer : IDisposable
{
    private const int ReadWrite = 0x1 | 0x2;
    private const int PrivateAnonymous = 0x02 | 0x20;
    private const int NoAccess = 0;

    private readonly byte* mapping;
    private readonly nuint mappedLength;

    /// <summary>Memory for <paramref name="length"/> values.</summary>
    /// <param name="length">How many.</param>
    /// <param name="guardBefore">False: the page behind the last value is forbidden; true: the one before the first.</param>
    public GuardedBuffer(int length, bool guardBefore = false)
    {
        var page = (nuint)Environment.SystemPageSize;
        var bytes = (nuint)length * sizeof(float);
        var body = (bytes + page - 1) / page * page;
        Length = length;
        mappedLength = body + (2 * page);
        mapping = (byte*)Map(null, mappedLength, ReadWrite, PrivateAnonymous, -1, 0);
        if ((nint)mapping == -1)
            throw new InvalidOperationException(Invariant($"mmap of {mappedLength} bytes failed: errno {Marshal.GetLastPInvokeError()}."));
        var first = mapping + page;
        if (Protect(mapping, page, NoAccess) != 0 || Protect(first + body, page, NoAccess) != 0)
            throw new InvalidOperationException(Invariant($"mprotect failed: errno {Marshal.GetLastPInvokeError()}."));
        Pointer = new((float*)(guardBefore ? first : first + body - bytes));
    }

    public int Length { get; }

    public Floats Pointer { get; }

    public Span<float> Span => Pointer.Span(Length);

    public void Dispose() => _ = Unmap(mapping, mappedLength);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* address, nuint length);
}
