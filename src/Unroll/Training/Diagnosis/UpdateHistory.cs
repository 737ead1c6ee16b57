namespace Unroll.Training;

/// <summary>Loss and gradient norm of all updates in bounded memory: when there are too many spans, two and two are joined.</summary>
internal sealed class UpdateHistory
{
    private const int MostSpans = 512;

    private readonly List<UpdateSpan> spans = [];
    private long updatesOfSpan = 1;

    /// <summary>Updates seen.</summary>
    public long Updates { get; private set; }

    /// <summary>How many of them were clipped.</summary>
    public long Clipped { get; private set; }

    public IReadOnlyList<UpdateSpan> Spans => [.. spans];

    public void Add(double loss, double gradientNorm, bool isClipped)
    {
        Updates++;
        var clipped = isClipped ? 1 : 0;
        Clipped += clipped;
        var next = new UpdateSpan(Updates, Updates, loss, gradientNorm, gradientNorm, clipped);
        if (spans.Count > 0 && spans[^1].Last - spans[^1].First + 1 < updatesOfSpan)
        {
            spans[^1] = Join(spans[^1], next);
            return;
        }

        if (spans.Count == MostSpans)
        {
            for (var index = 0; index < MostSpans / 2; index++)
                spans[index] = Join(spans[2 * index], spans[(2 * index) + 1]);
            spans.RemoveRange(MostSpans / 2, MostSpans / 2);
            updatesOfSpan *= 2;
        }

        spans.Add(next);
    }

    private static UpdateSpan Join(UpdateSpan first, UpdateSpan second)
    {
        double a = first.Last - first.First + 1, b = second.Last - second.First + 1;
        return new(
            first.First, second.Last, ((a * first.Loss) + (b * second.Loss)) / (a + b), ((a * first.GradientNorm) + (b * second.GradientNorm)) / (a + b),
            Math.Max(first.LargestGradientNorm, second.LargestGradientNorm), first.Clipped + second.Clipped);
    }
}
