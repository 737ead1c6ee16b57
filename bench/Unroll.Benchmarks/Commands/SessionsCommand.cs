using System.CommandLine;
using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Sessions;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>sessions</c>: many sessions of one model stepped as a batch.</summary>
internal static class SessionsCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often the batch and one by one have their turn.", DefaultValueFactory = _ => 15 };
        var threads = new Option<int>("--threads") { Description = "Threads to use.", DefaultValueFactory = _ => 2 };
        var results = ResultsFolder.Option("sessions.md and sessions.json");
        var command = new Command("sessions", "Steps 1 to 1,000 sessions of one LSTM layer as a batch, and one by one.") { rounds, threads, results };
        command.SetAction(parse =>
        {
            var run = Circumstances.Now(parse.GetValue(threads), parse.GetValue(rounds));
            Console.WriteLine(SessionMarkdown.Header);
            var figures = new List<SessionFigure>();
            foreach (var figure in SessionMeasurement.Of(run))
            {
                figures.Add(figure);
                Console.WriteLine(SessionMarkdown.Row(figure));
            }

            Console.WriteLine($"\n{run}");
            var path = Path.Combine(parse.GetRequiredValue(results).FullName, "sessions.json");
            ResultsJson.WriteList(path, figures);
            File.WriteAllText(Path.ChangeExtension(path, ".md"), SessionMarkdown.Of(figures));
        });
        return command;
    }
}
