using Unroll.Benchmarks.Measurement;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Sessions;

/// <summary>Many sessions of one LSTM layer, a step of all as a batch against a step of each in turn.</summary>
internal static class SessionMeasurement
{
    private const int HiddenSize = 256;

    private const double ShareGoal = 0.85;
    private const double RatioGoal = 10;

    // The goals are set for the largest.
    private static readonly int[] batchSizes = [1, 8, 64, 256, 1000];

    /// <summary>Every size of a batch, one after another as they are measured.</summary>
    public static IEnumerable<SessionFigure> Of(Circumstances run)
    {
        Parallelism.ThreadCount = run.Threads;
        var layer = new Recurrent(Cell.Lstm, HiddenSize, HiddenSize);
        var random = new CounterRandom(seed: 1);
        foreach (var parameter in layer.Parameters)
            Initializer.TorchUniform(parameter, HiddenSize, ref random);
        foreach (var batchSize in batchSizes)
            yield return Measure(layer, batchSize, run);
    }

    private static SessionFigure Measure(Recurrent layer, int batchSize, Circumstances run)
    {
        var streams = Enumerable.Range(0, batchSize).Select(_ => layer.OpenStream()).ToArray();
        var batch = layer.OpenStreamBatch();
        var (x, h) = (new float[batchSize * HiddenSize], new float[batchSize * HiddenSize]);
        var random = new Random(batchSize);
        foreach (ref var value in x.AsSpan())
            value = random.NextSingle() - 0.5f;
        var timings = Alternation.Time([() => batch.Step(streams, x, h), () => StepEach(streams, x)], run.Rounds);

        var operations = 2.0 * 4 * HiddenSize * (HiddenSize + HiddenSize) * batchSize;
        var atPeak = operations / (run.Peak * 1e9);
        var isJudged = batchSize == batchSizes[^1];
        return new()
        {
            Batch = batchSize,
            Hidden = HiddenSize,
            Seconds = timings[0].Median,
            FastestSeconds = timings[0].Minimum,
            OneByOneSeconds = timings[1].Median,
            OneByOneFastestSeconds = timings[1].Minimum,
            SessionStepsPerSecond = batchSize / timings[0].Median,
            Ratio = timings[1].Median / timings[0].Median,
            ShareOfPeak = atPeak / timings[0].Median,
            RatioOfPeak = timings[1].Median / atPeak,
            ShareGoal = isJudged ? ShareGoal : null,
            RatioGoal = isJudged ? RatioGoal : null,
            Run = run,
        };
    }

    private static void StepEach(RecurrentStream[] streams, float[] x)
    {
        for (var index = 0; index < streams.Length; index++)
            streams[index].Step(x.AsSpan(index * HiddenSize, HiddenSize));
    }
}
