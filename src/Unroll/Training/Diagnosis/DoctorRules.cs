using System.Globalization;

namespace Unroll.Training;

/// <summary>From where on what was measured is a fault, and what helps. <c>docs/doctor.md</c> gives the reasons.</summary>
internal static class DoctorRules
{
    /// <summary>A gradient whose half-life is below this has fallen to a hundred-millionth within 40 steps.</summary>
    private const double ShortestHalfLife = 1.5;

    /// <summary>Probes before a short memory is a finding: cells with gates start with a short one and learn a longer one.</summary>
    private const int LeastProbes = 4;

    /// <summary>Windows shorter than this show no decay worth judging.</summary>
    private const int ShortestWindow = 10;

    /// <summary>The distance that messages name, where the window is as long.</summary>
    private const int NamedDistance = 40;

    /// <summary>So many times the gradient at the loss is an explosion.</summary>
    private const double LargestGrowth = 100;

    private const double MostSaturated = 0.9;
    private const double MostDead = 0.1;
    private const double HalfDead = 0.5;
    private const double SmallestRatio = 1e-5;

    /// <summary>An update that changes the weights by so much of themselves. Later ones need not: weights that were thrown far are large.</summary>
    private const double LargestRatio = 0.5;

    private const double MostClipped = 0.5;

    /// <summary>A gradient so many times the median is a spike.</summary>
    private const double LargestSpike = 100;

    /// <summary>A loss that ends so much above where it began has risen.</summary>
    private const double RisenLoss = 1.1;

    /// <summary>The share of the course at its end whose loss is compared with that of the first update.</summary>
    private const double EndShare = 0.1;

    /// <summary>Updates before a loss can be said to rise.</summary>
    private const int LeastUpdates = 10;

    /// <summary>All findings, problems first.</summary>
    /// <param name="report">What was seen.</param>
    /// <param name="refused">The first update that was not finite, or null.</param>
    public static IReadOnlyList<DoctorFinding> Findings(DoctorReport report, (long Update, double Loss, double Norm)? refused)
    {
        var findings = new List<DoctorFinding>();
        if (refused is { } update)
            findings.Add(Diverged(update.Update, update.Loss, update.Norm));
        AddGradientFlow(findings, report.Layers);
        foreach (var layer in report.Layers)
            AddUnits(findings, layer);
        AddRates(findings, report);
        AddClipping(findings, report);
        return [.. findings.OrderByDescending(finding => finding.Severity)];
    }

    private static DoctorFinding Diverged(long update, double loss, double norm) => new()
    {
        Kind = FindingKind.Diverged,
        Severity = FindingSeverity.Problem,
        Place = "",
        Message = Text($"Update {update} gave a loss of {Number(loss)} and a gradient norm of {Number(norm)}, which are not both finite."),
        Advice = "Lower the learning rate, and clip the gradient to a norm of 1.",
        Numbers = new Dictionary<string, double> { ["update"] = update, ["loss"] = loss, ["gradientNorm"] = norm },
    };

    private static void AddGradientFlow(List<DoctorFinding> findings, IReadOnlyList<LayerHealth> layers)
    {
        var seen = layers.Where(layer => layer.GradientByDistance.Count >= ShortestWindow && layer.GradientByDistance[0] > 0).ToList();
        foreach (var layer in seen)
        {
            var norms = layer.GradientByDistance;
            var farthest = Enumerable.Range(1, norms.Count - 1).MaxBy(distance => double.IsFinite(norms[distance]) ? norms[distance] : double.MaxValue);
            var growth = norms[farthest] / norms[0];
            if (growth < LargestGrowth)
                continue;
            findings.Add(new()
            {
                Kind = FindingKind.ExplodingGradient,
                Severity = FindingSeverity.Problem,
                Place = layer.Name,
                Message = Text($"In {layer.Name} the gradient at t−{farthest} is {Number(growth)} times that at t: it explodes on its way back."),
                Advice = "Clip the gradient to a norm of 1, start the recurrent weights orthogonal, or take an LSTM or GRU.",
                Numbers = new Dictionary<string, double> { ["distance"] = farthest, ["ratio"] = growth },
            });
        }

        // What one layer loses another may keep, so the longest memory counts; and a network that had a longer one and gave it up has learned to forget.
        if (seen.MaxBy(LongestHalfLife) is not { } longest || longest.Samples.Count < LeastProbes || LongestHalfLife(longest) >= ShortestHalfLife)
            return;
        var at = Math.Min(NamedDistance, longest.GradientByDistance.Count - 1);
        var ratio = longest.GradientByDistance[at] / longest.GradientByDistance[0];
        findings.Add(new()
        {
            Kind = FindingKind.VanishingGradient,
            Severity = FindingSeverity.Warning,
            Place = longest.Name,
            Message = Text($"In {longest.Name} the gradient at t−{at} is {Number(ratio)} of that at t{HalfLifeOf(longest)}: what is further back is hardly learned."),
            Advice = longest.Cell.ForgetGate is null
                ? "If your data needs a longer memory, an LSTM with a forget bias of 1 or a GRU would help, or orthogonal recurrent weights."
                : "If your data needs a longer memory, a forget bias of 1 or more would help.",
            Numbers = new Dictionary<string, double> { ["distance"] = at, ["ratio"] = ratio, ["halfLife"] = longest.HalfLife ?? 0 },
        });
    }

