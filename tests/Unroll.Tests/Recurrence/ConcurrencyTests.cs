using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Recurrence;

/// <summary>Many threads serve from one layer at once, from the first moment on (weights not packed yet), and each gets what one alone gets.</summary>
[Collection(AloneCollection.Name)]
public sealed class ConcurrencyTests
{
    private const int Tasks = 64;

    private static readonly RecurrentCase shape = new(OracleCell.Gru, 20, 40, 2, Bidirectional: false, Bias: true, 12, 4, Seed: 6);

    [Fact]
    public async Task Streams_of_one_layer() => await Check(
        layer =>
        {
            var x = RandomValues.Singles(new Random(1), shape.TimeSteps * shape.InputSize);
            var stream = layer.OpenStream();
            var outputs = new List<float>();
            for (var time = 0; time < shape.TimeSteps; time++)
                outputs.AddRange(stream.Step(x.AsSpan(time * shape.InputSize, shape.InputSize)));
            return [.. outputs];
        });

    [Fact]
    public async Task Forward_passes_of_one_layer() => await Check(
        layer =>
        {
            var x = RandomValues.Singles(new Random(2), shape.TimeSteps * shape.BatchSize * shape.InputSize);
            var tape = new Tape(recording: false);
            return layer.Forward(tape, Tensor.FromArray(x, new(shape.TimeSteps, shape.BatchSize, shape.InputSize))).Output.Values.ToArray();
        });

    private static async Task Check(Func<Recurrent, float[]> run)
    {
        var weights = shape.Weights();
        var expected = run(EngineRun.LayerOf(weights, shape.Bidirectional));
        var layer = EngineRun.LayerOf(weights, shape.Bidirectional);
        using var start = new ManualResetEventSlim();
        var tasks = Enumerable.Range(0, Tasks).Select(_ => Task.Run(() =>
        {
            start.Wait();
            return run(layer);
        })).ToArray();
        start.Set();
        foreach (var output in await Task.WhenAll(tasks))
            Close.Bits("output", expected, output);
    }
}
