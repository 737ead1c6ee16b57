using Unroll.Benchmarks.Measurement;
using Unroll.Cli.Measurement;

namespace Unroll.Benchmarks.Startup;

/// <summary>Starts programs in turn, round after round, and reads when their first prediction comes.</summary>
internal static class StartupMeasurement
{
    /// <summary>Times all of them, after one start of each that does not count.</summary>
    public static IReadOnlyList<StartupFigure> Of(IReadOnlyList<StartedProgram> programs, Circumstances run)
    {
        foreach (var program in programs)
            program.Start();
        var first = programs.Select(_ => new double[run.Rounds]).ToArray();
        var whole = programs.Select(_ => new double[run.Rounds]).ToArray();
        for (var round = 0; round < run.Rounds; round++)
        {
            for (var index = 0; index < programs.Count; index++)
                (first[index][round], whole[index][round]) = programs[index].Start();
        }

        return [.. programs.Select((program, index) => Figure(program, first[index], whole[index], run))];
    }

    private static StartupFigure Figure(StartedProgram program, double[] first, double[] whole, Circumstances run)
    {
        var timing = Timing.Of(first);
        return new()
        {
            Program = program.Program,
            Work = program.Work,
            Seconds = timing.Median,
            FastestSeconds = timing.Minimum,
            SlowestSeconds = first.Max(),
            WholeSeconds = Timing.Of(whole).Median,
            SecondsGoal = program.SecondsGoal,
            FileBytes = program.FileBytesGoal is null ? null : new FileInfo(program.Path).Length,
            FileBytesGoal = program.FileBytesGoal,
            Run = run,
        };
    }
}