    private static double LongestHalfLife(LayerHealth layer) => Math.Max(layer.HalfLife ?? 0, layer.Samples.Max(sample => sample.HalfLife ?? 0));

    private static string HalfLifeOf(LayerHealth layer) => layer.HalfLife is { } steps ? Text($" (half-life {steps:F1} steps)") : "";

    private static void AddUnits(List<DoctorFinding> findings, LayerHealth layer)
    {
        foreach (var activation in layer.Activations)
        {
            var share = activation.KeepsState ? activation.Low : activation.Low + activation.High;
            if (share < MostSaturated)
                continue;
            var where = activation.IsTanh ? "beyond ±0.95" : activation.KeepsState ? "below 0.05" : "below 0.05 or above 0.95";
            findings.Add(new()
            {
                Kind = FindingKind.SaturatedActivation,
                Severity = FindingSeverity.Warning,
                Place = layer.Name,
                Message = Text($"In {layer.Name} {Percent(share)} of the values of {NameOf(activation)} are {where}, where nearly no gradient passes."),
                Advice = "Start with smaller weights, lower the learning rate or add weight decay; a cell with layer normalisation keeps its sums in range.",
                Numbers = new Dictionary<string, double> { ["low"] = activation.Low, ["high"] = activation.High },
            });
        }

        var dead = layer.DeadOutputs / (double)layer.Outputs;
        if (dead < MostDead)
            return;
        var zero = layer.ZeroOutputs == layer.DeadOutputs;
        findings.Add(new()
        {
            Kind = FindingKind.DeadUnits,
            Severity = dead >= HalfDead ? FindingSeverity.Problem : FindingSeverity.Warning,
            Place = layer.Name,
            Message = Text($"In {layer.Name} {layer.DeadOutputs} of {layer.Outputs} units are dead: their output {(zero ? "is always zero" : "does not vary")}."),
            Advice = zero
                ? "Lower the learning rate, start biases at zero, or take tanh or a gated cell instead of relu."
                : "Start with smaller weights, lower the learning rate, or make the layer smaller.",
            Numbers = new Dictionary<string, double> { ["dead"] = layer.DeadOutputs, ["zero"] = layer.ZeroOutputs, ["units"] = layer.Outputs },
        });
    }

    private static string NameOf(ActivationHealth activation) => activation.Name switch
    {
        "state" => "the tanh of the state",
        "sum" => "the tanh",
        _ => $"the {activation.Name} gate",
    };

    private static void AddRates(List<DoctorFinding> findings, DoctorReport report)
    {
        var matrices = report.Parameters.Where(parameter => parameter.Shape.Rank >= 2 && parameter.Samples.Count > 0).ToList();
        foreach (var matrix in matrices.Where(matrix => matrix.Samples.All(sample => sample.GradientNorm == 0)))
        {
            findings.Add(new()
            {
                Kind = FindingKind.NoGradient,
                Severity = FindingSeverity.Warning,
                Place = matrix.Name,
                Message = Text($"{matrix.Name} got no gradient in any of {matrix.Samples.Count} updates looked at, so it does not learn."),
                Advice = "Look whether the loss depends on it, or fix it with IsFixed; behind dead units nothing learns.",
                Numbers = new Dictionary<string, double> { ["updates"] = matrix.Samples.Count },
            });
        }

        var moving = matrices.Where(matrix => matrix.MedianRatio is not null && matrix.Samples.Any(sample => sample.GradientNorm > 0)).ToList();
        // A schedule that ends near zero is no fault, so each matrix counts with its largest step.
        if (moving.Count > 0 && Statistics.Median(moving.Select(LargestRatioOf)) < SmallestRatio)
        {
            var smallest = moving.MinBy(LargestRatioOf)!;
            findings.Add(new()
            {
                Kind = FindingKind.LearningRateTooSmall,
                Severity = FindingSeverity.Warning,
                Place = smallest.Name,
                Message = Text($"The update-to-weight ratio is {Number(LargestRatioOf(smallest))} at most in {smallest.Name}: the learning rate is small."),
                Advice = "Raise the learning rate until updates change the weights by about a thousandth.",
                Numbers = new Dictionary<string, double> { ["ratio"] = LargestRatioOf(smallest) },
            });
        }

        AddLargeRate(findings, report, moving);
    }

