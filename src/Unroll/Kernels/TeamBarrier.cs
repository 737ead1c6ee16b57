using System.Diagnostics;

namespace Unroll.Kernels;

/// <summary>
/// Where the members of a team meet: each waits until all have come. Waiting is spinning, because what lies between two meetings takes microseconds;
/// a member that waits longer gives its processor away. A member that fails abandons the barrier, so that nobody waits for it.
/// </summary>
internal sealed class TeamBarrier
{
    /// <summary>Some tens of microseconds: longer than members with equal work lie apart.</summary>
    private const int SpinsBeforeYield = 2_000;

    /// <summary>Longer than an interrupt and shorter than a time slice.</summary>
    private static readonly long LateTicks = Stopwatch.Frequency / 2_000;

    private int members = 1;
    private int arrived;
    private int generation;
    private int abandoned;
    private int? forgiven;
    private bool late;

    /// <summary>Sets the number of members; nobody may be waiting.</summary>
    /// <param name="count">The members.</param>
    /// <param name="sleeping">Whether some may have to wake first: then nobody is late for the first meeting.</param>
    public void Reset(int count, bool sleeping = false)
    {
        forgiven = sleeping ? generation : null;
        members = count;
        arrived = 0;
        abandoned = 0;
        late = false;
    }

    /// <summary>Whether a member waited so long since the last reset that somebody else must have had a processor of the team.</summary>
    public bool WasLate => late;

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

        var yielding = 0L;
        for (var spins = 0; Volatile.Read(ref generation) == current; spins++)
        {
            if (Volatile.Read(ref abandoned) != 0)
                return false;
            if (spins < SpinsBeforeYield)
            {
                Thread.SpinWait(1);
                continue;
            }

            if (yielding == 0)
                yielding = Stopwatch.GetTimestamp();
            else if (Stopwatch.GetTimestamp() - yielding > LateTicks)
                late |= current != forgiven;
            Thread.Yield();
        }

        return true;
    }
}
