using Unroll.Kernels;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Cells;

/// <summary>One double as a lane: the text of a cell then runs in double precision.</summary>
internal readonly record struct DoubleLane(double Value) : ILane<DoubleLane>
{
    public static DoubleLane Broadcast(float value) => new(value);

    public static DoubleLane operator +(DoubleLane left, DoubleLane right) => new(left.Value + right.Value);

    public static DoubleLane operator -(DoubleLane left, DoubleLane right) => new(left.Value - right.Value);

    public static DoubleLane operator *(DoubleLane left, DoubleLane right) => new(left.Value * right.Value);

    public static DoubleLane operator /(DoubleLane left, DoubleLane right) => new(left.Value / right.Value);

    public static DoubleLane MultiplyAdd(DoubleLane factor, DoubleLane other, DoubleLane addend) => (factor * other) + addend;

    public static DoubleLane Max(DoubleLane value, DoubleLane bound) => value.Value < bound.Value ? bound : value;

    public static DoubleLane Min(DoubleLane value, DoubleLane bound) => value.Value > bound.Value ? bound : value;

    public static DoubleLane SelectPositive(DoubleLane value, DoubleLane then, DoubleLane otherwise) => value.Value > 0 ? then : otherwise;

    public static DoubleLane Tanh(DoubleLane value) => new(Math.Tanh(value.Value));

    public static DoubleLane Sigmoid(DoubleLane value) => new(ActivationOracle.Sigmoid(value.Value));

    public static DoubleLane Exp(DoubleLane value) => new(Math.Exp(value.Value));
}
