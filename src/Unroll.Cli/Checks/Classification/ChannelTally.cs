using System.Globalization;

namespace Unroll.Cli.Checks.Classification;

/// <summary>The range of a channel, and what in its column is no number.</summary>
internal sealed class ChannelTally(string name)
{
    public string Name => name;

    public float Minimum { get; private set; } = float.PositiveInfinity;

    public float Maximum { get; private set; } = float.NegativeInfinity;

    public long Numbers { get; private set; }

    /// <summary>Values such as <c>1,5</c>.</summary>
    public Places DecimalCommas { get; } = new();

    /// <summary>Fields without a value.</summary>
    public Places Gaps { get; } = new();

    /// <summary>Everything else.</summary>
    public Places Others { get; } = new();

    public bool IsConstant => Numbers > 0 && Minimum == Maximum;

    public void Add(float value)
    {
        Numbers++;
        Minimum = Math.Min(Minimum, value);
        Maximum = Math.Max(Maximum, value);
    }

    /// <summary>Takes the text of a field.</summary>
    /// <returns>Its value, or NaN.</returns>
    public float Add(ReadOnlySpan<char> text, int line)
    {
        text = text.Trim();
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value))
        {
            Add(value);
            return value;
        }

        var place = FormattableString.Invariant($"line {line}");
        if (text.Length == 0)
            Gaps.Add(place);
        else if (IsDecimalComma(text))
            DecimalCommas.Add($"{place} ('{Places.Cut(text.ToString())}')");
        else
            Others.Add($"{place} ('{Places.Cut(text.ToString())}')");
        return float.NaN;
    }

    public void AddTo(Findings findings, string file)
    {
        if (DecimalCommas.Count > 0)
            findings.Problem("decimal-comma", $"{file}: the column '{name}' has numbers with a decimal comma: {DecimalCommas}. Write a decimal point, as 1.5.");
        if (Others.Count > 0 && Numbers == 0)
            findings.Problem("not-numbers", $"{file}: the column '{name}' has no numbers, but {Others}. Name the columns of numbers with --channels.");
        else if (Others.Count > 0)
            findings.Problem("not-numbers", $"{file}: the column '{name}' has values that are no finite numbers: {Others}. Correct them, or leave the sequences out.");
        if (Gaps.Count > 0)
            findings.Problem("gaps", $"{file}: the column '{name}' has gaps: {Gaps}. Fill them, or leave the sequences out.");
    }

    private static bool IsDecimalComma(ReadOnlySpan<char> text) =>
        text.Count(',') == 1 && !text.Contains('.')
        && float.TryParse(string.Create(text.Length, text, static (point, comma) => comma.Replace(point, ',', '.')), NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
