namespace Unroll.Kernels;

/// <summary>
/// Where the members of a team meet: each waits until all have come. Waiting is spinning, because what lies between two meetings takes microseconds;
/// a member that waits longer gives its processor away. A member that fails abandons the barrier, so that nobody waits for it.
/// </summary>
internal sealed class TeamBarrier
{
    /// <summary>Some tens of microseconds: longer than members with equal work lie apart.</summary>
    private const int SpinsBeforeYield = 2_000;

    private int members = 1;
    private int arrived;
    private int generation;
    private int abandoned;

    /// <summary>Sets the number of members; nobody may be waiting.</summary>
    public void Reset(int count)
    {
        members = count;
        arrived = 0;
        abandoned = 0;
    }

    /// <summary>Lets all others go: the caller will not come any more.</summary>
    public void Abandon() => Volatile.Write(ref abandoned, 1);

    /// <summary>Waits until all members have called this as often as the caller.</summary>
    /// <returns>False when a member has abandoned the barrier: what it had to do is missing.</returns>
    public bool Meet()
    {
        if (members == 1)
            return true;
        var current = Volatile.Read(ref generation);
        if (Interlocked.Increment(ref arrived) == members)
        {
            arrived = 0;
            Volatile.Write(ref generation, current + 1);
            return true;
        }

        for (var spins = 0; Volatile.Read(ref generation) == current; spins++)
        {
            if (Volatile.Read(ref abandoned) != 0)
                return false;
            if (spins < SpinsBeforeYield)
                Thread.SpinWait(1);
            else
                Thread.Yield();
        }

        return true;
    }
}
