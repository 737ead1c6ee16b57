using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;

namespace Unroll.Cli.CommandLine;

/// <summary>Adds examples to the help of a command.</summary>
internal static class HelpText
{
    private const int Width = 120;
    private static readonly ConditionalWeakTable<Command, string[]> Examples = [];

    /// <summary>Gives a command the examples its help ends with.</summary>
    public static Command WithExamples(this Command command, params string[] examples)
    {
        Examples.AddOrUpdate(command, examples);
        return command;
    }

    /// <summary>Makes the help of a root command, and of every command below it, show examples.</summary>
    public static void Install(RootCommand root, params string[] examples)
    {
        root.WithExamples(examples);
        foreach (var option in root.Options.OfType<HelpOption>())
            option.Action = new ExampleHelpAction((HelpAction)option.Action!);
    }

    private sealed class ExampleHelpAction(HelpAction usual) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            usual.MaxWidth = Width;
            var exitCode = usual.Invoke(parseResult);
            if (!Examples.TryGetValue(parseResult.CommandResult.Command, out var lines))
                return exitCode;
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine(lines.Length == 1 ? "Example:" : "Examples:");
            foreach (var line in lines)
                output.WriteLine("  " + line);
            output.WriteLine();
            return exitCode;
        }
    }
}
