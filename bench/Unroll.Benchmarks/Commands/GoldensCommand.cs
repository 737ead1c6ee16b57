using System.CommandLine;
using Unroll.Benchmarks.Goldens;
using Unroll.Benchmarks.Measurement;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>goldens</c>: makes the files that tests hold cells against, with ONNX Runtime.</summary>
internal static class GoldensCommand
{
    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--out")
        {
            Description = "Folder that gets a file for each cell.",
            DefaultValueFactory = _ => new(Path.Combine(ResultsFolder.Repository().FullName, "tests", "fixtures", "onnx")),
        };
        var command = new Command("goldens", "Makes the outputs of ONNX Runtime that tests hold cells against, for each cell that has an operator there.") { folder };
        command.SetAction(parse =>
        {
            var place = Directory.CreateDirectory(parse.GetRequiredValue(folder).FullName);
            foreach (var golden in OnnxGolden.All)
            {
                var path = Path.Combine(place.FullName, golden.Cell.Name + ".safetensors");
                golden.Make().Save(path);
                Console.WriteLine(path);
            }
        });
        return command;
    }
}
