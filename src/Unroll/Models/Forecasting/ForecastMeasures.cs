namespace Unroll.Models;

/// <summary>The figures of a measurement, from its columns.</summary>
internal static class ForecastMeasures
{
    public static ForecastScore ScoreOf(string name, int method, IReadOnlyList<ForecastColumn> columns, double deviation)
    {
        var (absolute, squared, smape, count) = (0.0, 0.0, 0.0, 0L);
        var mase = new List<double>();
        foreach (var column in columns)
        {
            var (own, ownCount) = (0.0, 0L);
            foreach (var (truth, said) in column.Pairs(method, 0))
            {
                var error = (double)said - truth;
                own += Math.Abs(error);
                squared += error * error;
                var size = Math.Abs((double)truth) + Math.Abs((double)said);
                smape += size > 0 ? 200 * Math.Abs(error) / size : 0;
                ownCount++;
            }

            absolute += own;
            count += ownCount;
            if (ownCount > 0 && column.SeasonalError > 0)
                mase.Add(own / ownCount / column.SeasonalError);
        }

        return new(
            name, absolute / count, Math.Sqrt(squared / count), smape / count, mase.Count == 0 ? double.NaN : mase.Average(),
            [.. Enumerable.Range(1, columns[0].Horizon).Select(ahead => OfHorizon(method, ahead, columns, deviation))]);
    }

    /// <summary>The correlation of what was said with another row of numbers, the mean over columns that do not stand still.</summary>
    public static double Correlation(IEnumerable<IEnumerable<(float Left, float Right)>> columns)
    {
        var all = columns.Select(Pearson).Where(double.IsFinite).ToList();
        return all.Count == 0 ? double.NaN : all.Average();
    }

    private static HorizonScore OfHorizon(int method, int ahead, IReadOnlyList<ForecastColumn> columns, double deviation)
    {
        var (absolute, squared, count) = (0.0, 0.0, 0L);
        foreach (var column in columns)
        {
            foreach (var (truth, said) in column.Pairs(method, ahead))
            {
                var error = (double)said - truth;
                absolute += Math.Abs(error);
                squared += error * error;
                count++;
            }
        }

        var rmse = Math.Sqrt(squared / count);
        return new(ahead, absolute / count, rmse, rmse / deviation, Correlation(columns.Select(column => column.Pairs(method, ahead))));
    }

    private static double Pearson(IEnumerable<(float Left, float Right)> pairs)
    {
        // Means and co-moments are updated together (Welford, 1962), so that a large level costs no digits.
        var (n, meanX, meanY, xx, yy, xy) = (0L, 0.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var (x, y) in pairs)
        {
            n++;
            var (dx, dy) = (x - meanX, y - meanY);
            meanX += dx / n;
            meanY += dy / n;
            xx += dx * (x - meanX);
            yy += dy * (y - meanY);
            xy += dx * (y - meanY);
        }

        return xx > 0 && yy > 0 ? xy / Math.Sqrt(xx * yy) : double.NaN;
    }
}
