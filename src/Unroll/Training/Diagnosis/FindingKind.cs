namespace Unroll.Training;

/// <summary>What can be wrong with a training.</summary>
public enum FindingKind
{
    /// <summary>A loss or gradient was infinite or no number.</summary>
    Diverged,

    /// <summary>The gradient grows on its way back through time.</summary>
    ExplodingGradient,

    /// <summary>The gradient is lost within a few steps.</summary>
    VanishingGradient,

    /// <summary>A gate or tanh is at the ends of its range nearly always.</summary>
    SaturatedActivation,

    /// <summary>Outputs of units do not vary.</summary>
    DeadUnits,

    /// <summary>An update changes the weights by next to nothing.</summary>
    LearningRateTooSmall,

    /// <summary>An update changes the weights by a large part of themselves, or the loss rises.</summary>
    LearningRateTooLarge,

    /// <summary>Most updates were clipped.</summary>
    MostUpdatesClipped,

    /// <summary>Single gradients are far larger than usual and nothing clips them.</summary>
    GradientSpikes,

    /// <summary>A matrix gets no gradient at all.</summary>
    NoGradient,
}

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Training learns less than it could.</summary>
    Warning,

    /// <summary>Training does not work like this.</summary>
    Problem,
}
