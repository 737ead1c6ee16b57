using System.CommandLine;
using Unroll.Cli.CommandLine;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll train</c>: the group of verbs that train a model, one for each kind of data.</summary>
internal static class TrainVerb
{
    public static Command Create() => new Command("train", "Train a model") { TrainTextVerb.Create(), TrainClassifyVerb.Create(), TrainForecastVerb.Create() }
        .WithExamples("unroll train text", "unroll train text shakespeare.txt --epochs 5", "unroll train classify reviews.csv --text review --label sentiment", "unroll train forecast sales.csv --target sold --horizon 14");
}
