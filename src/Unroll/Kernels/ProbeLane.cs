namespace Unroll.Kernels;

/// <summary>One double-precision value: the lane in which a cell is tried out before it is used.</summary>
internal readonly record struct ProbeLane(double Value) : ILane<ProbeLane>
{
    public static ProbeLane Broadcast(float value) => new(value);

    public static ProbeLane operator +(ProbeLane left, ProbeLane right) => new(left.Value + right.Value);

    public static ProbeLane operator -(ProbeLane left, ProbeLane right) => new(left.Value - right.Value);

    public static ProbeLane operator *(ProbeLane left, ProbeLane right) => new(left.Value * right.Value);

    public static ProbeLane operator /(ProbeLane left, ProbeLane right) => new(left.Value / right.Value);

    public static ProbeLane MultiplyAdd(ProbeLane factor, ProbeLane other, ProbeLane addend) => (factor * other) + addend;

    public static ProbeLane Max(ProbeLane value, ProbeLane bound) => value.Value < bound.Value ? bound : value;

    public static ProbeLane Min(ProbeLane value, ProbeLane bound) => value.Value > bound.Value ? bound : value;

    public static ProbeLane SelectPositive(ProbeLane value, ProbeLane then, ProbeLane otherwise) => value.Value > 0 ? then : otherwise;

    public static ProbeLane Tanh(ProbeLane value) => new(Math.Tanh(value.Value));

    public static ProbeLane Sigmoid(ProbeLane value) => new(1 / (1 + Math.Exp(-value.Value)));

    public static ProbeLane Exp(ProbeLane value) => new(Math.Exp(value.Value));

    public static ProbeLane Log(ProbeLane value) => new(Math.Log(Math.Max(value.Value, FloatBits.SmallestNormal)));

    public static ProbeLane Sqrt(ProbeLane value) => new(Math.Sqrt(value.Value));
}
