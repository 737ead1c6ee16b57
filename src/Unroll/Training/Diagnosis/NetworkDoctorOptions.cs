namespace Unroll.Training;

/// <summary>How much a <see cref="NetworkDoctor"/> looks at.</summary>
public sealed record NetworkDoctorOptions
{
    /// <summary>
    /// After how many updates one is looked at closely, at least 1. A long run is looked at more rarely: whenever 128 updates were, half of what was seen is
    /// dropped and the distance doubles.
    /// </summary>
    public int Every { get; init; } = 20;

    /// <summary>
    /// How many rows of the batch a <see cref="Trainer"/> gives to a probe, at least 1. It gives no more than a quarter of them; of batches below four it gives
    /// one row, and probes them two or four times more rarely.
    /// </summary>
    public int Rows { get; init; } = 4;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Every, 1, nameof(Every));
        ArgumentOutOfRangeException.ThrowIfLessThan(Rows, 1, nameof(Rows));
    }
}
