namespace Unroll.Training;

/// <summary>Something that a <see cref="NetworkDoctor"/> found to be wrong, in words and numbers.</summary>
public sealed record DoctorFinding
{
    /// <summary>What it is.</summary>
    public required FindingKind Kind { get; init; }

    /// <summary>How bad it is.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>Where: a layer, <c>rnn layer 0</c>, or a parameter, <c>rnn.weight_hh_l0</c>; empty for the whole training.</summary>
    public required string Place { get; init; }

    /// <summary>What was measured, in one sentence with its numbers.</summary>
    public required string Message { get; init; }

    /// <summary>What to try.</summary>
    public required string Advice { get; init; }

    /// <summary>The numbers of the message by name, for programs.</summary>
    public required IReadOnlyDictionary<string, double> Numbers { get; init; }

    /// <summary>The kind as programs name it: <c>vanishing-gradient</c>.</summary>
    public string Code => Kind switch
    {
        FindingKind.Diverged => "diverged",
        FindingKind.ExplodingGradient => "exploding-gradient",
        FindingKind.VanishingGradient => "vanishing-gradient",
        FindingKind.SaturatedActivation => "saturated-activation",
        FindingKind.DeadUnits => "dead-units",
        FindingKind.LearningRateTooSmall => "learning-rate-too-small",
        FindingKind.LearningRateTooLarge => "learning-rate-too-large",
        FindingKind.MostUpdatesClipped => "most-updates-clipped",
        FindingKind.GradientSpikes => "gradient-spikes",
        _ => "no-gradient",
    };

    /// <summary>One line for people.</summary>
    public override string ToString() => $"{(Severity == FindingSeverity.Problem ? "problem" : "warning")}: {Message} {Advice}";
}
