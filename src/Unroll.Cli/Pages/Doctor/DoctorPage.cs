using Unroll.Cli.Views;
using Unroll.Training;

namespace Unroll.Cli.Pages.Doctor;

/// <summary>The diagnosis of a training as a page: what is wrong, and the pictures that show it.</summary>
internal static class DoctorPage
{
    private static readonly int[] NamedDistances = [1, 10, 40, 100];

    /// <summary>Makes the page.</summary>
    /// <param name="report">What was seen.</param>
    /// <param name="title">What was trained on what.</param>
    /// <param name="lossUnit">The unit of the loss, such as nats per character.</param>
    /// <param name="clipNorm">The norm that gradients were clipped to, or null.</param>
    public static string Of(DoctorReport report, string title, string lossUnit, double? clipNorm)
    {
        var page = new HtmlPage($"Diagnosis: {title}", DoctorText.Summary(report));
        AddFindings(page, report);
        AddFlow(page, report);
        AddActivations(page, report);
        AddUnits(page, report);
        AddCourse(page, report, lossUnit, clipNorm);
        AddParameters(page, report);
        AddDefinitions(page);
        return page.ToString();
    }

    private static void AddFindings(HtmlPage page, DoctorReport report)
    {
        page.Section("Findings");
        if (report.Findings.Count == 0)
            page.Box("Healthy.", "good", "Nothing of what is measured is out of its range.");
        foreach (var finding in report.Findings)
        {
            var isProblem = finding.Severity == FindingSeverity.Problem;
            page.Box(isProblem ? "Problem." : "Warning.", isProblem ? "problem" : "warning", finding.Message, finding.Advice);
        }
    }

    private static void AddFlow(HtmlPage page, DoctorReport report)
    {
        page.Section("Gradient through time");
        var layers = report.Layers.Where(layer => layer.GradientByDistance.Count > 1 && layer.GradientByDistance[0] > 0).ToList();
        if (layers.Count == 0)
        {
            page.Paragraph("No gradient came back through time, so there is nothing to show.", "note");
            return;
        }

        page.Figure(
            DoctorPlots.Flow(layers),
            "Lines: the norm of the gradient by distance from the loss, relative to that at the loss, one line a layer.",
            "How much of the gradient of the loss at step t arrives d steps earlier. A straight line is an exponential decay. Dotted: the first probe. Solid: the mean of the last ones.");
        var distances = NamedDistances.Where(distance => layers.Any(layer => distance < layer.GradientByDistance.Count)).ToList();
        page.Table(
            ["layer", "half-life (steps)", "at the first probe", "below 1 % from (steps)", .. distances.Select(distance => $"left at t−{distance}")],
            layers.Select(layer => (IReadOnlyList<string>)
            [
                layer.Name, DoctorText.Steps(layer.HalfLife), DoctorText.Steps(layer.Samples[0].HalfLife), layer.MemoryLength is { } steps ? Figures.Count(steps) : "–",
                .. distances.Select(distance => distance < layer.GradientByDistance.Count ? DoctorText.Number(layer.GradientByDistance[distance] / layer.GradientByDistance[0]) : "–"),
            ]));
        if (layers.All(layer => layer.Samples.Count > 1))
        {
            page.Figure(
                DoctorPlots.HalfLives(layers), "Lines: the half-life of the gradient in steps by update, one line a layer.",
                "How the effective memory changes in training. Gaps: the gradient did not decay.");
        }
    }

    private static void AddActivations(HtmlPage page, DoctorReport report)
    {
        var layers = report.Layers.Where(layer => layer.Activations.Count > 0).ToList();
        if (layers.Count == 0)
            return;
        page.Section("Saturation");
        page.Figure(
            DoctorPlots.Saturation(layers),
            "Bars: for each gate of each layer the share of its values at the lower end, in between, and at the upper end.",
            "Gates (σ) below 0.05 and above 0.95, tanh beyond ±0.95: there nearly no gradient passes. A forget gate that is mostly high remembers, which is no fault.");
        foreach (var layer in layers.Where(layer => layer.Samples.Count > 1))
        {
            page.Figure(
                DoctorPlots.SaturationOverTime(layer), $"Lines: the share of saturated values of each gate of {layer.Name} by update.",
                $"{layer.Name}: the share of values at either end in the course of training.");
        }
    }

