using System.Globalization;
using System.Text.Json;
using Unroll.Models;
using Unroll.Tensors;

namespace Unroll.Cli.Views;

/// <summary>A model before and after its weights were rounded.</summary>
/// <param name="Model">The file that was read.</param>
/// <param name="Out">The file that was written.</param>
/// <param name="Weights">The new format.</param>
/// <param name="BytesBefore">Size of the file that was read.</param>
/// <param name="BytesAfter">Size of the file that was written.</param>
/// <param name="Comparison">What became of its predictions, or null where no text was given.</param>
internal sealed record QuantizeResult(
    string Model, string Out, WeightFormat Weights, long BytesBefore, long BytesAfter, QuantizeComparison? Comparison)
{
    /// <summary>Writes lines for people.</summary>
    public void WriteLines(TextWriter output)
    {
        output.WriteLine($"model               {Out}");
        output.WriteLine($"weights             {ModelText.WeightsName(WeightFormat.Float32)} → {ModelText.WeightsName(Weights)}");
        output.WriteLine(Invariant($"size                {Figures.Count(BytesBefore)} → {Figures.Count(BytesAfter)} bytes, {(double)BytesBefore / BytesAfter:F1} times smaller"));
        Comparison?.WriteLines(output);
    }

    /// <summary>Writes the fields of a JSON object.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteString("model", Model);
        writer.WriteString("out", Out);
        writer.WriteString("weights", ModelText.WeightsName(Weights));
        writer.WriteNumber("bytesBefore", BytesBefore);
        writer.WriteNumber("bytesAfter", BytesAfter);
        Comparison?.WriteJson(writer);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How both models predict a text, and how fast they step.</summary>
/// <param name="Token">What a token is called.</param>
/// <param name="Before">The model that was read.</param>
/// <param name="After">The model that was written.</param>
/// <param name="StepsBefore">Steps a second of a session of the one.</param>
/// <param name="StepsAfter">Steps a second of a session of the other.</param>
internal sealed record QuantizeComparison(string Token, Evaluation Before, Evaluation After, double StepsBefore, double StepsAfter)
{
    /// <summary>Writes lines for people.</summary>
    public void WriteLines(TextWriter output)
    {
        output.WriteLine($"text                {Before.Text}: {Figures.Count(Before.Tokens)} {Figures.Plural(Token)}");
        Line(output, $"nats per {Token}", Before.Nats, After.Nats);
        Line(output, "bits per character", Before.BitsPerCharacter, After.BitsPerCharacter);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"steps a second      {Figures.Count(StepsBefore)} → {Figures.Count(StepsAfter)}, {StepsAfter / StepsBefore:F2} times as many"));
    }

    /// <summary>Writes the fields of a JSON object.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteString("text", Before.Text);
        writer.WriteNumber("tokens", Before.Tokens);
        writer.WriteFigure("natsBefore", Before.Nats);
        writer.WriteFigure("natsAfter", After.Nats);
        writer.WriteFigure("bitsPerCharacterBefore", Before.BitsPerCharacter);
        writer.WriteFigure("bitsPerCharacterAfter", After.BitsPerCharacter);
        writer.WriteFigure("stepsPerSecondBefore", StepsBefore);
        writer.WriteFigure("stepsPerSecondAfter", StepsAfter);
    }

    private static void Line(TextWriter output, string name, double before, double after) =>
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-20}{before:F4} → {after:F4} ({after - before:+0.0000;−0.0000;0.0000})"));
}
