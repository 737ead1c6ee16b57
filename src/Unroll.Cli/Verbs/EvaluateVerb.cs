using System.CommandLine;
using System.Globalization;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Texts;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll evaluate</c>: how well a model predicts a text.</summary>
internal static class EvaluateVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model that 'unroll train' wrote" };

    private static readonly Argument<string[]> Texts = new("FILE|FOLDER")
    {
        Description = "The text to predict: text files, or folders of them",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object and nothing else");

    public static Command Create()
    {
        var command = new Command("evaluate", "Measure how well a model predicts a text") { Model, Texts, Json };
        command.SetAction((line, cancellation) => Task.FromResult(Run(line, cancellation)));
        return command.WithExamples("unroll evaluate shakespeare.safetensors sonnets.txt");
    }

    private static int Run(ParseResult line, CancellationToken cancellation)
    {
        var path = ModelPath.Of(line, Model);
        var model = LanguageModel.Load(path);
        var text = TextCorpus.Load(line.GetValue(Texts)!, new() { Vocabulary = model.Vocabulary });
        LeftOutFiles.Tell(text);
        var figures = model.Evaluate(text, cancellation);
        var output = line.InvocationConfiguration.Output;
        if (line.GetValue(Json))
            WriteJson(output, path, figures);
        else
            WriteLines(output, model, figures);
        return ExitCode.Good;
    }

    private static void WriteLines(TextWriter output, LanguageModel model, Evaluation figures)
    {
        var token = model.Vocabulary.Kind == "char" ? "character" : model.Vocabulary.Kind;
        var interval = figures.NatsInterval is { } range
            ? string.Create(CultureInfo.InvariantCulture, $"  [{range.Low:F4}, {range.High:F4}] (95%, 1,000 resamples of blocks)")
            : "";
        output.WriteLine($"text                {figures.Text}: {Figures.Count(figures.Tokens)} {Figures.Plural(token)}, {Figures.Count(figures.Bytes)} bytes");
        Line(output, $"nats per {token}", figures.Nats, interval);
        if (token == "word")
            Line(output, "perplexity", figures.Perplexity);
        Line(output, "bits per character", figures.BitsPerCharacter);
        Line(output, "bits per byte", figures.BitsPerByte);
        output.WriteLine($"{Figures.Plural(token) + " a second",-20}{Figures.Count(figures.TokensPerSecond)}");
        output.WriteLine($"baselines, nats     {Figures.Baselines(figures)}");
        output.WriteLine($"signature           {figures.Signature}");
    }

    private static void Line(TextWriter output, string name, double value, string rest = "") =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-20}{value:F4}{rest}"));

    private static void WriteJson(TextWriter output, string path, Evaluation figures) => JsonLines.Write(output, "done", writer =>
    {
        writer.WriteString("model", path);
        writer.WriteString("text", figures.Text);
        writer.WriteNumber("tokens", figures.Tokens);
        writer.WriteNumber("characters", figures.Characters);
        writer.WriteNumber("bytes", figures.Bytes);
        writer.WriteFigure("nats", figures.Nats);
        writer.WriteFigure("natsLow", figures.NatsInterval?.Low);
        writer.WriteFigure("natsHigh", figures.NatsInterval?.High);
        writer.WriteFigure("bitsPerCharacter", figures.BitsPerCharacter);
        writer.WriteFigure("bitsPerByte", figures.BitsPerByte);
        writer.WriteFigure("perplexity", figures.Perplexity);
        writer.WriteFigure("uniformNats", figures.UniformNats);
        writer.WriteFigure("unigramNats", figures.UnigramNats);
        writer.WriteFigure("tokensPerSecond", figures.TokensPerSecond);
        writer.WriteFigure("seconds", figures.Seconds);
        writer.WriteString("signature", figures.Signature);
    });
}
