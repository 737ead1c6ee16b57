using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>How many threads a computation uses. The results are the same bits for any number.</summary>
public static class Parallelism
{
    /// <summary>
    /// Threads that one computation may use, the calling one included; 1 up to 256; at first the number of processors. A change takes effect with
    /// the next operation, in the whole process.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside 1…256.</exception>
    public static int ThreadCount
    {
        get => Workers.Count;
        set
        {
            if (value is < 1 or > 256)
                throw new ArgumentOutOfRangeException(nameof(value), value, "A computation uses 1…256 threads.");
            Workers.Count = value;
        }
    }
}
