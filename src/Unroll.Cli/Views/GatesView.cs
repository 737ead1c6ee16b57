using System.Globalization;
using Unroll.Cli.Gates;

namespace Unroll.Cli.Views;

/// <summary>How a study of gates shows itself.</summary>
internal abstract class GatesView
{
    /// <summary>While the model reads.</summary>
    /// <param name="share">How much of the work is done, 0…1.</param>
    public virtual void Progress(double share)
    {
    }

    /// <summary>What was found.</summary>
    public abstract void Show(string model, string text, GateStudy study, double threshold);

    /// <summary>When the files are written.</summary>
    public abstract void Finish(IReadOnlyList<string> files);
}

/// <summary>Lines for people.</summary>
/// <param name="output">Where they go.</param>
/// <param name="progress">The terminal, for a line that is written over, or null.</param>
internal sealed class GatesLines(TextWriter output, TextWriter? progress) : GatesView
{
    /// <inheritdoc/>
    public override void Progress(double share) => progress?.Write(string.Create(CultureInfo.InvariantCulture, $"\rreading, {100 * share:F0}% "));

    /// <inheritdoc/>
    public override void Show(string model, string text, GateStudy study, double threshold)
    {
        progress?.Write("\r                    \r");
        var signals = study.Groups[^1].Start + study.Groups[^1].UnitCount;
        output.WriteLine($"model    {model}: {ModelText.Describe(study.Model.Options)}; {Figures.Count(signals)} values a step");
        output.WriteLine($"text     {text}: units are found in the first {Figures.Count(study.Searched)} characters and confirmed in the {Figures.Count(study.Text.Length - study.Searched)} after them");
        output.WriteLine();
        output.WriteLine($"{"what",-50}{"unit that goes with it best",-38}{"found",8}{"confirmed",11}{"chance",9}");
        foreach (var feature in study.Features)
            output.WriteLine(Line(feature));
        output.WriteLine();
        var tracked = study.Features.Count(feature => feature.IsTracked);
        output.WriteLine(tracked > 0
            ? Invariant($"{tracked} of {study.Features.Count} are tracked (*): a correlation of {threshold:G3} or more, found and confirmed with the same sign, and above chance.")
            : Invariant($"No unit tracks any of these: none has a correlation of {threshold:G3} or more that is confirmed with the same sign and above chance. The model may be too small or not trained for long enough."));
        output.WriteLine("chance   the best that any unit reaches with the same feature of another place in the text");
    }

    /// <inheritdoc/>
    public override void Finish(IReadOnlyList<string> files)
    {
        output.WriteLine();
        foreach (var file in files)
            output.WriteLine(file);
    }

    private static string Line(TrackedFeature feature) => feature.Signal is null
        ? $"  {feature.Feature.Name,-48}changes too rarely in this text"
        : Invariant($"{(feature.IsTracked ? "* " : "  ")}{feature.Feature.Name,-48}{feature.Signal,-38}{feature.Correlation,8:F2}{feature.Confirmed,11:F2}{feature.Chance,9:F2}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>JSON objects for programs.</summary>
internal sealed class GatesJson(TextWriter output) : GatesView
{
    /// <inheritdoc/>
    public override void Show(string model, string text, GateStudy study, double threshold)
    {
        foreach (var feature in study.Features)
        {
            JsonLines.Write(output, "feature", writer =>
            {
                writer.WriteString("name", feature.Feature.Name);
                writer.WriteBoolean("tracked", feature.IsTracked);
                if (feature.Signal is not { } signal)
                {
                    writer.WriteNull("unit");
                    return;
                }

                writer.WriteNumber("layer", signal.Group.Layer + 1);
                writer.WriteString("kind", signal.Group.Kind);
                writer.WriteNumber("unit", signal.Unit + 1);
                writer.WriteFigure("correlation", feature.Correlation);
                writer.WriteFigure("confirmed", feature.Confirmed);
                writer.WriteFigure("chance", feature.Chance);
            });
        }

        JsonLines.Write(output, "text", writer =>
        {
            writer.WriteString("model", model);
            writer.WriteString("text", text);
            writer.WriteNumber("searchedCharacters", study.Searched);
            writer.WriteNumber("confirmingCharacters", study.Text.Length - study.Searched);
            writer.WriteFigure("threshold", threshold);
        });
    }

    /// <inheritdoc/>
    public override void Finish(IReadOnlyList<string> files) => JsonLines.Write(output, "done", writer =>
    {
        writer.WriteStartArray("files");
        foreach (var file in files)
            writer.WriteStringValue(file);
        writer.WriteEndArray();
    });
}
