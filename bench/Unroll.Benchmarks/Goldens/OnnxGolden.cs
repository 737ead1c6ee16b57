using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Unroll.Benchmarks.Examinations;
using Unroll.Benchmarks.Peers.Onnx;
using Unroll.Cells;
using Unroll.Files;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Goldens;

/// <summary>What ONNX Runtime computes of a cell that has an operator there, with weights in Unroll's order, as a file for tests.</summary>
/// <param name="cell">The cell.</param>
/// <param name="operation">The operator.</param>
/// <param name="attributes">What makes it this cell.</param>
/// <param name="gates">For each gate of the operator, which gate of the cell it is.</param>
/// <param name="negatedGate">The gate of the operator whose sum is that of the cell's gate with its sign turned, or null.</param>
/// <param name="peepholes">The cell's unit weights in the order of the operator's input P.</param>
internal sealed class OnnxGolden(Cell cell, string operation, (string Name, long Value)[] attributes, int[] gates, int? negatedGate = null, string[]? peepholes = null)
{
    private const int TimeSteps = 9;
    private const int BatchSize = 3;
    private const int InputSize = 5;
    private const int HiddenSize = 7;
    private const ulong Seed = 7;

    /// <summary>The cells that have one. The order of an LSTM's gates there is input, output, forget, cell; that of a GRU's update, reset, candidate.</summary>
    public static IReadOnlyList<OnnxGolden> All { get; } =
    [
        new(Cell.GruResetBefore, "GRU", [("linear_before_reset", 0)], [1, 0, 2]),
        new(Cell.PeepholeLstm, "LSTM", [], [0, 3, 1, 2], peepholes: ["peephole_input", "peephole_output", "peephole_forget"]),
        // The operator couples f = 1 − i, the cell i = 1 − f, and 1 − σ(x) is σ(−x). The operator ignores its forget gate.
        new(Cell.CoupledLstm, "LSTM", [("input_forget", 1)], [0, 2, 0, 1], negatedGate: 0),
    ];

    /// <summary>The cell.</summary>
    public Cell Cell => cell;

    /// <summary>Draws weights and inputs, runs ONNX Runtime, and collects all of it.</summary>
    public SafetensorsWriter Make()
    {
        var layer = new Recurrent(cell, InputSize, HiddenSize);
        NetworkInitialization.Draw(layer, Seed);
        var random = new CounterRandom(Seed, stream: 100);
        var x = new float[TimeSteps * BatchSize * InputSize];
        foreach (ref var value in x.AsSpan())
            value = (4 * random.NextSingle()) - 2;

        var file = new SafetensorsWriter
        {
            Metadata =
            {
                ["cell"] = cell.Name,
                ["made_by"] = $"onnxruntime {typeof(InferenceSession).Assembly.GetName().Version}",
                ["operator"] = string.Create(CultureInfo.InvariantCulture, $"{operation}({string.Join(", ", attributes.Select(attribute => $"{attribute.Name}={attribute.Value}"))})"),
            },
        };
        foreach (var parameter in layer.Parameters)
            file.Add("param." + parameter.Name, parameter.Shape, parameter.Values);
        file.Add("x", new(TimeSteps, BatchSize, InputSize), x);
        var (y, hidden) = Run(layer, x);
        file.Add("y", new(TimeSteps, BatchSize, HiddenSize), y);
        file.Add("hn", new(1, BatchSize, HiddenSize), hidden);
        return file;
    }

    private (float[] Y, float[] Hidden) Run(Recurrent layer, float[] x)
    {
        var values = layer.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Values.ToArray());
        var rows = gates.Length * HiddenSize;
        var graph = new OnnxGraph();
        graph.AddInput("x", TimeSteps, BatchSize, InputSize);
        graph.AddConstant("w", Reorder(values["weight_ih_l0"]), 1, rows, InputSize);
        graph.AddConstant("r", Reorder(values["weight_hh_l0"]), 1, rows, HiddenSize);
        graph.AddConstant("b", [.. Reorder(values["bias_ih_l0"]), .. Reorder(values["bias_hh_l0"])], 1, 2 * rows);
        string[] inputs = ["x", "w", "r", "b"];
        if (peepholes is not null)
        {
            graph.AddConstant("p", [.. peepholes.SelectMany(name => values[name + "_l0"])], 1, peepholes.Length * HiddenSize);
            const string none = "";
            inputs = [.. inputs, none, none, none, "p"];
        }

        graph.AddOutput("y", TimeSteps, 1, BatchSize, HiddenSize);
        graph.AddOutput("hn", 1, BatchSize, HiddenSize);
        graph.AddNode(operation, inputs, ["y", "hn"], [("hidden_size", HiddenSize), .. attributes]);

        using var session = new InferenceSession(graph.ToModel());
        using var options = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(x, [TimeSteps, BatchSize, InputSize]);
        using var outputs = session.Run(options, ["x"], [input], ["y", "hn"]);
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[1].GetTensorDataAsSpan<float>().ToArray());
    }

    private float[] Reorder(float[] source)
    {
        var block = source.Length / cell.GateCount;
        return [.. gates.SelectMany((gate, index) => source.AsSpan(gate * block, block).ToArray().Select(value => index == negatedGate ? -value : value))];
    }
}
