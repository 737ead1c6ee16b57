using System.CommandLine;
using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Products;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>products</c>: the share of the peak that products and training steps reach.</summary>
internal static class ProductsCommand
{
    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often each has its turn.", DefaultValueFactory = _ => 5 };
        var threads = new Option<int>("--threads") { Description = "Threads to use, beside one.", DefaultValueFactory = _ => 2 };
        var results = ResultsFolder.Option("products.md and products.json");
        var command = new Command("products", "Measures which share of the peak products by themselves and training steps reach.") { rounds, threads, results };
        command.SetAction(parse =>
        {
            var run = Circumstances.Now(parse.GetValue(threads), parse.GetValue(rounds));
            List<ProductFigure> figures = [.. Print(ProductMeasurement.Products(run)), .. Print(ProductMeasurement.TrainingSteps(run))];
            Console.WriteLine($"\n{run}");
            var path = Path.Combine(parse.GetRequiredValue(results).FullName, "products.json");
            ResultsJson.WriteList(path, figures);
            File.WriteAllText(Path.ChangeExtension(path, ".md"), ProductMarkdown.Of(figures));
        });
        return command;
    }

    private static IEnumerable<ProductFigure> Print(IEnumerable<ProductFigure> figures)
    {
        var isFirst = true;
        foreach (var figure in figures)
        {
            if (isFirst)
                Console.WriteLine($"\n{ProductMarkdown.Header(figure.Table)}");
            isFirst = false;
            Console.WriteLine(ProductMarkdown.Row(figure));
            yield return figure;
        }
    }
}
