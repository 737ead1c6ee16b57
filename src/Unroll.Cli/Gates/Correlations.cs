namespace Unroll.Cli.Gates;

/// <summary>Sums from which the correlation of every feature with every signal follows (Pearson), taken in one pass over a text.</summary>
/// <param name="features">How many features.</param>
/// <param name="signals">How many signals.</param>
internal sealed class Correlations(int features, int signals)
{
    private readonly double[] signalSums = new double[signals];
    private readonly double[] signalSquares = new double[signals];
    private readonly double[] featureSums = new double[features];
    private readonly double[] featureSquares = new double[features];
    private readonly double[][] products = [.. Enumerable.Range(0, features).Select(_ => new double[signals])];
    private long count;

    /// <summary>Adds the values at one character.</summary>
    public void Add(ReadOnlySpan<float> featureValues, ReadOnlySpan<float> signalValues)
    {
        count++;
        for (var signal = 0; signal < signalValues.Length; signal++)
        {
            double value = signalValues[signal];
            signalSums[signal] += value;
            signalSquares[signal] += value * value;
        }

        for (var feature = 0; feature < featureValues.Length; feature++)
        {
            double value = featureValues[feature];
            if (value == 0)
                continue;
            featureSums[feature] += value;
            featureSquares[feature] += value * value;
            var row = products[feature];
            for (var signal = 0; signal < signalValues.Length; signal++)
                row[signal] += value * signalValues[signal];
        }
    }

    /// <summary>−1…1; zero where one of both never changes.</summary>
    public double Of(int feature, int signal)
    {
        var signalVariance = Variance(signalSums[signal], signalSquares[signal]);
        var featureVariance = Variance(featureSums[feature], featureSquares[feature]);
        if (signalVariance <= 0 || featureVariance <= 0)
            return 0;
        var covariance = products[feature][signal] - (featureSums[feature] * signalSums[signal] / count);
        return covariance / Math.Sqrt(signalVariance * featureVariance);
    }

    /// <summary>The signal with the largest correlation in either direction.</summary>
    public int Best(int feature)
    {
        var best = 0;
        for (var signal = 1; signal < signalSums.Length; signal++)
            best = Math.Abs(Of(feature, signal)) > Math.Abs(Of(feature, best)) ? signal : best;
        return best;
    }

    /// <summary>Sum of squared differences from the mean; zero where only rounding is left of it.</summary>
    private double Variance(double sum, double squares)
    {
        const double Rounding = 1e-9;
        var variance = squares - (sum * sum / count);
        return variance > Rounding * squares ? variance : 0;
    }
}
