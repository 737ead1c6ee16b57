namespace Unroll.Kernels;

/// <summary>Moves rectangles of values: what slices and concatenations are made of.</summary>
internal static class Blocks
{
    /// <summary>Copies or adds <paramref name="count"/> stretches of <paramref name="length"/> values.</summary>
    /// <param name="source">The first stretch.</param>
    /// <param name="sourceStride">Floats between the starts of two stretches.</param>
    /// <param name="target">Where the first stretch goes; must not overlap the source.</param>
    /// <param name="targetStride">Floats between the starts of two stretches.</param>
    /// <param name="count">How many stretches.</param>
    /// <param name="length">Values of a stretch.</param>
    /// <param name="accumulate">Whether to add to the target.</param>
    public static void Move(Floats source, nint sourceStride, Floats target, nint targetStride, int count, int length, bool accumulate)
    {
        for (var block = 0; block < count; block++, source += sourceStride, target += targetStride)
        {
            if (accumulate)
                VectorKernels.Add(source, target, length);
            else
                source.Span(length).CopyTo(target.Span(length));
        }
    }
}
