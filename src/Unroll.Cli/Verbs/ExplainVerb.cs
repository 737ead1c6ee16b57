using System.CommandLine;
using Unroll.Cli.CommandLine;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll explain</c>: the group of verbs that show what goes on inside of a recurrent network.</summary>
internal static class ExplainVerb
{
    public static Command Create() => new Command("explain", "Show what goes on inside of a recurrent network")
    {
        ExplainGradientsVerb.Create(),
        ExplainGatesVerb.Create(),
    }
        .WithExamples("unroll explain gradients --out pictures", "unroll explain gates shakespeare.safetensors sonnets.txt");
}
