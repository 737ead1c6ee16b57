namespace Unroll.Training;

/// <summary>What a <see cref="NetworkDoctor"/> has seen of a training, and what it found to be wrong.</summary>
public sealed record DoctorReport
{
    /// <summary>How many updates it has seen.</summary>
    public required long Updates { get; init; }

    /// <summary>How many of them it has looked at closely; at most some of these are kept.</summary>
    public required long Probes { get; init; }

    /// <summary>Loss and gradient norm from the first update to the last.</summary>
    public required IReadOnlyList<UpdateSpan> Course { get; init; }

    /// <summary>The share of updates whose gradient was clipped, 0…1.</summary>
    public required double ClippedShare { get; init; }

    /// <summary>The recurrent layers, one entry for each direction.</summary>
    public required IReadOnlyList<LayerHealth> Layers { get; init; }

    /// <summary>The parameters that learn.</summary>
    public required IReadOnlyList<ParameterHealth> Parameters { get; init; }

    /// <summary>What is wrong, problems first; empty for a healthy training.</summary>
    public required IReadOnlyList<DoctorFinding> Findings { get; init; }

    /// <summary>The time the doctor took.</summary>
    public required TimeSpan Cost { get; init; }

    /// <summary>The time from its first look to its last.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary><see cref="Cost"/> as a share of <see cref="Elapsed"/>, 0…1.</summary>
    public double CostShare => Elapsed > TimeSpan.Zero ? Cost / Elapsed : 0;
}

/// <summary>Some updates one after another.</summary>
/// <param name="First">The number of the first, from 1.</param>
/// <param name="Last">The number of the last.</param>
/// <param name="Loss">Their mean loss.</param>
/// <param name="GradientNorm">Their mean gradient norm, before clipping.</param>
/// <param name="LargestGradientNorm">The largest of these norms.</param>
/// <param name="Clipped">How many were clipped.</param>
public readonly record struct UpdateSpan(long First, long Last, double Loss, double GradientNorm, double LargestGradientNorm, long Clipped);
