using System.Diagnostics;

namespace Unroll.Benchmarks.Measurement;

/// <summary>
/// How long a cache line takes from one core to another and back. Two cores that share a third-level cache hand it over in some 100 ns. A virtual machine
/// may have its cores moved apart, for seconds or minutes; then it is several times that, and so is every value that one thread leaves for another.
/// </summary>
internal static class Handover
{
    private const int Trips = 20_000;
    private const int Bursts = 5;

    /// <summary>Nanoseconds of a round trip, the median of some bursts; null with one core.</summary>
    public static double? Nanoseconds()
    {
        if (Environment.ProcessorCount < 2)
            return null;
        var bursts = new double[Bursts];
        for (var burst = 0; burst < Bursts; burst++)
            bursts[burst] = Burst();
        return bursts.Order().ElementAt(Bursts / 2);
    }

    private static double Burst()
    {
        var turn = 0;
        var other = new Thread(() =>
        {
            for (var trip = 0; trip < Trips; trip++)
            {
                while (Volatile.Read(ref turn) != (2 * trip) + 1)
                {
                }

                Volatile.Write(ref turn, (2 * trip) + 2);
            }
        });
        other.Start();
        var start = 0L;
        for (var trip = 0; trip < Trips; trip++)
        {
            // The first trip waits for the thread to start.
            if (trip == 1)
                start = Stopwatch.GetTimestamp();
            Volatile.Write(ref turn, (2 * trip) + 1);
            while (Volatile.Read(ref turn) != (2 * trip) + 2)
            {
            }
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        other.Join();
        return elapsed.TotalNanoseconds / (Trips - 1);
    }
}
