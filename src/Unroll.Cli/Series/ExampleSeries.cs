using System.Reflection;

namespace Unroll.Cli.Series;

/// <summary>
/// The series that come with the program: the monthly means of the Zürich sunspot number, 1749 to 1983 (as in Andrews and Herzberg, "Data", 1985), and the passengers of
/// international airlines in thousands a month, 1949 to 1960 (Box and Jenkins, "Time Series Analysis", 1970, series G).
/// </summary>
internal static class ExampleSeries
{
    /// <summary>Their names.</summary>
    public static string[] Names { get; } = ["sunspots", "airline"];

    public static SeriesData Read(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"series/{name}.csv")!;
        using var reader = new StreamReader(stream);
        return new SeriesTable(name, new()).Read(reader);
    }
}