    private static void AddUnits(HtmlPage page, DoctorReport report)
    {
        if (report.Layers.Count == 0)
            return;
        page.Section("Units");
        page.Table(
            ["layer", "cell", "units", "outputs", "dead", "of these zero"],
            report.Layers.Select(layer => (IReadOnlyList<string>)
            [
                layer.Name, layer.Cell.Name, Figures.Count(layer.Units), Figures.Count(layer.Outputs), Figures.Count(layer.DeadOutputs), Figures.Count(layer.ZeroOutputs),
            ]));
        if (report.Layers.Any(layer => layer.Samples.Count > 1 && layer.Samples.Any(sample => sample.DeadOutputs > 0)))
        {
            page.Figure(
                DoctorPlots.DeadUnits(report.Layers), "Lines: the share of outputs that hardly varied by update, one line a layer.",
                "Outputs that varied by less than a thousandth of the layer's root mean square during a probe.");
        }
    }

    private static void AddCourse(HtmlPage page, DoctorReport report, string lossUnit, double? clipNorm)
    {
        if (report.Course.Count < 2)
            return;
        page.Section("Loss and gradient norm");
        page.Figure(DoctorPlots.Loss(report.Course, lossUnit), "Line: the training loss by update.", "The training loss.");
        page.Figure(
            DoctorPlots.GradientNorms(report.Course, clipNorm), "Lines: mean and largest norm of the gradient by update, with the limit of clipping.",
            $"The norm of all gradients before clipping. {DoctorText.Percent(report.ClippedShare)} of the updates were clipped.");
    }

    private static void AddParameters(HtmlPage page, DoctorReport report)
    {
        var parameters = report.Parameters.Where(parameter => parameter.Samples.Count > 0).ToList();
        if (parameters.Count == 0)
            return;
        page.Section("Size of the updates");
        var matrices = parameters.Where(parameter => parameter.Shape.Rank >= 2).ToList();
        if (matrices.Count > 0 && matrices.All(matrix => matrix.Samples.Count > 1))
        {
            page.Figure(
                DoctorPlots.Ratios(matrices), "Lines: the ratio of the norm of the update to that of the weights by update, one line a matrix.",
                "‖ΔW‖ / ‖W‖ of the matrices. About 10⁻³ is usual; below 10⁻⁵ nothing moves, above 10⁻¹ little stays.");
        }

        page.Table(
            ["parameter", "shape", "gradient norm", "weight norm", "update-to-weight ratio, median", "last"],
            parameters.Select(parameter => (IReadOnlyList<string>)
            [
                parameter.Name, parameter.Shape.ToString(), DoctorText.Number(parameter.Samples[^1].GradientNorm), DoctorText.Number(parameter.Samples[^1].WeightNorm),
                DoctorText.Number(parameter.MedianRatio), DoctorText.Number(parameter.Samples[^1].Ratio),
            ]));
    }

    private static void AddDefinitions(HtmlPage page)
    {
        page.Section("What is measured");
        page.List(
        [
            "A probe runs the network on a few rows of the batch and back-propagates the loss of the last step alone. At distance d the norm of ∂L/∂h and ∂L/∂s is that of the output and the states of d steps earlier.",
            "The half-life is that of an exponential fitted to these norms from d = 1 on: after so many steps half of the gradient is left.",
            "Saturation is the share of values of all units at eight steps of a window.",
            "The update-to-weight ratio is ‖ΔW‖ / ‖W‖ of one update; the norm is the square root of the sum of squares.",
            "What is measured over probes is the mean of the last four.",
        ]);
    }
}
