using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Cli.Benchmarks;

/// <summary>One layer at one kind of work on one shape; the input is as wide as the hidden state.</summary>
internal sealed record BenchWork(BenchKind Kind, Cell Cell, int BatchSize, int TimeSteps, int HiddenSize)
{
    private const int Seed = 1997;

    private static readonly Cell[] Cells = [Cell.RnnTanh, Cell.Lstm, Cell.Gru];

    private static readonly (int BatchSize, int TimeSteps, int HiddenSize)[] Batches = [(32, 50, 128), (64, 50, 256), (64, 50, 512)];

    private static readonly (int BatchSize, int TimeSteps, int HiddenSize)[] Steps = [(1, 1, 128), (1, 1, 256), (1, 1, 512)];

    /// <summary>The standard shapes, in the order they are shown.</summary>
    public static IReadOnlyList<BenchWork> Standard { get; } =
    [
        .. from kind in Enum.GetValues<BenchKind>()
           from shape in kind == BenchKind.Streaming ? Steps : Batches
           from cell in Cells
           select new BenchWork(kind, cell, shape.BatchSize, shape.TimeSteps, shape.HiddenSize),
    ];

    /// <summary>
    /// Floating-point operations of the matrix products that are needed: <c>2·G·H·2H</c> a step forward, and two and a half times that for a training
    /// step, which does without the gradient of its input.
    /// </summary>
    public double Operations => (Kind == BenchKind.Training ? 2.5 : 1) * 2 * Cell.GateCount * HiddenSize * (2.0 * HiddenSize) * StepCount;

    /// <summary>T·B: steps of single sequences.</summary>
    public int StepCount => TimeSteps * BatchSize;

    /// <summary>Sets everything up.</summary>
    /// <returns>Does the work once.</returns>
    public Action Prepare()
    {
        var random = new Random(Seed);
        var layer = new Recurrent(Cell, HiddenSize, HiddenSize);
        // PyTorch's initialiser: uniform in ± 1/√H.
        foreach (var parameter in layer.Parameters)
            Fill(parameter.Values, random, 1 / MathF.Sqrt(HiddenSize));
        var input = new Tensor(new(TimeSteps, BatchSize, HiddenSize));
        Fill(input.Values, random, 1);
        return Kind switch
        {
            BenchKind.Training => Training(layer, input, random),
            BenchKind.Inference => Inference(layer, input),
            _ => Streaming(layer, input),
        };
    }

    private static Action Training(Recurrent layer, Tensor input, Random random)
    {
        var tape = new Tape();
        var gradient = new float[input.Length];
        Fill(gradient, random, 1);
        return () =>
        {
            tape.Reset();
            foreach (var parameter in layer.Parameters)
            {
                parameter.ClearGradient();
                // As after an optimiser's step: what was packed from the weights is packed again.
                parameter.MarkChanged();
            }

            layer.Forward(tape, input).Output.SeedGradient(gradient);
            tape.Backward();
        };
    }

    private static Action Inference(Recurrent layer, Tensor input)
    {
        var tape = new Tape(recording: false);
        return () =>
        {
            tape.Reset();
            layer.Forward(tape, input);
        };
    }

    private static Action Streaming(Recurrent layer, Tensor input)
    {
        var stream = layer.OpenStream();
        return () => stream.Step(input.Values);
    }

    private static void Fill(Span<float> values, Random random, float bound)
    {
        foreach (ref var value in values)
            value = (2 * random.NextSingle() - 1) * bound;
    }
}
