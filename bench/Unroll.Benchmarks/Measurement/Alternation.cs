using Unroll.Cli.Measurement;

namespace Unroll.Benchmarks.Measurement;

/// <summary>
/// Times several contestants in turn, round after round, so that a change of clock rate or a busy neighbour meets all of them alike.
/// </summary>
internal static class Alternation
{
    // libtorch's and ONNX Runtime's idle threads spin for some milliseconds before they sleep, on the cores the next contestant needs.
    private static readonly TimeSpan settleTime = TimeSpan.FromMilliseconds(30);

    /// <summary>Times every run; all of them have run at least once before.</summary>
    /// <param name="runs">What to time.</param>
    /// <param name="rounds">How often each has its turn, at least 1.</param>
    /// <returns>In the order of <paramref name="runs"/>.</returns>
    public static Timing[] Time(IReadOnlyList<Action> runs, int rounds)
    {
        var blocks = runs.Select(TimedBlock.Calibrate).ToArray();
        return InTurn([.. blocks.Select(block => (Func<double>)block.SecondsOfOne)], rounds);
    }

    /// <summary>Lets every contestant measure itself in its turn.</summary>
    /// <param name="measures">Each gives the seconds of one run.</param>
    /// <param name="rounds">How often each has its turn, at least 1.</param>
    /// <returns>In the order of <paramref name="measures"/>.</returns>
    public static Timing[] InTurn(IReadOnlyList<Func<double>> measures, int rounds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rounds);
        var seconds = measures.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var index = 0; index < measures.Count; index++)
            {
                Thread.Sleep(settleTime);
                seconds[index][round] = measures[index]();
            }
        }

        return [.. seconds.Select(Timing.Of)];
    }
}
