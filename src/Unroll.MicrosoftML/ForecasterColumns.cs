namespace Unroll.MicrosoftML;

/// <summary>What the columns are called that a forecaster reads and adds.</summary>
public sealed record ForecasterColumns
{
    /// <summary>
    /// The values: a <see cref="float"/>, where the rows are the steps of one series, or a vector of them, where each row is a series of its own. NaN where one is missing.
    /// <c>Value</c> by default.
    /// </summary>
    public string Input { get; init; } = "Value";

    /// <summary>The next values, a vector of <see cref="float"/> of as many as the horizon. <c>Forecast</c> by default.</summary>
    public string Forecast { get; init; } = "Forecast";

    /// <summary>The lower ends of their intervals. <c>LowerBound</c> by default.</summary>
    public string LowerBound { get; init; } = "LowerBound";

    /// <summary>The upper ends of their intervals. <c>UpperBound</c> by default.</summary>
    public string UpperBound { get; init; } = "UpperBound";

    /// <summary>Fails unless every name is there, and all are different.</summary>
    internal void Validate()
    {
        string[] names = [Input, Forecast, LowerBound, UpperBound];
        if (names.Any(string.IsNullOrEmpty))
            throw new ArgumentException("A name of a column is empty; each of Input, Forecast, LowerBound and UpperBound needs one.");
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Two columns are called '{twice.Key}'; Input, Forecast, LowerBound and UpperBound need different names.");
    }
}
