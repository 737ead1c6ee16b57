using System.Security.Cryptography;
using Unroll.Data;
using Unroll.Models;
using Unroll.Training;

namespace Unroll.Tests.Models.Forecasting;

/// <summary>Nothing that comes later reaches what was before: not the scales, not the windows, not the weights, not the intervals, not a forecast.</summary>
public sealed class ForecasterLeakTests
{
    // Of 120 and 109 months from the same start; series are cut at one time.
    private const int TrainingEnd = 72;
    private const int ValidationEnd = 96;

    public static MatrixTheoryData<ForecasterKind, SeriesScaling, ForecastAnchor> Cases => new(Enum.GetValues<ForecasterKind>(), Enum.GetValues<SeriesScaling>(), Enum.GetValues<ForecastAnchor>());

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_comes_after_the_training_part_changes_no_window_and_no_bit_of_the_weights(ForecasterKind kind, SeriesScaling scaling, ForecastAnchor anchor)
    {
        var options = Options(kind, scaling, anchor);
        var (hash, weights) = Train(options, null);
        var (changedHash, changedWeights) = Train(options, step => step >= TrainingEnd);
        Assert.Equal(hash, changedHash);
        Assert.Equal(weights, changedWeights);
        // A change of the last value of training does reach both.
        var (otherHash, otherWeights) = Train(options, step => step == TrainingEnd - 1);
        Assert.NotEqual(hash, otherHash);
        Assert.NotEqual(weights, otherWeights);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_comes_after_the_validation_part_changes_neither_the_best_weights_nor_the_intervals(ForecasterKind kind, SeriesScaling scaling, ForecastAnchor anchor)
    {
        var options = Options(kind, scaling, anchor);
        var before = Validate(options, null);
        var after = Validate(options, step => step >= ValidationEnd);
        Assert.Equal(before.Hash, after.Hash);
        Assert.Equal(before.Weights, after.Weights);
        Assert.Equal(before.Margins, after.Margins);
        Assert.NotEqual(before.Margins, Validate(options, step => step == ValidationEnd - 1).Margins);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_forecast_does_not_change_with_the_values_that_come_after_it(ForecasterKind kind, SeriesScaling scaling, ForecastAnchor anchor)
    {
        const int Last = 60;
        var options = Options(kind, scaling, anchor);
        var model = SmallSeries.Trained(Split(options, null), options, epochs: 1);
        // Targets and what is not known ahead are others after the step; plans are as they were.
        var (set, changed) = (Split(options, null).Set, Split(options, step => step > Last).Set);
        for (var index = 0; index < set.Items.Count; index++)
        {
            var item = set.Items[index];
            var mixed = changed.Items[index].Values.ToArray();
            for (var step = 0; step < item.Length; step++)
                mixed[(step * item.Channels) + 1] = item.Values.Span[(step * item.Channels) + 1];
            var other = TimeSeries.Of(mixed, item.Channels, item.Name, item.Start);
            var (origins, differences) = (0, 0);
            foreach (var (left, right) in Walk(model, item).Zip(Walk(model, other)))
            {
                origins++;
                if (left.Origin <= Last)
                    Assert.Equal(SmallSeries.Said(left.Forecast), SmallSeries.Said(right.Forecast));
                else
                    differences += SmallSeries.Said(left.Forecast).SequenceEqual(SmallSeries.Said(right.Forecast)) ? 0 : 1;
            }

            Assert.True(origins > Last && differences > 0);
        }
    }

    [Fact]
    public void A_value_of_a_later_part_that_no_logarithm_takes_stops_neither_training_nor_calibration()
    {
        var values = SmallSeries.Values(100, step => step < 80 ? 10 + (step % 7) : 0);
        var split = TimeSplit.Of(TimeSeriesSet.Of("x", values), 0.2, 0.2);
        var model = SmallSeries.Trained(split, new() { Transform = ValueTransform.Logarithm, Horizon = 3, Context = 8, HiddenSize = 3 }, epochs: 1);
        Assert.NotEmpty(model.ValidationWindows(split));
        model.Calibrate(split);
        Assert.Equal("Step 81 of the series: 'x' is 0; the logarithm takes values above 0. Choose another transform.", Assert.Throws<InvalidDataException>(() => model.Evaluate(split)).Message);
    }

    private static IEnumerable<(int Origin, Forecast Forecast)> Walk(Forecaster model, TimeSeries series) => ForecastOrigins.Of(model, series, 0, series.Length, 1, default);

    private static ForecasterOptions Options(ForecasterKind kind, SeriesScaling scaling, ForecastAnchor anchor) => new()
    {
        Kind = kind,
        Scaling = scaling,
        Anchor = anchor,
        Horizon = 4,
        Context = 10,
        Season = 12,
        HiddenSize = 4,
        SeriesEmbeddingSize = 2,
        Samples = 10,
        Dropout = 0.1f,
    };

    private static TimeSplit Split(ForecasterOptions options, Func<int, bool>? later) => TimeSplit.Of(SmallSeries.Rich(options.Kind != ForecasterKind.Autoregressive, later: later), 0.2, 0.2);

    private static (string Hash, float[] Weights) Train(ForecasterOptions options, Func<int, bool>? later)
    {
        var split = Split(options, later);
        Assert.Equal((TrainingEnd, ValidationEnd), (split.TrainingEnd(1), split.ValidationEnd(1)));
        var model = Forecaster.Create(split, options);
        var windows = model.TrainingWindows(split);
        new ExampleTrainer<ForecastWindow>(model, new() { BatchSize = 8, ClipNorm = 1 }).Fit(windows, null, 2);
        return (Hash(windows), SmallSeries.Weights(model));
    }

    private static (string Hash, float[] Weights, IReadOnlyList<float> Margins) Validate(ForecasterOptions options, Func<int, bool>? later)
    {
        var split = Split(options, later);
        var model = Forecaster.Create(split, options);
        var (training, validation) = (model.TrainingWindows(split), model.ValidationWindows(split));
        new ExampleTrainer<ForecastWindow>(model, new() { BatchSize = 8, ClipNorm = 1 }).Fit(training, validation, 2);
        model.Calibrate(split);
        return (Hash([.. training, .. validation]), SmallSeries.Weights(model), model.Calibration!.Margins);
    }

    private static string Hash(IReadOnlyList<ForecastWindow> windows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var window in windows)
            window.AppendTo(hash);
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
