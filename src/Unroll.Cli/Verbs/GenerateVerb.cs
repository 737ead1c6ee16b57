using System.CommandLine;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Views;
using Unroll.Models;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll generate</c>: writes text with a model, piece by piece.</summary>
internal static class GenerateVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model that 'unroll train' wrote" };

    private static readonly Option<string?> Prompt = Opt.Text("--prompt", "TEXT", "What stands before; it is written first (default: nothing)");

    private static readonly Option<long?> Length = Opt.Whole(
        "--length", "N", 0, int.MaxValue, 500, "Tokens to write: characters, bytes or words (default 500)");

    private static readonly Option<double?> Temperature = Opt.Number(
        "--temperature", "T", value => value is >= 0 and <= 1000, "a number of at least 0", 0.8,
        "Below 1 prefers what is likely, above 1 dares more, 0 always takes the likeliest (default 1)");

    private static readonly Option<long?> TopK = Opt.Whole(
        "--top-k", "K", 1, int.MaxValue, 40, "Draw only from the K likeliest tokens (default: all)");

    private static readonly Option<double?> TopP = Opt.Number(
        "--top-p", "P", value => (float)value is > 0 and <= 1, "a probability above 0, at most 1", 0.9,
        "Draw only from the likeliest tokens that together reach P (default: all)");

    private static readonly Option<long?> Seed = Opt.Whole(
        "--seed", "S", 0, long.MaxValue, 1, "Start of the random numbers: the same seed writes the same text (default 0)");

    public static Command Create()
    {
        var command = new Command("generate", "Write text with a model, piece by piece") { Model, Prompt, Length, Temperature, TopK, TopP, Seed };
        command.SetAction(Run);
        return command.WithExamples(
            "unroll generate shakespeare.safetensors",
            "unroll generate shakespeare.safetensors --prompt \"ROMEO:\" --length 300 --temperature 0.8 --top-p 0.95 --seed 1");
    }

    private static int Run(ParseResult line)
    {
        var path = ModelPath.Of(line, Model);
        var prompt = line.GetValue(Prompt) ?? "";
        var pieces = Pieces(LanguageModel.Load(path), prompt, new()
        {
            Length = (int)(line.GetValue(Length) ?? 500),
            Temperature = (float)(line.GetValue(Temperature) ?? 1),
            TopK = (int?)line.GetValue(TopK),
            TopP = (float?)line.GetValue(TopP),
            Seed = (ulong)(line.GetValue(Seed) ?? 0),
        });
        using var output = new StreamingOutput();
        output.Write(prompt);
        foreach (var piece in pieces)
        {
            if (!output.Write(piece))
                return ExitCode.Good;
        }

        output.Write(Environment.NewLine);
        return ExitCode.Good;
    }

    private static IEnumerable<string> Pieces(LanguageModel model, string prompt, GenerateOptions options)
    {
        try
        {
            return model.Generate(prompt, options);
        }
        catch (ArgumentException failure) when (failure is not ArgumentOutOfRangeException)
        {
            throw CommandFailure.Failed($"--prompt: {failure.Message}", failure);
        }
    }
}
