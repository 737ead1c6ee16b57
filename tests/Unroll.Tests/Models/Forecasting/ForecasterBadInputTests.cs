using Unroll.Data;
using Unroll.Models;

namespace Unroll.Tests.Models.Forecasting;

/// <summary>What cannot be is refused in words that say what to do.</summary>
public sealed class ForecasterBadInputTests
{
    private static readonly DateTime Start = new(2024, 1, 1);

    [Fact]
    public void Options_outside_their_range_are_refused()
    {
        Refused("Horizon is 0; expected 1 to 65536.", new() { Horizon = 0 });
        Refused("Context is 70000; expected 1 to 65536.", new() { Context = 70_000 });
        Refused("Origins is 0; expected 1 to 65536.", new() { Origins = 0 });
        Refused("Season is 1; expected 2 to 65536.", new() { Season = 1 });
        Refused("Samples is 9; expected 10 to 100000.", new() { Samples = 9 });
        Refused("HiddenSize is 0; expected 1 to 65536.", new() { HiddenSize = 0 });
        Refused("Layers is 65; expected 1 to 64.", new() { Layers = 65 });
        Refused("SeriesEmbeddingSize is -1; expected 0 to 65536.", new() { SeriesEmbeddingSize = -1 });
        Refused("Dropout is 1; expected 0 to below 1.", new() { Dropout = 1 });
        Refused("VariationalDropout is NaN; expected 0 to below 1.", new() { VariationalDropout = float.NaN });
        Refused("The forget bias is NaN; expected a finite number, such as 1.", new() { ForgetBias = float.NaN });
        Refused("A choice does not exist; expected values of Kind, Output, Scaling, Anchor, Transform and Initialization that have a name.", new() { Kind = (ForecasterKind)9 });
        Refused("Forecasts are to be differences from the last season, and there is no season; give its steps, such as 12 of months.", new() { Anchor = ForecastAnchor.Season });
        Refused("Counts are not transformed; leave the transform out, or take another output than the negative binomial.", new() { Output = ForecastOutput.NegativeBinomial, Transform = ValueTransform.Logarithm });
        Refused("An autoregressive forecaster draws values from a law; Quantiles is none. Take Gaussian, StudentT or NegativeBinomial.", new() { Kind = ForecasterKind.Autoregressive, Output = ForecastOutput.Quantiles });
        Refused("An autoregressive forecaster draws values from a law; Point is none. Take Gaussian, StudentT or NegativeBinomial.", new() { Kind = ForecasterKind.Autoregressive, Output = ForecastOutput.Point });
        foreach (var levels in new double[][] { [], [0.5, 0.1], [0.5, 0.5], [0, 0.5], [0.5, 1], [double.NaN], [.. Enumerable.Range(1, 1000).Select(place => place / 1001.0)] })
            Refused("Quantiles need 1 to 999 ascending probabilities above 0 and below 1, such as 0.1, 0.5, 0.9.", new() { Output = ForecastOutput.Quantiles, Quantiles = levels });

        static void Refused(string message, ForecasterOptions options) =>
            Assert.StartsWith(message, Assert.Throws<ArgumentOutOfRangeException>(() => Forecaster.Create(Split(50), options)).Message);
    }

    [Fact]
    public void Series_that_cannot_be_learned_from_are_refused()
    {
        Fails("x: the training part of the longest series has 30 steps, and the horizon is 29; at least 31 are needed. Shorten the horizon, or keep less for validation and test.", () => Forecaster.Create(Split(50), new() { Horizon = 29 }));
        Fails("x: 'x' has no value in the training part, the first 30 steps. Leave the series out, or give it more history.", () => Forecaster.Create(Split(50, step => step < 30 ? double.NaN : 1)));
        var two = new TimeSeriesSet("x", [new("y")], Frequency.Steps, [TimeSeries.Of(new float[50], name: "a"), TimeSeries.Of(SmallSeries.Values(50, _ => double.NaN), name: "b")]);
        Fails("x, series 'b': 'y' has no value in the training part, the first 30 steps. Leave the series out, or give it more history.", () => Forecaster.Create(TimeSplit.Of(two, 0.2, 0.2)));
        Fails("'x' is 0 at step 5; the logarithm takes values above 0. Choose another transform.", () => Forecaster.Create(Split(50, step => step == 4 ? 0 : 1), new() { Transform = ValueTransform.Logarithm }));
        Fails("'x' is -1 at step 5; the square root takes values of 0 or more. Choose another transform.", () => Forecaster.Create(Split(50, step => step == 4 ? -1 : 1), new() { Transform = ValueTransform.SquareRoot }));
        Fails("'x' is 2.5 at step 5; the negative binomial takes counts, whole numbers of 0 or more. Choose another output.", () => Forecaster.Create(Split(50, step => step == 4 ? 2.5 : 1), new() { Output = ForecastOutput.NegativeBinomial }));
        Fails("'x' is -3 at step 5; the negative binomial takes counts, whole numbers of 0 or more. Choose another output.", () => Forecaster.Create(Split(50, step => step == 4 ? -3 : 1), new() { Output = ForecastOutput.NegativeBinomial }));
        Fails("rich: an autoregressive forecaster reads its own values ahead, and 'visits' is not known there. Make it a target or known ahead, leave it out, or take a direct forecaster.", () => Forecaster.Create(TimeSplit.Of(SmallSeries.Rich(), 0.2, 0.2), new() { Kind = ForecasterKind.Autoregressive }));
        var gap = new TimeSeriesSet("x", [new("y"), new("plan", ChannelRole.Known)], Frequency.Steps, [TimeSeries.Of(SmallSeries.Values(100, place => place == 7 ? double.NaN : 1), 2, "a")]);
        Fails("'plan', series 'a' is to be known ahead and has no value at step 4; fill the gap, or let the column be one that is read only up to the present.", () => Forecaster.Create(TimeSplit.Of(gap, 0.2, 0.2)));
    }

