using System.Globalization;
using Unroll.Cli.Gradients;

namespace Tour.Chapters;

/// <summary>Chapter 7: how the gradient flows back through networks of different cells, and what clipping does. What <c>unroll explain gradients</c> shows.</summary>
internal sealed class VanishingGradients : IChapter
{
    private static readonly StudyOptions options = new(TimeSteps: 100, Updates: 600, Seed: 1);

    /// <inheritdoc/>
    public int Number => 7;

    /// <inheritdoc/>
    public string Page => "07-gradients.md";

    /// <inheritdoc/>
    public void Make(TourPage page)
    {
        var flows = GradientSubject.All.Select(subject => GradientStudy.Run(subject, options)).ToList();
        page.Save("07-curves.png", path => GradientPictures.Curves(path, flows));
        page.Save("07-units.png", path => GradientPictures.HeatMap(path, flows, last: false));
        page.Save("07-training.png", path => GradientPictures.Training(path, flows));
        var table = new MarkdownTable("network", ">half-life at first, steps", ">first step over last, at first", ">half-life after", ">loss after, nats");
        foreach (var flow in flows)
        {
            var (first, last) = (flow.Looks[0], flow.Looks[^1]);
            table.Add(flow.Subject.Name, FlowText.HalfLife(first.HalfLife), FlowText.Figure(first.Reach), FlowText.HalfLife(last.HalfLife), Loss(last.Loss));
        }

        page.Write("flows", table.ToString());

        var runs = ClippingStudy.Kinds.Select(kind => ClippingStudy.Run(kind, options.Seed)).ToList();
        page.Save("07-clipping.png", path => GradientPictures.Clipped(path, runs));
        var clipped = new MarkdownTable("gradients", ">largest norm", ">loss at first, nats", ">loss at the end");
        foreach (var run in runs)
            clipped.Add(run.Clipping.Name, FlowText.Figure(run.LargestNorm), Loss(run.Losses[0]), FlowText.End(run));
        page.Write("clipping", clipped.ToString());
    }

    private static string Loss(double nats) => nats.ToString("F3", CultureInfo.InvariantCulture);
}
