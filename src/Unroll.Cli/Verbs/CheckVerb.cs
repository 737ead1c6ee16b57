using System.CommandLine;
using Unroll.Cli.CommandLine;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll check</c>: the group of verbs that look before anything is trained.</summary>
internal static class CheckVerb
{
    public static Command Create() => new Command("check", "Look through what a model is to be trained on, before it is")
    {
        CheckDataVerb.Create(),
    }
        .WithExamples("unroll check data reviews.csv --test later.csv");
}
