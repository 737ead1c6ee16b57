using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// Float32 memory at a fixed address, aligned to a cache line, owned by the garbage collector: nothing to dispose.
/// It only grows; growing discards the values.
/// </summary>
internal sealed unsafe class FloatBuffer
{
    /// <summary>One cache line and one 512-bit vector, in floats.</summary>
    internal const int AlignmentInFloats = 16;

    private float[] memory = [];
    private int offset;
    private float* start;

    public FloatBuffer(int length = 0)
    {
        if (length > 0)
            EnsureLength(length);
    }

    /// <summary>How many floats it holds.</summary>
    public int Length { get; private set; }

    /// <summary>The address; the buffer has to stay reachable while it is used.</summary>
    public Floats Pointer => new(start);

    /// <summary>The values; the span itself keeps the memory alive.</summary>
    public Span<float> Span => memory.AsSpan(offset, Length);

    /// <summary>Makes room for at least <paramref name="length"/> floats; new room is zero, old values are lost when it has to grow.</summary>
    /// <returns>Whether it grew.</returns>
    public bool EnsureLength(int length)
    {
        if (length <= Length)
            return false;
        memory = GC.AllocateArray<float>(checked(length + AlignmentInFloats), pinned: true);
        var address = (nint)Unsafe.AsPointer(ref memory[0]);
        start = (float*)((address + (AlignmentInFloats * sizeof(float)) - 1) & ~(nint)((AlignmentInFloats * sizeof(float)) - 1));
        offset = (int)(((nint)start - address) / sizeof(float));
        Length = length;
        return true;
    }
}
