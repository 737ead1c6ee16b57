using System.CommandLine;
using System.Globalization;
using Unroll.Benchmarks.LanguageModels;
using Unroll.Benchmarks.Measurement;
using Unroll.Data;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>language-model</c>: the same model trained for the same time, end to end.</summary>
internal static class LanguageModelCommand
{
    private const double ValidationFraction = 0.1;

    private static readonly Dictionary<string, Func<LanguageModelTask, TextCorpus, TimeSpan, ProgressLine, LanguageModelResult>> contestants = new()
    {
        ["unroll"] = UnrollLanguageModelRun.Run,
        ["libtorch"] = TorchLanguageModelRun.Run,
    };

    public static Command Create()
    {
        var peer = new Argument<string>("peer") { Description = "Who trains: unroll or libtorch." };
        peer.AcceptOnlyFromAmong([.. contestants.Keys]);
        var text = new Option<FileInfo>("--text") { Description = "The text, such as tiny Shakespeare's input.txt.", Required = true };
        var minutes = new Option<double>("--minutes") { Description = "How long it trains.", DefaultValueFactory = _ => 10 };
        var hidden = new Option<int>("--hidden") { Description = "Hidden size of both layers.", DefaultValueFactory = _ => 256 };
        var threads = new Option<int>("--threads") { Description = "Threads it may use.", DefaultValueFactory = _ => 2 };
        var results = ResultsFolder.Option("a row of language-model.md and .json");
        var command = new Command("language-model", "Trains a character model for some minutes: characters a second and validation loss.")
        {
            peer, text, minutes, hidden, threads, results,
        };
        command.SetAction(parse =>
        {
            var read = parse.GetRequiredValue(text);
            var (training, validation) = TextCorpus.Load(read.FullName).Split(ValidationFraction);
            var task = new LanguageModelTask
            {
                Training = training,
                HiddenSize = parse.GetValue(hidden),
                Threads = parse.GetValue(threads),
            };
            var run = Circumstances.Now(task.Threads, rounds: 1) with { Text = read.Name };
            Console.WriteLine(run);
            var result = contestants[parse.GetRequiredValue(peer)](task, validation, TimeSpan.FromMinutes(parse.GetValue(minutes)), new());
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Peer}: {result.CharactersPerSecond:N0} characters/s, {result.Epochs:F2} epochs, validation {result.ValidationLoss:F4} nats a character"));
            LanguageModelResults.Write(parse.GetRequiredValue(results), result, run);
        });
        return command;
    }
}