    private static double LargestRatioOf(ParameterHealth matrix) => matrix.Samples.Max(sample => sample.Ratio ?? 0);

    private static void AddLargeRate(List<DoctorFinding> findings, DoctorReport report, List<ParameterHealth> moving)
    {
        const string Advice = "Lower the learning rate, to a tenth at first.";
        var (first, last) = Ends(report.Course);
        if (last > first * RisenLoss)
        {
            findings.Add(new()
            {
                Kind = FindingKind.LearningRateTooLarge,
                Severity = FindingSeverity.Problem,
                Place = "",
                Message = Text($"The loss rose from {Number(first)} to {Number(last)}: the learning rate is large."),
                Advice = Advice,
                Numbers = new Dictionary<string, double> { ["firstLoss"] = first, ["lastLoss"] = last },
            });
        }
        else if (moving.Count > 0 && Statistics.Median(moving.Select(LargestRatioOf)) > LargestRatio)
        {
            var largest = moving.MaxBy(LargestRatioOf)!;
            findings.Add(new()
            {
                Kind = FindingKind.LearningRateTooLarge,
                Severity = FindingSeverity.Warning,
                Place = largest.Name,
                Message = Text($"The update-to-weight ratio reached {Number(LargestRatioOf(largest))} in {largest.Name}: one update replaces what the weights were."),
                Advice = Advice,
                Numbers = new Dictionary<string, double> { ["ratio"] = LargestRatioOf(largest) },
            });
        }
    }

    /// <summary>The loss of the first update, or as few as are kept apart, and the mean of the last part of the course.</summary>
    private static (double First, double Last) Ends(IReadOnlyList<UpdateSpan> course) => course.Count < LeastUpdates
        ? (0, 0)
        : (course[0].Loss, course.TakeLast((int)(course.Count * EndShare)).Average(span => span.Loss));

    private static void AddClipping(List<DoctorFinding> findings, DoctorReport report)
    {
        if (report.Course.Count == 0)
            return;
        var median = Statistics.Median(report.Course.Select(span => span.GradientNorm))!.Value;
        if (report.ClippedShare >= MostClipped)
        {
            findings.Add(new()
            {
                Kind = FindingKind.MostUpdatesClipped,
                Severity = FindingSeverity.Warning,
                Place = "",
                Message = Text($"{Percent(report.ClippedShare)} of the updates were clipped; the gradient norm is {Number(median)} in the median."),
                Advice = "Clipping is meant for the exception: raise its limit above the median, or lower the learning rate.",
                Numbers = new Dictionary<string, double> { ["share"] = report.ClippedShare, ["medianNorm"] = median },
            });
        }

        var largest = report.Course.Max(span => span.LargestGradientNorm);
        if (report.ClippedShare > 0 || !(largest > LargestSpike * median))
            return;
        findings.Add(new()
        {
            Kind = FindingKind.GradientSpikes,
            Severity = FindingSeverity.Warning,
            Place = "",
            Message = Text($"The largest gradient norm is {Number(largest)}, the median {Number(median)}, and nothing was clipped."),
            Advice = Text($"Clip the gradient to a norm of about {Number(2 * median)}: one such update can undo many."),
            Numbers = new Dictionary<string, double> { ["largestNorm"] = largest, ["medianNorm"] = median },
        });
    }

    private static string Percent(double share) => Text($"{100 * share:F0} %");

    private static string Number(double value) => value.ToString(value is >= 0.01 and < 10_000 ? "G3" : "0.#e+0", CultureInfo.InvariantCulture).Replace("e+", "e", StringComparison.Ordinal);

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
