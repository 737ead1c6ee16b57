using System.Globalization;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Views;

/// <summary>The labels of the tokens or time steps of a sequence: a token, a tab and its label on a line, an empty line after the last, as what was learned from.</summary>
internal static class TaggedOutput
{
    /// <summary>A text of the command line as the model reads it.</summary>
    public static LabelledSequence OfText(SequenceClassifier model, string text)
    {
        const string Source = "--text";
        if (!model.Options.PerStep)
            return LabelledSequence.OfText(text, source: Source);
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return LabelledSequence.OfTokens(words, [.. words.Select(_ => "")], Source);
    }

    public static void Write(TextWriter output, LabelledSequence sequence, IReadOnlyList<Classification> labels, bool isJson)
    {
        if (!isJson)
        {
            for (var step = 0; step < labels.Count; step++)
                output.WriteLine($"{NameOf(sequence, step)}\t{labels[step].Label}");
            output.WriteLine();
            return;
        }

        JsonLines.Write(output, "prediction", writer =>
        {
            writer.WriteString("source", sequence.Source);
            writer.WriteStartArray("steps");
            for (var step = 0; step < labels.Count; step++)
            {
                writer.WriteStartObject();
                writer.WriteString(sequence.Tokens is null ? "step" : "token", NameOf(sequence, step));
                writer.WriteString("label", labels[step].Label);
                writer.WriteFigure("probability", labels[step].Probability);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private static string NameOf(LabelledSequence sequence, int step) => sequence.Tokens?[step] ?? (step + 1).ToString(CultureInfo.InvariantCulture);
}
