namespace Unroll.Training;

/// <summary>When training ends: after passes over the text, or after a time.</summary>
internal readonly record struct TrainingLimit
{
    private TrainingLimit(long epochs, TimeSpan? duration)
    {
        Epochs = epochs;
        Duration = duration;
    }

    public long Epochs { get; }

    public TimeSpan? Duration { get; }

    public static TrainingLimit After(int epochs)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        return new(epochs, null);
    }

    public static TrainingLimit After(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        return new(0, duration);
    }

    /// <summary>How much is done, 0 to 1.</summary>
    public double Progress(long update, long updatesPerEpoch, TimeSpan elapsed) =>
        Math.Min(1, Duration is { } duration ? elapsed / duration : update / ((double)Epochs * updatesPerEpoch));

    public bool IsReached(long update, long updatesPerEpoch, TimeSpan elapsed) =>
        Duration is { } duration ? elapsed >= duration : update >= Epochs * updatesPerEpoch;

    public TimeSpan Remaining(double progress, TimeSpan elapsed) =>
        Duration is { } duration ? TimeSpan.FromTicks(Math.Max(0, (duration - elapsed).Ticks)) : progress > 0 ? elapsed * ((1 - progress) / progress) : default;
}
