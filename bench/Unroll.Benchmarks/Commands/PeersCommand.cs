using System.CommandLine;
using Unroll.Benchmarks.Peers;
using Unroll.Benchmarks.Peers.Torch;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>peers</c>: Unroll, libtorch and ONNX Runtime side by side.</summary>
internal static class PeersCommand
{
    private static readonly Dictionary<string, Job[]> jobs = new()
    {
        ["train"] = [Job.Training],
        ["inference"] = [Job.Inference],
        ["streaming"] = [Job.Streaming],
        ["mixed"] = [Job.Mixed],
        ["all"] = Enum.GetValues<Job>(),
    };

    public static Command Create()
    {
        var what = new Argument<string>("what") { Description = "What is timed: train, inference, streaming, mixed or all." };
        what.AcceptOnlyFromAmong([.. jobs.Keys]);
        var rounds = new Option<int>("--rounds") { Description = "How often each has its turn; the tables show the median.", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "Threads each may use.", DefaultValueFactory = _ => 2 };
        var cell = new Option<PeerCell?>("--cell") { Description = "Only this cell: rnn, lstm or gru." };
        var hidden = new Option<int?>("--hidden") { Description = "Only the shapes with this hidden size." };
        var results = new Option<DirectoryInfo?>("--results") { Description = "Folder to write peers-<what>.md and .json to." };
        var command = new Command("peers", "Times Unroll, libtorch and ONNX Runtime side by side, after checking that they agree.")
        {
            what, rounds, threads, cell, hidden, results,
        };
        command.SetAction(parse =>
        {
            TorchRuntime.Load();
            var report = new PeerReport(parse.GetValue(threads), parse.GetValue(rounds));
            var name = parse.GetRequiredValue(what);
            foreach (var job in jobs[name])
            {
                report.Add(job, Workloads.Of(job).Where(workload =>
                    workload.Cell == (parse.GetValue(cell) ?? workload.Cell)
                    && workload.HiddenSize == (parse.GetValue(hidden) ?? workload.HiddenSize)));
            }

            if (parse.GetValue(results) is { } folder)
                report.Write(folder, name);
        });
        return command;
    }
}
