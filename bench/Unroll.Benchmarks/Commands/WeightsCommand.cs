using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Unroll.Benchmarks.Measurement;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>weights</c>: a streaming step with weights in 32, 16 and 8 bits.</summary>
internal static class WeightsCommand
{
    private static readonly Cell[] cells = [Cell.Lstm, Cell.Gru, Cell.RnnTanh];

    private static readonly int[] hiddenSizes = [64, 128, 256, 512];

    private static readonly WeightFormat[] formats = Enum.GetValues<WeightFormat>();

    // A block this long makes the clock's resolution and one interrupt negligible.
    private static readonly TimeSpan blockTime = TimeSpan.FromMilliseconds(10);

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "How often each format has its turn.", DefaultValueFactory = _ => 15 };
        var threads = new Option<int>("--threads") { Description = "Threads that a large step may share.", DefaultValueFactory = _ => 2 };
        var results = ResultsFolder.Option("weights.md and weights.json");
        var command = new Command("weights", "Times a streaming step with weights in float32, bfloat16 and int8, in turn.") { rounds, threads, results };
        command.SetAction(parse =>
        {
            var run = Circumstances.Now(parse.GetValue(threads), parse.GetValue(rounds));
            Parallelism.ThreadCount = run.Threads;
            var rows = (from cell in cells from hidden in hiddenSizes select Measure(cell, hidden, run.Rounds)).ToArray();
            var text = Table(rows, run);
            Console.Write(text);
            var path = Path.Combine(parse.GetRequiredValue(results).FullName, "weights.json");
            ResultsJson.WriteList(path, rows.SelectMany(row => Figures(row, run)).ToArray());
            File.WriteAllText(Path.ChangeExtension(path, ".md"), text);
        });
        return command;
    }

    /// <summary>Times the formats of one layer in turn, so that what disturbs the machine meets all alike.</summary>
    private static Row Measure(Cell cell, int hidden, int rounds)
    {
        var layer = new Recurrent(cell, hidden, hidden);
        var random = new CounterRandom(seed: 1);
        foreach (var parameter in layer.Parameters)
            Initializer.TorchUniform(parameter, hidden, ref random);
        var x = new float[hidden];
        foreach (ref var value in x.AsSpan())
            value = (2 * random.NextSingle()) - 1;
        var streams = formats.Select(format => format == WeightFormat.Float32 ? layer.OpenStream() : layer.Quantize(format).OpenStream()).ToArray();
        var steps = streams.Select(stream => StepsOfBlock(stream, x)).ToArray();
        var seconds = formats.Select(_ => new double[rounds]).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var format = 0; format < formats.Length; format++)
                seconds[format][round] = Block(streams[format], x, steps[format]).TotalSeconds / steps[format];
        }

        return new(cell, hidden, [.. seconds.Select(each => each.Order().ElementAt(rounds / 2))], [.. seconds.Select(each => each.Min())]);
    }

    private static int StepsOfBlock(RecurrentStream stream, float[] x)
    {
        var steps = 64;
        while (Block(stream, x, steps) < blockTime)
            steps *= 2;
        return steps;
    }

    private static TimeSpan Block(RecurrentStream stream, float[] x, int steps)
    {
        var start = Stopwatch.GetTimestamp();
        for (var step = 0; step < steps; step++)
            stream.Step(x);
        return Stopwatch.GetElapsedTime(start);
    }

    private static string Table(Row[] rows, Circumstances run)
    {
        var text = new StringBuilder()
            .AppendLine("# Streaming steps by weight format")
            .AppendLine(CultureInfo.InvariantCulture, $"One step of one sequence, input size H; where there are several threads, they share a step from a quarter of a megabyte of weights on. Median and fastest in µs; `ratio` is the float32 median over the format's.")
            .AppendLine()
            .AppendLine("| cell | H | float32 | fastest | bfloat16 | fastest | ratio | int8 | fastest | ratio |")
            .AppendLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Cell} | {row.Hidden} |");
            for (var format = 0; format < formats.Length; format++)
            {
                text.Append(CultureInfo.InvariantCulture, $" {row.Median[format] * 1e6:F2} | {row.Fastest[format] * 1e6:F2} |");
                if (format > 0)
                    text.Append(CultureInfo.InvariantCulture, $" {row.Median[0] / row.Median[format]:F2} |");
            }

            text.AppendLine();
        }

        return text.AppendLine().AppendLine(run.ToString()).ToString();
    }

    private static IEnumerable<Figure> Figures(Row row, Circumstances run) => formats.Select((format, index) => new Figure(
        row.Cell.ToString(), row.Hidden, format.ToString(), row.Median[index], row.Fastest[index], row.Median[0] / row.Median[index], run));

    /// <summary>Seconds of a step, by format.</summary>
    private sealed record Row(Cell Cell, int Hidden, double[] Median, double[] Fastest);

    /// <summary>One format of a row as JSON has it.</summary>
    private sealed record Figure(string Cell, int Hidden, string Weights, double MedianSeconds, double FastestSeconds, double Ratio, Circumstances Run);
}
