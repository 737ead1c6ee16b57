using System.CommandLine;
using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Startup;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>startup</c>: from the start of a process to its first prediction.</summary>
internal static class StartupCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often each program is started, after one start that does not count.", DefaultValueFactory = _ => 20 };
        var programs = new Option<DirectoryInfo?>("--programs")
        {
            Description = "Folder in which an earlier run has published the programs; without it they are published now, to artifacts/startup.",
        };
        var results = ResultsFolder.Option("startup.md and startup.json");
        var command = new Command("startup", "Starts the sample ahead of time and with the JIT, and the command line, up to the first prediction.") { rounds, programs, results };
        command.SetAction(parse =>
        {
            var repository = ResultsFolder.Repository();
            var published = parse.GetValue(programs) ?? repository.CreateSubdirectory(Path.Combine("artifacts", "startup"));
            var all = new StartupPrograms(published);
            if (parse.GetValue(programs) is null)
                all.Publish(repository);
            var figures = StartupMeasurement.Of([.. all.All()], Circumstances.Now(Environment.ProcessorCount, parse.GetValue(rounds)));
            Console.WriteLine(StartupMarkdown.Header);
            foreach (var figure in figures)
                Console.WriteLine(StartupMarkdown.Row(figure));

            Console.WriteLine($"\n{figures[0].Run}");
            var path = Path.Combine(parse.GetRequiredValue(results).FullName, "startup.json");
            ResultsJson.WriteList(path, figures);
            File.WriteAllText(Path.ChangeExtension(path, ".md"), StartupMarkdown.Of(figures));
        });
        return command;
    }
}
