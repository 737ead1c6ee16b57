namespace Unroll.Models;

/// <summary>How far the forecasts of one method are from what came, over all steps ahead, targets and series, in the units of the targets.</summary>
/// <param name="Name">The method.</param>
/// <param name="MeanAbsoluteError">MAE.</param>
/// <param name="RootMeanSquaredError">RMSE.</param>
/// <param name="Smape">200 · mean(|e| / (|y| + |ŷ|)), 0 where both are 0: from 0 to 200.</param>
/// <param name="Mase">
/// The mean absolute error over that of the seasonal naive forecast inside the training part, for each series and target; the mean of those (Hyndman and Koehler, 2006).
/// NaN where all stand still in training.
/// </param>
/// <param name="ByHorizon">The same for each number of steps ahead, 1 first.</param>
public sealed record ForecastScore(string Name, double MeanAbsoluteError, double RootMeanSquaredError, double Smape, double Mase, IReadOnlyList<HorizonScore> ByHorizon);

/// <summary>How far forecasts of one number of steps ahead are from what came.</summary>
/// <param name="Ahead">How many steps.</param>
/// <param name="MeanAbsoluteError">MAE.</param>
/// <param name="RootMeanSquaredError">RMSE.</param>
/// <param name="RelativeSquaredError">RMSE over the deviation of all values of the part (Lai, Chang, Yang and Liu, "LSTNet", 2018, equation 18).</param>
/// <param name="Correlation">The correlation of forecasts and values, the mean over series and targets that do not stand still (the same, equation 19); NaN where all do.</param>
public sealed record HorizonScore(int Ahead, double MeanAbsoluteError, double RootMeanSquaredError, double RelativeSquaredError, double Correlation);

/// <summary>How often intervals of a level hold.</summary>
/// <param name="Level">How often they should.</param>
/// <param name="Coverage">How often they do.</param>
/// <param name="Below">How often the value comes below them.</param>
/// <param name="Above">How often above.</param>
/// <param name="Width">Their mean width.</param>
public sealed record IntervalScore(double Level, double Coverage, double Below, double Above, double Width);
