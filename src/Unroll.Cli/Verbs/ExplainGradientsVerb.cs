using System.CommandLine;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Gradients;
using Unroll.Cli.Runs;
using Unroll.Cli.Views;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll explain gradients</c>: how the gradient flows back through networks of different cells, and what clipping does.</summary>
internal static class ExplainGradientsVerb
{
    private const int DefaultSteps = 100;
    private const int DefaultUpdates = 600;

    private static readonly Option<string?> Out = Opt.Text("--out", "FOLDER", "Where the pictures and the page go (default: a new folder under runs)", "a folder, for example --out pictures");

    private static readonly Option<long?> Steps = Opt.Whole("--steps", "T", 10, 1000, DefaultSteps, "Steps from the symbol to the answer (default 100)");

    private static readonly Option<long?> Updates = Opt.Whole("--updates", "N", 0, 100_000, DefaultUpdates, "Updates that each network learns for (default 600); 0 looks at new networks alone");

    private static readonly Option<long?> Seed = Opt.Whole("--seed", "N", 0, int.MaxValue, 1, "Seed of weights and sequences (default 1)");

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object a line and nothing else");

    public static Command Create()
    {
        var command = new Command(
            "gradients", "Measure and draw how the gradient vanishes or explodes on its way back through RNN, LSTM and GRU, and what clipping does; half a minute")
        {
            Out, Steps, Updates, Seed, Json,
        };
        command.SetAction((line, cancellation) => Task.FromResult(Run(line, cancellation)));
        return command.WithExamples("unroll explain gradients", "unroll explain gradients --steps 200 --updates 1000 --out pictures");
    }

    private static int Run(ParseResult line, CancellationToken cancellation)
    {
        var folder = OutFolder.Make(line.GetValue(Out), "explain-gradients");
        var options = new StudyOptions((int)(line.GetValue(Steps) ?? DefaultSteps), (int)(line.GetValue(Updates) ?? DefaultUpdates), (ulong)(line.GetValue(Seed) ?? 1));
        var output = line.InvocationConfiguration.Output;
        GradientsView view = line.GetValue(Json) ? new GradientsJson(output) : new GradientsLines(output);
        view.Start(options, folder);
        var flows = new List<SubjectFlows>();
        foreach (var subject in GradientSubject.All)
        {
            flows.Add(GradientStudy.Run(subject, options, cancellation));
            view.Show(flows[^1]);
        }

        var runs = new List<ClippingRun>();
        foreach (var kind in options.Updates > 0 ? ClippingStudy.Kinds : [])
        {
            runs.Add(ClippingStudy.Run(kind, options.Seed, cancellation));
            view.Show(runs[^1]);
        }

        view.Finish(WriteFiles(folder, flows, runs));
        return ExitCode.Good;
    }

    private static List<string> WriteFiles(string folder, List<SubjectFlows> flows, List<ClippingRun> runs)
    {
        var files = new List<string>();
        string At(string name)
        {
            files.Add(Path.Combine(folder, name));
            return files[^1];
        }

        GradientPictures.Curves(At("curves.png"), flows);
        GradientPictures.HeatMap(At("units-before.png"), flows, last: false);
        if (runs.Count > 0)
        {
            GradientPictures.Training(At("training.png"), flows);
            GradientPictures.HeatMap(At("units-after.png"), flows, last: true);
            GradientPictures.Clipped(At("clipping.png"), runs);
        }

        File.WriteAllText(At("gradients.html"), FlowPage.Of(flows, runs));
        return files;
    }
}
