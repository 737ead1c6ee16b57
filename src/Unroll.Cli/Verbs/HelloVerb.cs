using System.CommandLine;
using Spectre.Console;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Runs;
using Unroll.Cli.Views;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll hello</c>: a network learns to spell a word, and shows why it needs a state.</summary>
internal static class HelloVerb
{
    private const string DefaultCell = "rnn";

    private static readonly Option<string?> CellName = Opt.OneOfMany("--cell", "CELL", "Which cell learns (default rnn); unroll cells lists them", CellNames.All);

    private static readonly Option<long?> Seed = Opt.Whole("--seed", "N", 0, long.MaxValue, 1, "Start of the random numbers (default 0): the same seed, the same answers");

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object a line and nothing else");

    public static Command Create()
    {
        var command = new Command("hello", "Watch a network learn to spell hello, and see why order matters") { CellName, Seed, Json };
        command.SetAction(Run);
        return command.WithExamples("unroll hello", "unroll hello --cell gru --seed 3");
    }

    private static int Run(ParseResult line)
    {
        var name = line.GetValue(CellName) ?? DefaultCell;
        var seed = (ulong)(line.GetValue(Seed) ?? 0);
        var lesson = new HelloLesson(CellNames.Find(name)!, seed);
        var output = line.InvocationConfiguration.Output;
        if (line.GetValue(Json))
            RunAsJson(lesson, name, seed, output);
        else
            RunAsText(lesson, name, seed, Console.IsOutputRedirected ? HelloView.Plain(output) : AnsiConsole.Console);
        return ExitCode.Good;
    }

    private static void RunAsText(HelloLesson lesson, string name, ulong seed, IAnsiConsole console)
    {
        var view = new HelloView(console);
        view.Start(lesson, name, seed);
        view.Show("Before training", lesson.Letters, lesson.Read());
        view.Line();
        lesson.Train((update, loss) =>
        {
            if (IsShown(update))
                view.Report(update, loss);
        });
        var steps = lesson.Read();
        view.Show("After training", lesson.Letters, steps);
        view.Explain(lesson.Letters, steps, lesson.Read(forgets: true));
    }

    private static void RunAsJson(HelloLesson lesson, string name, ulong seed, TextWriter output)
    {
        void Write(string phase, bool forgets = false) =>
            JsonLines.Write(output, phase, writer => HelloView.Write(writer, lesson.Letters, lesson.Read(forgets)));

        JsonLines.Write(output, "hello", writer =>
        {
            writer.WriteString("word", HelloLesson.Word);
            writer.WriteString("cell", name);
            writer.WriteNumber("seed", seed);
            writer.WriteNumber("hiddenSize", HelloLesson.HiddenSize);
            writer.WriteNumber("parameters", lesson.ParameterCount);
        });
        Write("before");
        lesson.Train((update, loss) =>
        {
            if (IsShown(update))
            {
                JsonLines.Write(output, "progress", writer =>
                {
                    writer.WriteNumber("update", update);
                    writer.WriteFigure("loss", loss);
                });
            }
        });
        Write("after");
        Write("withoutState", forgets: true);
    }

    private static bool IsShown(int update) => update is 0 or 10 or 20 or 40 or 80 or 150 or HelloLesson.Updates;
}
