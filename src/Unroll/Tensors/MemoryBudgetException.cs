using System.Globalization;

namespace Unroll.Tensors;

/// <summary><see cref="Tape.MemoryBudget"/> is smaller than what a pass needs even when it keeps as little as it can.</summary>
public sealed class MemoryBudgetException : InvalidOperationException
{
    internal MemoryBudgetException(long budget, long needed)
        : base(string.Create(
            CultureInfo.InvariantCulture,
            $"{nameof(Tape.MemoryBudget)} is {budget:N0} bytes; this pass needs at least {needed:N0}. Give it more, or use shorter windows or a smaller batch."))
    {
        Budget = budget;
        Needed = needed;
    }

    /// <summary>The budget in bytes.</summary>
    public long Budget { get; }

    /// <summary>The least that the pass needs, in bytes.</summary>
    public long Needed { get; }
}
