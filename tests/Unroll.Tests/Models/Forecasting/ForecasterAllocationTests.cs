using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tests.Recurrence;
using Unroll.Training;

namespace Unroll.Tests.Models.Forecasting;

/// <summary>Counts the bytes that a step of a stream, and an update, take from the managed heap.</summary>
[Collection(AloneCollection.Name)]
public sealed class ForecasterAllocationTests
{
    private const int ToWarmUp = 60;
    private const int ToMeasure = 20;

    /// <summary>The runner's own threads may allocate meanwhile; what a step allocates shows in every attempt.</summary>
    private const int Attempts = 10;

    public static TheoryData<ForecasterKind> Kinds => SmallSeries.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_step_of_a_stream_allocates_nothing(ForecasterKind kind)
    {
        var (model, split) = Model(kind);
        var item = split.Set.Items[0];
        var session = model.OpenSession(item.Name, item.Start);
        Measure(() => session.Step(item.Values.Span[..item.Channels]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_update_in_steady_state_allocates_nothing(ForecasterKind kind)
    {
        var (model, split) = Model(kind);
        var run = new ExampleTrainer<ForecastWindow>(model, new() { Optimizer = new AdamW(1e-3f), ClipNorm = 1, BatchSize = 6 })
            .Begin(model.TrainingWindows(split), null, TrainingLimit.After(1000));
        Measure(() => run.StepOnce());
    }

    private static void Measure(Action action)
    {
        for (var turn = 0; turn < ToWarmUp; turn++)
            action();
        Assert.Equal(0, Enumerable.Range(0, Attempts).Min(_ =>
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var turn = 0; turn < ToMeasure; turn++)
                action();
            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }));
    }

    private static (Forecaster Model, TimeSplit Split) Model(ForecasterKind kind)
    {
        var split = TimeSplit.Of(SmallSeries.Rich(kind != ForecasterKind.Autoregressive, count: 3), 0.2, 0.2);
        var options = new ForecasterOptions { Kind = kind, Season = 12, Horizon = 4, Context = 9, HiddenSize = 16, SeriesEmbeddingSize = 2, Dropout = 0.1f };
        return (Forecaster.Create(split, options), split);
    }
}