    [Fact]
    public void A_column_that_stands_still_is_learned_without_a_nan()
    {
        foreach (var scaling in Enum.GetValues<SeriesScaling>())
        {
            var split = Split(60, _ => 7);
            var model = SmallSeries.Trained(split, new() { Scaling = scaling, Horizon = 2, Context = 8, HiddenSize = 3 }, epochs: 5);
            Assert.Equal(7, model.Forecast(split.Set.Items[0]).Value(2), 0.5);
            var report = model.Evaluate(split);
            Assert.True(double.IsNaN(report.Model.Mase) && report.Msis is null);
            Assert.Equal(1, report.StandingStill);
        }
    }

    [Fact]
    public void Series_of_other_columns_or_another_frequency_are_refused()
    {
        var model = Forecaster.Create(Split(60), new() { Horizon = 2, HiddenSize = 2 });
        var dated = TimeSplit.Of(TimeSeriesSet.Of("x", new float[60], Start, new(FrequencyUnit.Day)), 0.2, 0.2);
        Fails("rich: the columns are sales, plan, visits; this model reads x, in this order.", () => model.TrainingWindows(TimeSplit.Of(SmallSeries.Rich(), 0.2, 0.2)));
        Fails("x: the steps are day apart; this model was trained on steps of a step.", () => model.Evaluate(dated));
        Fails("The series '' has 2 channels; this model reads 1: x.", () => model.Forecast(TimeSeries.Of(new float[4], 2)));
    }

    [Fact]
    public void A_session_refuses_a_step_it_cannot_read_and_stays_as_it_was()
    {
        var split = TimeSplit.Of(SmallSeries.Rich(), 0.2, 0.2);
        var model = Forecaster.Create(split, new() { Horizon = 2, HiddenSize = 2, Transform = ValueTransform.Logarithm });
        Assert.Equal("This model reads dates, a month apart; a session needs the time of its first step. (Parameter 'start')", Assert.Throws<ArgumentException>(() => model.OpenSession("north")).Message);
        Assert.Equal("This model numbers its steps and reads no dates; leave the start out. (Parameter 'start')", Assert.Throws<ArgumentException>(() => Forecaster.Create(Split(60), new() { HiddenSize = 2 }).OpenSession(start: Start)).Message);
        var (session, other) = (model.OpenSession("north", Start), model.OpenSession("north", Start));
        Assert.Equal("There was no step yet, so nothing can be said of the next ones.", Assert.Throws<InvalidOperationException>(() => session.Forecast(new float[2])).Message);
        session.Step([3, 1, 2]);
        other.Step([3, 1, 2]);
        Bad("A step of this model has 3 channels; got 1 values. (Parameter 'values')", () => session.Step(1));
        Bad("'sales' is infinite; expected a finite number, or NaN where one is missing. (Parameter 'values')", () => session.Step([float.PositiveInfinity, 1, 2]));
        Bad("'plan' is to be known ahead and is missing. (Parameter 'values')", () => session.Step([1, float.NaN, 2]));
        Bad("'sales' is 0; the logarithm takes values above 0. Choose another transform. (Parameter 'values')", () => session.Step([0, 1, 2]));
        Bad("There are 0 numbers known ahead; this model needs 2: 1 channels of 2 steps. (Parameter 'ahead')", () => session.Forecast());
        Bad("A number that is known ahead is not finite; fill the gap. (Parameter 'ahead')", () => session.Forecast([1, float.NaN]));
        Assert.Equal(SmallSeries.Said(other.Forecast([1, 2])), SmallSeries.Said(session.Forecast([1, 2])));
        Assert.Equal(1, session.Steps);

        var forecast = session.Forecast([1, 2]);
        Assert.StartsWith("The forecast reaches 1 to 2 steps ahead.", Assert.Throws<ArgumentOutOfRangeException>(() => forecast.Value(3)).Message);
        Assert.StartsWith("The forecast has the targets 0 to 0.", Assert.Throws<ArgumentOutOfRangeException>(() => forecast.Value(1, 1)).Message);
        Assert.StartsWith("The probability is 1; expected above 0 and below 1.", Assert.Throws<ArgumentOutOfRangeException>(() => forecast.Quantile(1, 1)).Message);
        Fails("The series 'north' ends 1 steps after its last value; plan must be there for 2 steps ahead, in rows without sales.", () => model.Forecast(TimeSeries.Of(new[] { 1, 1, 1, float.NaN, 2, 3 }, 3, "north", Start)));
        Fails("Step 2 of the series 'north': 'sales' is -1; the logarithm takes values above 0. Choose another transform.", () => model.Forecast(TimeSeries.Of(new[] { 1, 1, 1, -1, 1, 1, float.NaN, 2, 3, float.NaN, 2, 3 }, 3, "north", Start)));

        static void Bad(string message, Action action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);
    }

    private static TimeSplit Split(int length, Func<int, double>? value = null) => TimeSplit.Of(SmallSeries.Of("x", length, value ?? (step => step % 9)), 0.2, 0.2);

    private static void Fails(string message, Func<object> action) => Assert.Equal(message, Assert.Throws<InvalidDataException>(action).Message);
}
