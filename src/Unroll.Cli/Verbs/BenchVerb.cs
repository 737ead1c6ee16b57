using System.CommandLine;
using Unroll.Cli.Benchmarks;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Views;
using Unroll.Tensors;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll bench</c>: the peak of the machine, and how much of it Unroll uses.</summary>
internal static class BenchVerb
{
    private const double DefaultSeconds = 30;

    private static readonly Option<long?> Threads = Opt.Whole(
        "--threads", "N", 1, 256, 2, "Threads to compute with (default: one a core)");

    private static readonly Option<double?> Seconds = Opt.Number(
        "--seconds", "S", value => value is > 0 and <= 100_000, "a number above 0", 120,
        "About how long it takes in all (default 30); a longer time gives steadier figures");

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object a line and nothing else");

    public static Command Create()
    {
        var command = new Command(
            "bench", "Measure this machine's peak and the share of it that training, inference and streaming reach")
        {
            Threads, Seconds, Json,
        };
        command.SetAction(Run);
        return command.WithExamples("unroll bench", "unroll bench --threads 1 --seconds 120 --json");
    }

    private static int Run(ParseResult line)
    {
        if (line.GetValue(Threads) is { } threads)
            Parallelism.ThreadCount = (int)threads;
        var output = line.InvocationConfiguration.Output;
        var isTerminal = !Console.IsOutputRedirected && !Console.IsErrorRedirected;
        BenchView view = line.GetValue(Json) ? new BenchJson(output) : new BenchLines(output, isTerminal ? Console.Error : null);
        Bench.Run(Parallelism.ThreadCount, TimeSpan.FromSeconds(line.GetValue(Seconds) ?? DefaultSeconds), view);
        return ExitCode.Good;
    }
}
