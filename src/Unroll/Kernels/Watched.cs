using System.Numerics;

namespace Unroll.Kernels;

/// <summary>
/// A float32 that knows which gates' sums it is a sum of: maths written over lanes and run over watched values tells of which gates its activations were
/// taken. What an activation gives is of no gate's sum any more, and knows which activation it is.
/// </summary>
internal readonly unsafe struct Watched : ILane<Watched>
{
    /// <summary>An activation that is nearer to an end of its range than this is taken back to the sum that gives this.</summary>
    private const float Nearest = 1e-6f;

    private readonly LanesScalar value;
    private readonly ulong gates;
    private readonly ActivationNotes* notes;
    private readonly Origin origin;

    private Watched(LanesScalar value, ulong gates, ActivationNotes* notes, Origin origin = default)
    {
        this.value = value;
        this.gates = gates;
        this.notes = notes;
        this.origin = origin;
    }

    /// <summary>A value from the memory of a layer.</summary>
    /// <param name="value">The value.</param>
    /// <param name="gate">The gate whose sum it is, 0 to 63, or −1.</param>
    /// <param name="notes">Takes down the activations.</param>
    public static Watched Of(LanesScalar value, int gate, ActivationNotes* notes) => new(value, gate < 0 ? 0 : 1UL << gate, notes, new(Source.Memory, gate));

    public static Watched Broadcast(float value) => new(LanesScalar.Broadcast(value), 0, null);

    public static Watched operator +(Watched left, Watched right) => Both(left.value + right.value, left, right);

    public static Watched operator -(Watched left, Watched right) => Both(left.value - right.value, left, right);

    public static Watched operator *(Watched left, Watched right) => Both(left.value * right.value, left, right);

    public static Watched operator /(Watched left, Watched right) => Both(left.value / right.value, left, right);

    public static Watched MultiplyAdd(Watched factor, Watched other, Watched addend) =>
        Both(LanesScalar.MultiplyAdd(factor.value, other.value, addend.value), Both(default, factor, other), addend);

    public static Watched Max(Watched value, Watched bound) => Both(LanesScalar.Max(value.value, bound.value), value, bound);

    public static Watched Min(Watched value, Watched bound) => Both(LanesScalar.Min(value.value, bound.value), value, bound);

    public static Watched SelectPositive(Watched value, Watched then, Watched otherwise) =>
        Both(LanesScalar.SelectPositive(value.value, then.value, otherwise.value), then, otherwise);

    public static Watched Tanh(Watched value) => Noted(ActivationKind.Tanh, LanesScalar.Tanh(value.value), value);

    public static Watched Sigmoid(Watched value) => Noted(ActivationKind.Logistic, LanesScalar.Sigmoid(value.value), value);

    public static Watched Exp(Watched value) => new(LanesScalar.Exp(value.value), 0, value.notes);

    public static Watched Log(Watched value) => new(LanesScalar.Log(value.value), 0, value.notes);

    public static Watched Sqrt(Watched value) => new(LanesScalar.Sqrt(value.value), 0, value.notes);

    /// <summary>The sum of a gate in whose place a step has left this: its own where it has left nothing, or what gives the activation that it has left.</summary>
    /// <param name="stored">What stands there.</param>
    /// <param name="gate">The gate.</param>
    /// <param name="sum">What stands there as the gate's sum.</param>
    public Watched SumOf(LanesScalar stored, int gate, Watched sum)
    {
        double activation = LanesScalar.Sum(stored);
        if (IsActivation(ActivationKind.Logistic, gate))
        {
            activation = Math.Clamp(activation, Nearest, 1 - Nearest);
            return Of(LanesScalar.Broadcast((float)Math.Log(activation / (1 - activation))), gate, sum.notes);
        }

        return IsActivation(ActivationKind.Tanh, gate)
            ? Of(LanesScalar.Broadcast((float)Math.Atanh(Math.Clamp(activation, Nearest - 1, 1 - Nearest))), gate, sum.notes)
            : sum;
    }

    /// <summary>Whether this is that activation of the gate's sum.</summary>
    public bool IsActivation(ActivationKind kind, int gate) =>
        origin == new Origin(kind == ActivationKind.Logistic ? Source.Logistic : Source.Tanh, gate);

    /// <summary>Whether this is the gate's sum, as it was read.</summary>
    public bool IsSum(int gate) => origin == new Origin(Source.Memory, gate);

    private static Watched Both(LanesScalar result, Watched left, Watched right) =>
        new(result, left.gates | right.gates, left.notes != null ? left.notes : right.notes);

    private static Watched Noted(ActivationKind kind, LanesScalar result, Watched value)
    {
        if (value.notes != null)
            value.notes->Add(kind, value.gates, LanesScalar.Sum(result));
        var gate = BitOperations.PopCount(value.gates) == 1 ? BitOperations.TrailingZeroCount(value.gates) : -1;
        return new(result, 0, value.notes, new(kind == ActivationKind.Logistic ? Source.Logistic : Source.Tanh, gate));
    }

    private enum Source
    {
        Other,
        Memory,
        Logistic,
        Tanh,
    }

    private readonly record struct Origin(Source Source, int Gate);
}
