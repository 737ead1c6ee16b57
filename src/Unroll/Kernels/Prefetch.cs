using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Unroll.Kernels;

/// <summary>Asks for memory that will be needed soon, so that it comes while something else is computed.</summary>
internal static unsafe class Prefetch
{
    /// <summary>Floats of a cache line.</summary>
    public const int LineFloats = 16;

    /// <summary>One line, into the second-level cache. Any address; what is not there is not fetched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1(address);
    }

    /// <summary>One line, into the first-level cache: it is needed at once. Any address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Near(float* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }

    /// <summary>Some columns of some rows, into the second-level cache.</summary>
    /// <param name="start">The first column of the first row.</param>
    /// <param name="stride">Floats between rows.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    public static void Rows(Floats start, nint stride, int rows, int columns)
    {
        if (!Sse.IsSupported)
            return;
        for (var row = 0; row < rows; row++)
        {
            var line = start.Pointer + (row * stride);
            for (var column = 0; column < columns; column += LineFloats)
                Sse.Prefetch1(line + column);
        }
    }
}
