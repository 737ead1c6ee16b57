using System.CommandLine;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Runs;
using Unroll.Cli.Texts;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Models;
using Unroll.Tensors;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll quantize</c>: writes a model with its weights in 16 or 8 bits.</summary>
internal static class QuantizeVerb
{
    private const string Extension = ".safetensors";

    private static readonly Argument<string> Model = new("MODEL") { Description = "A model that 'unroll train' wrote" };

    private static readonly Option<string?> Weights = Opt.OneOf("--weights", "What each weight becomes: 16 bits or 8 bits (required)", "bfloat16", "int8");

    private static readonly Option<string?> Out = Opt.Text(
        "--out", "FILE", "The smaller model (default: MODEL with .bf16.safetensors or .int8.safetensors)", "a file name, for example --out small.safetensors");

    private static readonly Option<string?> Text = Opt.Text(
        "--evaluate", "FILE|FOLDER", "Compare loss and speed of both models on a text", "a text file or a folder, for example --evaluate other.txt");

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object and nothing else");

    public static Command Create()
    {
        var command = new Command("quantize", "Write a model that is smaller and steps faster: weights in 16 or 8 bits") { Model, Weights, Out, Text, Json };
        command.SetAction((line, cancellation) => Task.FromResult(Run(line, cancellation)));
        return command.WithExamples(
            "unroll quantize shakespeare.safetensors --weights int8",
            "unroll quantize shakespeare.safetensors --weights bfloat16 --out small.safetensors --evaluate sonnets.txt");
    }

    private static int Run(ParseResult line, CancellationToken cancellation)
    {
        var path = ModelPath.Of(line, Model);
        var weights = line.GetValue(Weights) switch
        {
            "bfloat16" => WeightFormat.BFloat16,
            "int8" => WeightFormat.Int8,
            _ => throw CommandFailure.Usage($"{Weights.Name} is missing; expected {Weights.Name} bfloat16 (half the size, nearly the same predictions) or {Weights.Name} int8 (a quarter)."),
        };
        var target = line.GetValue(Out) ?? DefaultOut(path, weights);
        CheckTarget(path, target, line.GetValue(Text));

        var model = LanguageModel.Load(path);
        if (model.Weights != WeightFormat.Float32)
            throw CommandFailure.Failed($"{path}: its weights are {ModelText.WeightsName(model.Weights)} already; quantize the float32 model it was made from.");
        var text = line.GetValue(Text) is { } file ? TextCorpus.Load(file, new() { Vocabulary = model.Vocabulary }) : null;
        var quantized = model.Quantize(weights);
        var comparison = text is null ? null : Compare(model, quantized, text, cancellation);
        var bytesBefore = new FileInfo(path).Length;
        quantized.Save(target);

        var result = new QuantizeResult(path, target, weights, bytesBefore, new FileInfo(target).Length, comparison);
        var output = line.InvocationConfiguration.Output;
        if (line.GetValue(Json))
            JsonLines.Write(output, "done", result.WriteJson);
        else
            result.WriteLines(output);
        return ExitCode.Good;
    }

    private static QuantizeComparison Compare(LanguageModel model, LanguageModel quantized, TextCorpus text, CancellationToken cancellation)
    {
        LeftOutFiles.Tell(text);
        var (before, after) = (model.Evaluate(text, cancellation), quantized.Evaluate(text, cancellation));
        var rates = StepRate.Measure([model, quantized], text.Tokens.Span);
        return new(model.Vocabulary.Kind == "char" ? "character" : model.Vocabulary.Kind, before, after, rates[0], rates[1]);
    }

    private static string DefaultOut(string path, WeightFormat weights)
    {
        var stem = path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) ? path[..^Extension.Length] : path;
        return stem + (weights == WeightFormat.BFloat16 ? ".bf16" : ".int8") + Extension;
    }

    /// <summary>No file that is read may be written.</summary>
    private static void CheckTarget(string path, string target, string? text)
    {
        RunPaths.CheckTarget(Out.Name, target, "small.safetensors");
        if (Path.GetFullPath(target) == Path.GetFullPath(path))
            throw CommandFailure.Usage($"{Out.Name} {target} is the model itself; what is rounded off would be lost. Name another file.");
        if (text is not null && Path.GetFullPath(target) == Path.GetFullPath(text))
            throw CommandFailure.Usage($"{Out.Name} and {Text.Name} are both {target}; the model would replace the text. Name another file.");
    }
}
