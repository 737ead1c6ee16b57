namespace Unroll.Kernels;

/// <summary>Keeps the activations of the gates of one step instead of counting them.</summary>
/// <param name="gates">G.</param>
/// <param name="units">H.</param>
internal sealed class ActivationValues(int gates, int units) : ActivationWatch(units)
{
    private readonly int units = units;
    private readonly float[] values = new float[gates * units];
    private readonly bool[] isActivated = new bool[gates];

    /// <summary>Whether an activation of the gate's sum was seen.</summary>
    public bool IsActivated(int gate) => isActivated[gate];

    /// <summary>[H], writable: the activations of a gate, or what the caller has put in their place.</summary>
    public Span<float> Of(int gate) => values.AsSpan(gate * units, units);

    /// <inheritdoc/>
    public override void Note(int unit, ActivationKind kind, int gate, float value)
    {
        if (gate < 0)
            return;
        isActivated[gate] = true;
        values[(gate * units) + unit] = value;
    }
}
