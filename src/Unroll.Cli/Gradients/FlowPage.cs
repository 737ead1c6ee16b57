using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Unroll.Cli.Pages;
using Unroll.Cli.Plots;

namespace Unroll.Cli.Gradients;

/// <summary>The page on which the gradient flows back, step by step: one file with its own script, which opens without a network.</summary>
internal static class FlowPage
{
    /// <summary>Base-10 logarithms of the relative gradients at both ends of the scale.</summary>
    private const int Lowest = -12;
    private const int Highest = 5;

    private const string Style = """
        #flow-controls { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: center; margin: 1rem 0; }
        #flow-controls button, #flow-controls select { font: inherit; color: var(--ink); background: var(--fill); border: 1px solid var(--line); border-radius: .25rem; padding: .25rem .75rem; }
        #flow-step { flex: 1 1 14rem; }
        #flow-shown { min-width: 8.5rem; font-variant-numeric: tabular-nums; }
        #flow-curves { width: 100%; height: auto; border: 1px solid var(--line); border-radius: .25rem; }
        #flow-curves text { fill: var(--faint); font-size: 13px; }
        #flow-curves .grid { stroke: var(--line); } #flow-curves .head { stroke: var(--ink); stroke-dasharray: 2 4; }
        .line { stroke-width: 2.2; } .dash1 { stroke-dasharray: 9 5; } .dash2 { stroke-dasharray: 2 4; }
        #flow-strips { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem 1.5rem; margin: 1.25rem 0; }
        .strip > div { display: flex; align-items: center; gap: .5rem; font-size: .92rem; }
        .strip .key { width: 2.2rem; height: .6rem; flex: none; } .strip .figure { margin-left: auto; font-variant-numeric: tabular-nums; color: var(--faint); }
        .strip canvas { width: 100%; height: 6rem; image-rendering: pixelated; background: var(--fill); border: 1px solid var(--line); }
        .scale { height: .8rem; max-width: 24rem; border: 1px solid var(--line);
          background: linear-gradient(to right, #440154, #472c7a, #3b518b, #2c718e, #21908d, #27ad81, #5cc863, #aadc32, #fde725); }
        .ends { display: flex; justify-content: space-between; max-width: 24rem; color: var(--faint); font-size: .92rem; }
        """;

    /// <summary>The page.</summary>
    /// <param name="flows">The networks.</param>
    /// <param name="runs">The runs with and without clipping, or none.</param>
    public static string Of(IReadOnlyList<SubjectFlows> flows, IReadOnlyList<ClippingRun> runs)
    {
        var steps = flows[0].Looks[0].Hidden.Length;
        var page = new HtmlPage(
            "How the gradient flows back through time",
            $"The loss stands at step {steps} and depends on the symbol of step 1. What a network can learn of it has to come back along the way that you see here.");
        page.Raw($"<style>\n{Style}\n{LineColors()}\n</style>\n");
        page.Raw("""
            <div id="flow-player" hidden>
            <div id="flow-controls">
            <button id="flow-play" type="button">Play</button>
            <label>Networks <select id="flow-when"></select></label>
            <label>Speed <select id="flow-speed"><option value="12">slow</option><option value="30" selected>usual</option><option value="90">fast</option></select></label>
            <input id="flow-step" type="range" min="1" value="1" aria-label="Step, from the last one back to the first">
            <span id="flow-shown"></span>
            </div>
            <svg id="flow-curves" role="img" aria-label="Relative norm of the gradient at each step, one line for each network"></svg>
            <p>Norm of the gradient of the loss with respect to h, divided by that at the last step. A straight line down to the left is a gradient that is
            multiplied by the same factor at each step back.</p>
            <div id="flow-strips"></div>
            <div class="scale"></div>
            """);
        page.Raw($"<div class=\"ends\"><span>1e{Lowest} or less</span><span>gradient of one unit, relative</span><span>1e{Highest}</span></div>\n</div>\n");
        page.Raw("<noscript><p>The animation needs a script, which this browser does not run; the table has the numbers.</p></noscript>\n");
        page.Section("The numbers");
        page.Table(
            ["network", "updates", "loss", "factor a step back", "half-life in steps", "first step over last"],
            flows.SelectMany(flow => flow.Looks.Select(look => (IReadOnlyList<string>)
                [flow.Subject.Name, look.Update.ToString("N0", CultureInfo.InvariantCulture), Figure(look.Loss), Figure(look.Factor), FlowText.HalfLife(look.HalfLife), Figure(look.Reach)])));
        if (runs.Count > 0)
        {
            page.Section("Clipping");
            page.Paragraph($"{ClippingStudy.Subject.Name}, {ClippingStudy.TimeSteps} steps, plain gradient descent with a learning rate of {Figure(ClippingStudy.LearningRate)}, the same weights and sequences for all.");
            page.Table(
                ["gradients", "largest norm", "loss at the end"],
                runs.Select(run => (IReadOnlyList<string>)[run.Clipping.Name, Figure(run.LargestNorm), FlowText.End(run)]));
        }

        page.Raw($"<script type=\"application/json\" id=\"flow-data\">{Data(flows)}</script>\n<script>\n{Script()}</script>\n");
        return page.ToString();
    }

