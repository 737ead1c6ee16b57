using System.CommandLine;
using System.CommandLine.Invocation;
using Unroll.Cli.Verbs;

namespace Unroll.Cli.CommandLine;

/// <summary>The command <c>unroll</c>: its verbs, and the one place where a failure becomes a line and an exit code.</summary>
internal static class UnrollCommand
{
    /// <summary>Prints the stack trace of a failure as well; understood by every verb.</summary>
    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Print the stack trace of a failure as well",
        Recursive = true,
        Arity = ArgumentArity.Zero,
    };

    /// <summary>Runs one command line and returns the exit code of the process.</summary>
    public static async Task<int> InvokeAsync(string[] arguments)
    {
        var verbose = arguments.Contains(Verbose.Name);
        try
        {
            var result = Create().Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
            if (result.Action is ParseErrorAction)
                throw CommandFailure.Usage(ParseErrors.Describe(result));
            return await result.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (Exception failure)
        {
            return FailureReport.Write(Console.Error, failure, verbose);
        }
    }

    internal static RootCommand Create()
    {
        var root = new RootCommand("Unroll trains, evaluates and runs recurrent neural networks.")
        {
            TrainVerb.Create(),
            CheckVerb.Create(),
            GenerateVerb.Create(),
            EvaluateVerb.Create(),
            PredictVerb.Create(),
            BacktestVerb.Create(),
            InfoVerb.Create(),
            BenchVerb.Create(),
            QuantizeVerb.Create(),
            CellsVerb.Create(),
            HelloVerb.Create(),
            ExplainVerb.Create(),
            Verbose,
        };
        HelpText.Install(
            root,
            "unroll train text",
            "unroll train text shakespeare.txt --epochs 5 --out shakespeare.safetensors",
            "unroll train classify reviews.csv --text review --label sentiment",
            "unroll check data reviews.csv --text review --label sentiment",
            "unroll predict reviews.safetensors --text \"a gripping story\"",
            "unroll generate shakespeare.safetensors --prompt \"ROMEO:\" --temperature 0.8",
            "unroll evaluate shakespeare.safetensors other.txt",
            "unroll info shakespeare.safetensors",
            "unroll quantize shakespeare.safetensors --weights int8",
            "unroll bench",
            "unroll cells",
            "unroll hello",
            "unroll explain gradients");
        return root;
    }
}
