namespace Unroll.Benchmarks.Scale;

/// <summary>Ever more sequences at once.</summary>
internal sealed class BatchSeries : ScaleSeries
{
    private const int TimeSteps = 50;

    /// <summary>From here on each of two threads has a whole tile of rows.</summary>
    private const int FirstFull = 32;

    /// <inheritdoc/>
    public override string Name => "batch";

    /// <inheritdoc/>
    public override string Symbol => "B";

    /// <inheritdoc/>
    public override string Heading => $"## Larger batches\nA training step with T = {TimeSteps}, H = {HiddenSize}. Linear in B is a flat time a token, once the rows of a batch fill the tiles of a product.";

    /// <summary>No: with few rows the engine lays its buffers out in another way.</summary>
    public override bool ShowsMemory => false;

    /// <inheritdoc/>
    protected override IReadOnlyList<(int BatchSize, int TimeSteps)> Shapes { get; } =
        [.. new[] { 1, 2, 4, 8, 16, 32, 64, 128 }.Select(batch => (batch, TimeSteps))];

    /// <inheritdoc/>
    protected override int ReferenceIndex => Shapes.Count - 1;

    /// <inheritdoc/>
    public override int SizeOf(ScaleFigure figure) => figure.Batch;

    /// <inheritdoc/>
    public override string Summary(IReadOnlyList<ScaleFigure> cell) =>
        $"from B = {FirstFull} on, the time a token is {Range(cell.Where(figure => figure.Batch >= FirstFull))} of that at B = {cell[^1].Batch}";
}
