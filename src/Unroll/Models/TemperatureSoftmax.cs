namespace Unroll.Models;

/// <summary>Probabilities of logits over a temperature, and the temperature that fits a set best.</summary>
/// <remarks>
/// Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks" (2017), section 4.2. Unlike there ln T has a normal prior around 0: a few examples
/// that are all right would otherwise ask for a temperature of 0, and so for certainty. It weighs as much as a handful of examples.
/// </remarks>
internal static class TemperatureSoftmax
{
    public const double Lowest = 0.05;
    public const double Highest = 20;

    /// <summary>The deviation of the prior of ln T: half of all temperatures between 0.7 and 1.4.</summary>
    private const double PriorDeviation = 0.5;

    /// <summary>The golden section narrows the range of ln T by 0.618 each time: to less than one part in a million.</summary>
    private const int Iterations = 40;

    /// <summary><c>softmax(logits / T)</c>.</summary>
    public static void Probabilities(ReadOnlySpan<float> logits, double temperature, Span<double> probabilities)
    {
        var (largest, sum) = (double.NegativeInfinity, 0.0);
        foreach (var logit in logits)
            largest = Math.Max(largest, logit / temperature);
        for (var label = 0; label < logits.Length; label++)
            sum += probabilities[label] = Math.Exp((logits[label] / temperature) - largest);
        foreach (ref var probability in probabilities[..logits.Length])
            probability /= sum;
    }

    /// <summary><c>−ln softmax(logits / T)[target]</c>.</summary>
    public static double Loss(ReadOnlySpan<float> logits, int target, double temperature)
    {
        var (largest, sum) = (double.NegativeInfinity, 0.0);
        foreach (var logit in logits)
            largest = Math.Max(largest, logit / temperature);
        foreach (var logit in logits)
            sum += Math.Exp((logit / temperature) - largest);
        return Math.Log(sum) + largest - (logits[target] / temperature);
    }

    /// <summary>The most probable temperature, between <see cref="Lowest"/> and <see cref="Highest"/>: the sum of the losses and (ln T)² / 2σ² is least.</summary>
    /// <param name="logits">[N, K].</param>
    /// <param name="targets">[N].</param>
    public static double Fit(float[] logits, int[] targets)
    {
        var labels = logits.Length / targets.Length;
        double LossAt(double logarithm)
        {
            var (sum, temperature) = (0.0, Math.Exp(logarithm));
            for (var row = 0; row < targets.Length; row++)
                sum += Loss(logits.AsSpan(row * labels, labels), targets[row], temperature);
            return sum + (logarithm * logarithm / (2 * PriorDeviation * PriorDeviation));
        }

        var ratio = (Math.Sqrt(5) - 1) / 2;
        var (low, high) = (Math.Log(Lowest), Math.Log(Highest));
        var (left, right) = (high - (ratio * (high - low)), low + (ratio * (high - low)));
        var (leftLoss, rightLoss) = (LossAt(left), LossAt(right));
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            if (leftLoss <= rightLoss)
            {
                (high, right, rightLoss) = (right, left, leftLoss);
                left = high - (ratio * (high - low));
                leftLoss = LossAt(left);
            }
            else
            {
                (low, left, leftLoss) = (left, right, rightLoss);
                right = low + (ratio * (high - low));
                rightLoss = LossAt(right);
            }
        }

        return Math.Exp((low + high) / 2);
    }
}
