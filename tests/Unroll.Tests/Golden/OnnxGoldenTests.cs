using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Golden;

/// <summary>Cells that ONNX has an operator for, against what ONNX Runtime computed with the same weights. The benchmarks' command <c>goldens</c> makes the files.</summary>
[Trait(Lanes.LaneRunsTests.Mark, "every")]
public sealed class OnnxGoldenTests
{
    private const int TimeSteps = 9;
    private const int BatchSize = 3;
    private const int InputSize = 5;
    private const int HiddenSize = 7;

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "fixtures", "onnx");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.safetensors").Select(Path.GetFileName).Order(StringComparer.Ordinal).OfType<string>()];

    [Fact]
    public void There_is_a_file_for_each_cell_with_an_operator() =>
        Assert.Equal(["coupled-lstm.safetensors", "gru-reset-before.safetensors", "peephole-lstm.safetensors"], Files.Select(row => row.Data));

    [Theory]
    [MemberData(nameof(Files))]
    public void A_cell_agrees_with_onnx_runtime(string name)
    {
        var file = new GoldenFile(Path.Combine(Folder, name));
        var layer = new Recurrent(Cell.Find(file.Text("cell"))!, InputSize, HiddenSize);
        foreach (var parameter in layer.Parameters)
            Recurrence.EngineRun.Write(parameter, file.Doubles("param." + parameter.Name));

        var x = Tensor.FromArray(RandomValues.ToSingle(file.Doubles("x")), new(TimeSteps, BatchSize, InputSize));
        var output = layer.Forward(new Tape(recording: false), x);
        Close.Absolute("y", file.Doubles("y"), output.Output.Values);
        Close.Absolute("hn", file.Doubles("hn"), output.FinalHidden.Values);
    }
}
