using System.Runtime.CompilerServices;

namespace Unroll.Kernels;

/// <summary>
/// A pointer to float32 values in pinned memory. It lets the floors above hand buffers to kernels without unsafe code of their own;
/// nothing checks its bounds, and its owner (<see cref="FloatBuffer"/>) must stay reachable while it is used.
/// </summary>
internal readonly unsafe struct Floats
{
    private readonly float* pointer;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Floats(float* pointer) => this.pointer = pointer;

    /// <summary>The raw address, for kernels.</summary>
    public float* Pointer
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => pointer;
    }

    public bool IsNull
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => pointer is null;
    }

    /// <summary>The value <paramref name="index"/> floats further on.</summary>
    public ref float this[nint index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref pointer[index];
    }

    /// <summary>The pointer <paramref name="count"/> floats further on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats operator +(Floats start, nint count) => new(start.pointer + count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<float> Span(int length) => new(pointer, length);
}
