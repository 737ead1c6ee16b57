using Unroll.Optimizers;

namespace Unroll.Tests.Optimizers;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void Constant_stays_after_its_warm_up()
    {
        var schedule = LearningRateSchedule.Constant(warmup: 4);

        Assert.Equal([0.25, 0.5, 0.75, 1, 1], Enumerable.Range(0, 5).Select(update => schedule.Factor(update, 0)));
        Assert.Equal(1, LearningRateSchedule.Constant().Factor(0, 0));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.5, 0.6)]
    [InlineData(1, 0.2)]
    [InlineData(1.5, 0.2)]
    [InlineData(1 / 3.0, 0.8)]
    public void Cosine_falls_from_one_to_the_final_fraction(double progress, double expected) =>
        Assert.Equal(expected, LearningRateSchedule.Cosine(0.2).Factor(1000, progress), 12);

    [Fact]
    public void Cosine_rises_in_its_warm_up() =>
        Assert.Equal(0.5, LearningRateSchedule.Cosine(0, warmup: 10).Factor(4, 0), 12);

    [Fact]
    public void Step_multiplies_every_so_many_updates()
    {
        var schedule = LearningRateSchedule.Step(3, 0.1);

        Assert.Equal([1, 1, 1, 0.1, 0.1, 0.1, 0.01], Enumerable.Range(0, 7).Select(update => Math.Round(schedule.Factor(update, 0), 12)));
    }

    [Fact]
    public void Every_schedule_describes_itself() => Assert.Equal(
        ["constant(warmup=0)", "cosine(finalFraction=0.1, warmup=5)", "step(updates=10, factor=0.5, warmup=0)"],
        [LearningRateSchedule.Constant().Description, LearningRateSchedule.Cosine(warmup: 5).Description, LearningRateSchedule.Step(10).Description]);

    [Fact]
    public void Constants_outside_their_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Constant(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Cosine(1.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Cosine(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Step(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRateSchedule.Step(1, 0));
    }
}
