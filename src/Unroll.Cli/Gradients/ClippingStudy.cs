using Unroll.Optimizers;

namespace Unroll.Cli.Gradients;

/// <summary>What clipping does: the same network from the same weights on the same sequences, with nothing done to its gradients, and with two kinds of limit.</summary>
internal static class ClippingStudy
{
    /// <summary>T: long enough for a gradient to explode in.</summary>
    public const int TimeSteps = 50;

    /// <summary>How long each run trains, unless its loss stops being a number.</summary>
    public const int Updates = 800;

    /// <summary>Plain gradient descent: an update is as large as the gradient, which Adam's would not be.</summary>
    public const float LearningRate = 0.01f;

    /// <summary>What is compared.</summary>
    public static IReadOnlyList<Clipping> Kinds { get; } =
        [new("no clipping"), new("norm clipped to 1", Norm: 1), new("values clipped to ±0.01", Value: 0.01f)];

    /// <summary>The network: a rectifier whose recurrent matrix starts as the identity.</summary>
    public static GradientSubject Subject => GradientSubject.All.First(subject => subject is { Family: 1, Variant: 0 });

    /// <summary>Trains one.</summary>
    /// <param name="clipping">What is done to its gradients.</param>
    /// <param name="seed">Of weights and sequences, the same for all.</param>
    /// <param name="cancellation">Stops it.</param>
    public static ClippingRun Run(Clipping clipping, ulong seed, CancellationToken cancellation = default)
    {
        var network = new SubjectNetwork(Subject, StudyOptions.HiddenSize, new Sgd(LearningRate), seed);
        var (losses, norms) = (new List<double>(), new List<double>());
        while (losses.Count < Updates && (losses.Count == 0 || double.IsFinite(losses[^1])))
        {
            cancellation.ThrowIfCancellationRequested();
            losses.Add(network.Update(TimeSteps, StudyOptions.BatchSize, clipping));
            norms.Add(network.GradientNorm);
        }

        return new(clipping, losses, norms);
    }
}

/// <summary>One run.</summary>
/// <param name="Clipping">What was done to its gradients.</param>
/// <param name="Losses">Before each update; the last one may be no finite number, and then training stopped there.</param>
/// <param name="Norms">Of all gradients together, before clipping.</param>
internal sealed record ClippingRun(Clipping Clipping, IReadOnlyList<double> Losses, IReadOnlyList<double> Norms)
{
    private const int Averaged = 50;

    /// <summary>The update, from 1, whose loss was no finite number, or null.</summary>
    public int? Diverged => double.IsFinite(Losses[^1]) ? null : Losses.Count;

    /// <summary>The mean of the last losses, or null where it diverged.</summary>
    public double? FinalLoss => Diverged is null ? Losses.TakeLast(Averaged).Average() : null;

    /// <summary>The largest norm that is a number.</summary>
    public double LargestNorm => Norms.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
}
