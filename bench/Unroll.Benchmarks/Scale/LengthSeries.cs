namespace Unroll.Benchmarks.Scale;

/// <summary>Ever longer sequences.</summary>
internal sealed class LengthSeries : ScaleSeries
{
    private const int BatchSize = 16;

    /// <summary>How far the time a token may lie from that of the shortest sequence.</summary>
    private const double Tolerance = 0.1;

    /// <inheritdoc/>
    public override string Name => "length";

    /// <inheritdoc/>
    public override string Symbol => "T";

    /// <inheritdoc/>
    public override string Heading => $"## Longer sequences\nA training step with B = {BatchSize}, H = {HiddenSize}. The goal is a time a token within 10 % of that at T = 50.";

    /// <inheritdoc/>
    public override bool ShowsMemory => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<(int BatchSize, int TimeSteps)> Shapes { get; } =
        [.. new[] { 50, 100, 200, 500, 1000, 2000 }.Select(time => (BatchSize, time))];

    /// <inheritdoc/>
    protected override int ReferenceIndex => 0;

    /// <inheritdoc/>
    public override int SizeOf(ScaleFigure figure) => figure.Time;

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<ScaleFigure> cell)
    {
        var isFlat = cell.All(figure => Math.Abs(figure.RelativeToReference - 1) <= Tolerance);
        return $"the time a token is {Range(cell)} of that at T = {cell[0].Time} (goal within 10 %: {(isFlat ? "met" : "missed")})";
    }
}
