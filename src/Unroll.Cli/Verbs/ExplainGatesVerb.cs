using System.CommandLine;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Gates;
using Unroll.Cli.Runs;
using Unroll.Cli.Texts;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll explain gates</c>: what the gates of a language model do over a text, and which unit tracks what.</summary>
internal static class ExplainGatesVerb
{
    private const int DefaultLength = 20_000;
    private const double DefaultThreshold = 0.5;

    private static readonly Argument<string> Model = new("MODEL") { Description = "A model of characters or bytes that 'unroll train' wrote" };

    private static readonly Argument<string[]> Texts = new("FILE|FOLDER")
    {
        Description = "The text to read: text files, or folders of them",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string?> Out = Opt.Text("--out", "FOLDER", "Where the pictures go (default: a new folder under runs)", "a folder, for example --out pictures");

    private static readonly Option<long?> Length = Opt.Whole("--length", "N", GateStudy.ShortestText, 10_000_000, DefaultLength, "The most characters that are read (default 20000)");

    private static readonly Option<double?> Threshold = Opt.Number(
        "--threshold", "R", value => value is > 0 and < 1, "a number over 0 and under 1", 0.7, "The least correlation, found and confirmed, that counts as tracking (default 0.5)");

    private static readonly Option<long?> Layer = Opt.Whole("--layer", "L", 1, 1000, 1, "The layer whose gates are drawn, from 1 (default: the top layer)");

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object a line and nothing else");

    public static Command Create()
    {
        var command = new Command("gates", "Draw the gates of a language model over a text, and find the units that track quotes, brackets, lines and more")
        {
            Model, Texts, Out, Length, Threshold, Layer, Json,
        };
        command.SetAction((line, cancellation) => Task.FromResult(Run(line, cancellation)));
        return command.WithExamples("unroll explain gates shakespeare.safetensors sonnets.txt --out pictures");
    }

    private static int Run(ParseResult line, CancellationToken cancellation)
    {
        var path = ModelPath.Of(line, Model);
        var model = LanguageModel.Load(path);
        var layer = (int)(line.GetValue(Layer) ?? model.Options.Layers);
        if (layer > model.Options.Layers)
            throw CommandFailure.Usage($"--layer {layer}: {path} has {model.Options.Layers} layers; expected 1 to {model.Options.Layers}.");
        var text = TextCorpus.Load(line.GetValue(Texts)!, new() { Vocabulary = model.Vocabulary });
        LeftOutFiles.Tell(text);
        var output = line.InvocationConfiguration.Output;
        GatesView view = line.GetValue(Json) ? new GatesJson(output) : new GatesLines(output, Console.IsErrorRedirected || Console.IsOutputRedirected ? null : Console.Error);
        var threshold = line.GetValue(Threshold) ?? DefaultThreshold;
        var study = GateStudy.Run(model, text, (int)(line.GetValue(Length) ?? DefaultLength), threshold, view.Progress, cancellation);
        var folder = OutFolder.Make(line.GetValue(Out), "explain-gates");
        view.Show(path, text.Name, study, threshold);
        var files = new List<string> { Path.Combine(folder, "gates.png") };
        GatePictures.Gates(files[0], study, layer - 1);
        var trackers = Path.Combine(folder, "trackers.png");
        if (TrackerPicture.Draw(trackers, study))
            files.Add(trackers);
        view.Finish(files);
        return ExitCode.Good;
    }
}
