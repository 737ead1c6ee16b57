namespace Unroll.Kernels;

/// <summary>
/// Where the members of a team meet: each waits until all have come. Waiting is spinning, because what lies between two meetings takes microseconds;
/// a member that waits longer gives its processor away.
/// </summary>
internal sealed class TeamBarrier
{
    /// <summary>Some tens of microseconds: longer than members with equal work lie apart.</summary>
    private const int SpinsBeforeYield = 2_000;

    private int members = 1;
    private int arrived;
    private int generation;

    /// <summary>Sets the number of members; nobody may be waiting.</summary>
    public void Reset(int count)
    {
        members = count;
        arrived = 0;
    }

    /// <summary>Waits until all members have called this as often as the caller.</summary>
    public void Meet()
    {
        if (members == 1)
            return;
        var current = Volatile.Read(ref generation);
        if (Interlocked.Increment(ref arrived) == members)
        {
            arrived = 0;
            Volatile.Write(ref generation, current + 1);
            return;
        }

        for (var spins = 0; Volatile.Read(ref generation) == current; spins++)
        {
            if (spins < SpinsBeforeYield)
                Thread.SpinWait(1);
            else
                Thread.Yield();
        }
    }
}
