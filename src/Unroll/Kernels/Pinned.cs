namespace Unroll.Kernels;

/// <summary>Work on memory of a caller, which stays in its place meanwhile.</summary>
internal interface IPinnedWork
{
    /// <summary>Runs the work.</summary>
    /// <param name="input">The start of the input; null when it is empty.</param>
    /// <param name="output">The start of the output; null when it is empty.</param>
    void Run(Floats input, Floats output);
}

/// <summary>Holds spans of a caller in their place, so that kernels and other threads can work on them.</summary>
internal static unsafe class Pinned
{
    /// <summary>Runs work on an input and an output.</summary>
    public static void Run(ReadOnlySpan<float> input, Span<float> output, IPinnedWork work)
    {
        fixed (float* start = input)
        {
            fixed (float* target = output)
                work.Run(new(start), new(target));
        }
    }
}
