using System.Globalization;
using System.Text.Json;
using Unroll.Cli.Gradients;

namespace Unroll.Cli.Views;

/// <summary>How a study of gradients shows itself, as it goes.</summary>
internal abstract class GradientsView
{
    /// <summary>Before the first network.</summary>
    public abstract void Start(StudyOptions options, string folder);

    /// <summary>After a network.</summary>
    public abstract void Show(SubjectFlows flows);

    /// <summary>After a run with or without clipping.</summary>
    public abstract void Show(ClippingRun run);

    /// <summary>When the files are written.</summary>
    public abstract void Finish(IReadOnlyList<string> files);
}

/// <summary>Lines for people.</summary>
internal sealed class GradientsLines(TextWriter output) : GradientsView
{
    private bool clips;

    /// <inheritdoc/>
    public override void Start(StudyOptions options, string folder)
    {
        Line($"{folder}{Path.DirectorySeparatorChar}");
        Line($"task       show one of {RememberTask.SymbolCount} symbols at step 1, then noise, and ask for the symbol after step {options.TimeSteps}; guessing costs {Math.Log(RememberTask.SymbolCount):F3} nats");
        Line($"networks   {StudyOptions.HiddenSize} units, {StudyOptions.BatchSize} sequences at a time, {options.Updates} updates of Adam with gradients clipped to norm 1, seed {options.Seed}");
        output.WriteLine();
        output.WriteLine($"{"",-22}{"loss, nats",-18}{"half-life of the gradient, steps",-38}{"first step over last",-24}");
    }

    /// <inheritdoc/>
    public override void Show(SubjectFlows flows)
    {
        var (first, last) = (flows.Looks[0], flows.Looks[^1]);
        var diverged = flows.Diverged is { } update ? $"  no number at update {update + 1}" : "";
        output.WriteLine(
            $"{flows.Subject.Name,-22}{Change(first, last, look => FlowText.Figure(look.Loss)),-18}{Change(first, last, look => FlowText.HalfLife(look.HalfLife)),-38}"
            + $"{Change(first, last, look => FlowText.Figure(look.Reach))}{diverged}");
    }

    /// <inheritdoc/>
    public override void Show(ClippingRun run)
    {
        if (!clips)
        {
            output.WriteLine();
            Line($"clipping   {ClippingStudy.Subject.Name}, {ClippingStudy.TimeSteps} steps, {ClippingStudy.Updates} updates of plain gradient descent with learning rate {ClippingStudy.LearningRate}");
        }

        clips = true;
        output.WriteLine($"{run.Clipping.Name,-26}loss {FlowText.Figure(run.Losses[0])} → {FlowText.End(run)}, largest norm of the gradients {FlowText.Figure(run.LargestNorm)}");
    }

    /// <inheritdoc/>
    public override void Finish(IReadOnlyList<string> files)
    {
        output.WriteLine();
        foreach (var file in files)
            output.WriteLine(file);
    }

    private static string Change(FlowLook first, FlowLook last, Func<FlowLook, string> figure) => ReferenceEquals(first, last) ? figure(first) : $"{figure(first)} → {figure(last)}";

    private void Line(FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

/// <summary>JSON objects for programs.</summary>
internal sealed class GradientsJson(TextWriter output) : GradientsView
{
    /// <inheritdoc/>
    public override void Start(StudyOptions options, string folder) => JsonLines.Write(output, "start", writer =>
    {
        writer.WriteString("out", folder);
        writer.WriteNumber("steps", options.TimeSteps);
        writer.WriteNumber("updates", options.Updates);
        writer.WriteNumber("hiddenSize", StudyOptions.HiddenSize);
        writer.WriteNumber("batchSize", StudyOptions.BatchSize);
        writer.WriteNumber("seed", options.Seed);
    });

    /// <inheritdoc/>
    public override void Show(SubjectFlows flows) => JsonLines.Write(output, "network", writer =>
    {
        writer.WriteString("name", flows.Subject.Name);
        writer.WriteString("cell", flows.Subject.Cell.Name);
        writer.WriteFigure("divergedAtUpdate", flows.Diverged + 1);
        writer.WriteStartArray("looks");
        foreach (var look in flows.Looks)
        {
            writer.WriteStartObject();
            writer.WriteNumber("update", look.Update);
            writer.WriteFigure("loss", look.Loss);
            writer.WriteFigure("factorPerStep", look.Factor);
            writer.WriteFigure("halfLife", look.HalfLife);
            writer.WriteFigure("firstOverLast", look.Reach);
            Norms(writer, "hiddenNorms", look.Hidden);
            if (look.State is { } state)
                Norms(writer, "stateNorms", state);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    /// <inheritdoc/>
    public override void Show(ClippingRun run) => JsonLines.Write(output, "clipping", writer =>
    {
        writer.WriteString("name", run.Clipping.Name);
        writer.WriteFigure("norm", run.Clipping.Norm);
        writer.WriteFigure("value", run.Clipping.Value);
        writer.WriteNumber("updates", run.Losses.Count);
        writer.WriteFigure("divergedAtUpdate", run.Diverged);
        writer.WriteFigure("firstLoss", run.Losses[0]);
        writer.WriteFigure("finalLoss", run.FinalLoss);
        writer.WriteFigure("largestNorm", run.LargestNorm);
    });

    /// <inheritdoc/>
    public override void Finish(IReadOnlyList<string> files) => JsonLines.Write(output, "done", writer =>
    {
        writer.WriteStartArray("files");
        foreach (var file in files)
            writer.WriteStringValue(file);
        writer.WriteEndArray();
    });

    private static void Norms(Utf8JsonWriter writer, string name, double[] norms)
    {
        writer.WriteStartArray(name);
        foreach (var norm in norms)
        {
            if (double.IsFinite(norm))
                writer.WriteNumberValue(norm);
            else
                writer.WriteNullValue();
        }

        writer.WriteEndArray();
    }
}
