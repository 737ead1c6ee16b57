namespace Unroll.Models;

/// <summary>
/// The linear forecast that a recurrent one has to beat: for each step ahead the values of the last p steps, weighted by least squares on the training part, with a little
/// ridge.
/// </summary>
internal sealed class LinearAutoregression
{
    private const int MaximumLags = 64;
    private const int MaximumRows = 20_000;

    /// <summary>Rows a weight needs.</summary>
    private const int RowsOfWeight = 3;

    /// <summary>The ridge of each weight, as a share of the squares it is multiplied with, so that units make no difference.</summary>
    private const double Ridge = 1e-6;

    private readonly double[][] weights;
    private readonly int lags;
    private readonly double mean;

    private LinearAutoregression(double[][] weights, int lags, double mean)
    {
        this.weights = weights;
        this.lags = lags;
        this.mean = mean;
    }

    /// <summary>p.</summary>
    public int Lags => lags;

    /// <summary>Fits one series.</summary>
    /// <param name="values">Its training part without gaps: a missing value is the last one.</param>
    /// <param name="horizon">H.</param>
    /// <param name="context">The most lags.</param>
    /// <returns>Null where the part is too short for one lag.</returns>
    public static LinearAutoregression? Fit(ReadOnlySpan<float> values, int horizon, int context)
    {
        var lags = Math.Min(Math.Min(context, MaximumLags), (values.Length - horizon) / (RowsOfWeight + 1));
        if (lags < 1)
            return null;
        var mean = 0.0;
        foreach (var value in values)
            mean += value / (double)values.Length;
        return new(WeightsOf(values, horizon, lags, mean), lags, mean);
    }

    /// <summary>Forecasts from the last of some values without gaps.</summary>
    /// <param name="values">At least p, the last one last.</param>
    /// <param name="ahead">1 to H.</param>
    public double Forecast(ReadOnlySpan<float> values, int ahead)
    {
        var own = weights[ahead - 1];
        // All relative to the last value, so that digits are not lost in the level.
        double last = values[^1];
        var sum = own[^1] + (own[^2] * (last - mean));
        for (var lag = 1; lag < lags; lag++)
            sum += own[lag - 1] * (values[^(lag + 1)] - last);
        return last + sum;
    }

    private static double[][] WeightsOf(ReadOnlySpan<float> values, int horizon, int lags, double mean)
    {
        // y(t+h) − y(t) on y(t−i) − y(t) for i = 1 … p−1, y(t) − m and 1, with m the mean: the least squares of p lags and a constant, in numbers that keep their digits.
        // Most rows serve all steps ahead and are added up once; the last ones are only for those that end before the part does.
        var size = lags + 1;
        var (matrix, row, weights) = (new double[size, size], new double[size], new double[horizon][]);
        for (var ahead = 0; ahead < horizon; ahead++)
            weights[ahead] = new double[size];
        var stride = Math.Max(1, (values.Length - horizon - lags + 1) / MaximumRows);
        for (var origin = lags - 1; origin + horizon < values.Length; origin += stride)
            Add(values, origin, horizon);
        for (var ahead = horizon; ahead > 0; ahead--)
        {
            if (ahead < horizon)
                Add(values, values.Length - 1 - ahead, ahead);
            var factor = (double[,])matrix.Clone();
            for (var i = 0; i < size; i++)
                factor[i, i] += (Ridge * factor[i, i]) + double.Epsilon;
            Factorize(factor);
            Solve(factor, weights[ahead - 1]);
        }

        return weights;

        void Add(ReadOnlySpan<float> values, int origin, int last)
        {
            for (var lag = 1; lag < lags; lag++)
                row[lag - 1] = (double)values[origin - lag] - values[origin];
            (row[^2], row[^1]) = (values[origin] - mean, 1);
            for (var i = 0; i < size; i++)
            {
                for (var j = 0; j <= i; j++)
                    matrix[i, j] += row[i] * row[j];
                for (var ahead = 1; ahead <= last; ahead++)
                    weights[ahead - 1][i] += row[i] * ((double)values[origin + ahead] - values[origin]);
            }
        }
    }

    /// <summary>Cholesky's factor, in the place of the lower half.</summary>
    private static void Factorize(double[,] matrix)
    {
        for (var i = 0; i < matrix.GetLength(0); i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[i, j];
                for (var k = 0; k < j; k++)
                    sum -= matrix[i, k] * matrix[j, k];
                matrix[i, j] = i == j ? Math.Sqrt(Math.Max(sum, double.Epsilon)) : sum / matrix[j, j];
            }
        }
    }

    /// <summary>Solves for one right side, in its place.</summary>
    private static void Solve(double[,] factor, double[] right)
    {
        var size = right.Length;
        for (var i = 0; i < size; i++)
        {
            for (var k = 0; k < i; k++)
                right[i] -= factor[i, k] * right[k];
            right[i] /= factor[i, i];
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < size; k++)
                right[i] -= factor[k, i] * right[k];
            right[i] /= factor[i, i];
        }
    }
}
