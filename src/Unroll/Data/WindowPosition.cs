namespace Unroll.Data;

/// <summary>Where <see cref="TokenWindows"/> stand.</summary>
/// <param name="Epoch">How many passes over the text are complete.</param>
/// <param name="Window">The number of the next window in this pass, from 0.</param>
public readonly record struct WindowPosition(long Epoch, int Window);
