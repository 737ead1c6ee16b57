namespace Unroll.Kernels;

/// <summary>An activation that can saturate.</summary>
internal enum ActivationKind
{
    /// <summary>The logistic function, with values in 0…1.</summary>
    Logistic,

    /// <summary>The hyperbolic tangent, with values in −1…1.</summary>
    Tanh,
}

/// <summary>Counts how often the activations of a layer's units are saturated: at an end of their range, where nearly no gradient passes.</summary>
/// <param name="units">H.</param>
internal class ActivationWatch(int units)
{
    /// <summary>A logistic gate below this counts as closed, one above 1 minus this as open: there its derivative is below 0.05, a fifth of the largest.</summary>
    public const float LogisticMargin = 0.05f;

    /// <summary>A tanh farther than this from 0 counts as saturated: there its derivative is below 0.1.</summary>
    public const float TanhBound = 0.95f;

    private readonly List<WatchedActivation> activations = [];

    /// <summary>The activations seen so far, in the order of the step.</summary>
    public IReadOnlyList<WatchedActivation> Activations => activations;

    /// <summary>Counts one value.</summary>
    /// <param name="unit">Whose.</param>
    /// <param name="kind">What gave it.</param>
    /// <param name="gate">The gate whose sum it was taken of, or −1 for anything else, such as a state.</param>
    /// <param name="value">The activation.</param>
    public virtual void Note(int unit, ActivationKind kind, int gate, float value)
    {
        var activation = Find(kind, gate);
        activation.Counts[unit]++;
        var (low, high) = kind == ActivationKind.Logistic ? (LogisticMargin, 1 - LogisticMargin) : (-TanhBound, TanhBound);
        if (value < low)
            activation.Low[unit]++;
        else if (value > high)
            activation.High[unit]++;
    }

    private WatchedActivation Find(ActivationKind kind, int gate)
    {
        foreach (var known in activations)
        {
            if (known.Kind == kind && known.Gate == gate)
                return known;
        }

        var activation = new WatchedActivation(kind, gate, units);
        activations.Add(activation);
        return activation;
    }
}

/// <summary>The counts of one activation of a step.</summary>
/// <param name="kind">What it is.</param>
/// <param name="gate">The gate whose sum it is taken of, or −1.</param>
/// <param name="units">H.</param>
internal sealed class WatchedActivation(ActivationKind kind, int gate, int units)
{
    public ActivationKind Kind => kind;

    public int Gate => gate;

    /// <summary>Values seen of each unit.</summary>
    public int[] Counts { get; } = new int[units];

    /// <summary>How many were at the lower end.</summary>
    public int[] Low { get; } = new int[units];

    /// <summary>How many were at the upper end.</summary>
    public int[] High { get; } = new int[units];
}