    private static string LineColors()
    {
        var css = new StringBuilder();
        var families = GradientSubject.All.Max(subject => subject.Family) + 1;
        for (var family = 0; family < families; family++)
            css.Append(CultureInfo.InvariantCulture, $".line{family} {{ stroke: {PlotColors.Light.Line(family).ToHex()}; }}\n");
        css.Append("@media (prefers-color-scheme: dark) {\n");
        for (var family = 0; family < families; family++)
            css.Append(CultureInfo.InvariantCulture, $".line{family} {{ stroke: {PlotColors.Dark.Line(family).ToHex()}; }}\n");
        return css.Append('}').ToString();
    }

    private static string Data(IReadOnlyList<SubjectFlows> flows)
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory))
        {
            writer.WriteStartObject();
            writer.WriteNumber("steps", flows[0].Looks[0].Units.Length);
            writer.WriteNumber("units", flows[0].Looks[0].Units[0].Length);
            writer.WriteNumber("low", Lowest);
            writer.WriteNumber("high", Highest);
            writer.WriteStartArray("updates");
            foreach (var look in flows.MaxBy(flow => flow.Looks.Count)!.Looks)
                writer.WriteNumberValue(look.Update);
            writer.WriteEndArray();
            writer.WriteStartArray("networks");
            foreach (var flow in flows)
                Write(writer, flow);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }

    private static void Write(Utf8JsonWriter writer, SubjectFlows flow)
    {
        writer.WriteStartObject();
        writer.WriteString("name", flow.Subject.Name);
        writer.WriteNumber("family", flow.Subject.Family);
        writer.WriteNumber("variant", flow.Subject.Variant);
        writer.WriteStartArray("looks");
        foreach (var look in flow.Looks)
        {
            writer.WriteStartObject();
            writer.WriteStartArray("curve");
            foreach (var norm in look.Hidden)
                writer.WriteNumberValue(Math.Round(Logarithm(norm / look.Hidden[^1]), 2));
            writer.WriteEndArray();
            writer.WriteString("map", Convert.ToBase64String(Map(look)));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>[units, steps]: the logarithm of each unit's relative gradient on the scale, as one byte.</summary>
    private static byte[] Map(FlowLook look)
    {
        var (steps, units) = (look.Units.Length, look.Units[0].Length);
        var map = new byte[units * steps];
        var last = look.Units[^1].Average();
        for (var unit = 0; unit < units; unit++)
        {
            for (var step = 0; step < steps; step++)
            {
                var share = (Logarithm(look.Units[step][unit] / last) - Lowest) / (Highest - Lowest);
                map[(unit * steps) + step] = (byte)Math.Round(255 * Math.Clamp(share, 0, 1));
            }
        }

        return map;
    }

    /// <summary>To the base 10; what is no number over 0 lies below every scale.</summary>
    private static double Logarithm(double ratio) => ratio > 0 && double.IsFinite(ratio) ? Math.Log10(ratio) : -99;

    private static string Figure(double value) => FlowText.Figure(value);

    private static string Script()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("page/flow.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
