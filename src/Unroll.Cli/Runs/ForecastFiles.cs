namespace Unroll.Cli.Runs;

/// <summary>What a run of a forecaster leaves beside its model.</summary>
/// <param name="Picture">History, forecast, interval, and what came.</param>
/// <param name="Table">The forecast beyond the data, or null where columns that are known ahead end with them.</param>
/// <param name="Report">The page.</param>
internal sealed record ForecastFiles(string Picture, string? Table, string Report)
{
    public const string PictureName = "forecast.png";
    public const string TableName = "forecast.csv";
    public const string ReportName = "report.html";
}
