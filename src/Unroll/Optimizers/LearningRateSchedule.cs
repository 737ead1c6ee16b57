using System.Globalization;

namespace Unroll.Optimizers;

/// <summary>How the learning rate changes in the course of training.</summary>
public abstract class LearningRateSchedule
{
    private protected LearningRateSchedule()
    {
    }

    /// <summary>Its name and constants in one line; two schedules with the same line give the same rates.</summary>
    public abstract string Description { get; }

    /// <summary>What the learning rate of the optimiser is multiplied by.</summary>
    /// <param name="update">The number of the update, from 0.</param>
    /// <param name="progress">How much of the training is done, 0 to 1.</param>
    public abstract double Factor(long update, double progress);

    /// <summary>The same rate all the time, after an optional linear warm-up.</summary>
    /// <param name="warmup">Over how many updates the rate rises from nearly 0; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A negative warm-up.</exception>
    public static LearningRateSchedule Constant(int warmup = 0) => new ConstantSchedule(Warmup(warmup));

    /// <summary>
    /// A half cosine from 1 down to a final fraction (Loshchilov and Hutter, 2017, equation 5, without restarts), multiplied by a linear warm-up:
    /// min(1, (update + 1) / warmup) · (f + (1 − f) · (1 + cos(π · progress)) / 2).
    /// </summary>
    /// <param name="finalFraction">f, 0 to 1: what is left of the rate at the end.</param>
    /// <param name="warmup">Over how many updates the rate rises from nearly 0; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A fraction outside 0 to 1, or a negative warm-up.</exception>
    public static LearningRateSchedule Cosine(double finalFraction = 0.1, int warmup = 0)
    {
        if (!(finalFraction is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(finalFraction), finalFraction, "The final fraction is 0 to 1.");
        return new CosineSchedule(finalFraction, Warmup(warmup));
    }

    /// <summary>Multiplies the rate by a factor every so many updates.</summary>
    /// <param name="updates">After how many updates, at least 1.</param>
    /// <param name="factor">By what, over 0 and at most 1.</param>
    /// <param name="warmup">Over how many updates the rate rises from nearly 0; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value outside its range.</exception>
    public static LearningRateSchedule Step(int updates, double factor = 0.5, int warmup = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(updates);
        if (!(factor is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor of a step is over 0 and at most 1.");
        return new StepSchedule(updates, factor, Warmup(warmup));
    }

    private static int Warmup(int updates)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(updates);
        return updates;
    }

    private static double Rise(long update, int warmup) => update + 1 >= warmup ? 1 : (update + 1) / (double)warmup;

    private sealed class ConstantSchedule(int warmup) : LearningRateSchedule
    {
        public override string Description => string.Create(CultureInfo.InvariantCulture, $"constant(warmup={warmup})");

        public override double Factor(long update, double progress) => Rise(update, warmup);
    }

    private sealed class CosineSchedule(double finalFraction, int warmup) : LearningRateSchedule
    {
        public override string Description =>
            string.Create(CultureInfo.InvariantCulture, $"cosine(finalFraction={finalFraction}, warmup={warmup})");

        public override double Factor(long update, double progress)
        {
            var half = (1 + Math.Cos(Math.PI * Math.Clamp(progress, 0, 1))) / 2;
            return Rise(update, warmup) * (finalFraction + ((1 - finalFraction) * half));
        }
    }

    private sealed class StepSchedule(int updates, double factor, int warmup) : LearningRateSchedule
    {
        public override string Description =>
            string.Create(CultureInfo.InvariantCulture, $"step(updates={updates}, factor={factor}, warmup={warmup})");

        public override double Factor(long update, double progress) => Rise(update, warmup) * Math.Pow(factor, update / updates);
    }
}
