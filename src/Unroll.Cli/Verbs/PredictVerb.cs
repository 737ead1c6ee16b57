using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Sequences;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll predict</c>: which label a text or series has.</summary>
internal static class PredictVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model that 'unroll train classify' wrote" };

    private static readonly Argument<string?> Data = new("FILE|FOLDER")
    {
        Description = "Texts or series, in one of the forms that 'unroll train classify' reads; labels may be missing and are not looked at",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Text = Opt.Text("--text", "TEXT", "Classify this text", "a text");

    private static readonly Option<string?> Column = Opt.Text("--column", "COLUMN", "The column of the texts (default: the one that is called so, or the only one)", "the name of a column");

    private static readonly Option<string?> Group = Opt.Text("--group", "COLUMN", "Rows are time steps; this column says which sequence a row belongs to", "the name of a column");

    private static readonly Option<string?> Channels = Opt.Text("--channels", "C,C,…", "With --group, the columns of numbers, in the order of training", "names of columns with commas between them");

    private static readonly Option<bool> Follow = Opt.Flag(
        "--follow", "Read time steps from standard input, one a line with commas between the channels, and say the label so far after each; an empty line begins another sequence");

    private static readonly Option<bool> Explain = Opt.Flag("--explain", "Say which parts of the input speak for the label, and which against it (gradient × input)");

    private static readonly Option<long?> Top = Opt.Whole("--top", "K", 1, 65_536, 3, "How many labels are shown (default 3)");

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object a sequence and nothing else");

    public static Command Create()
    {
        var command = new Command("predict", "Say which label texts or series have") { Model, Data, Text, Column, Group, Channels, Follow, Explain, Top, Json };
        command.SetAction((line, cancellation) => Task.FromResult(Run(line, cancellation)));
        return command.WithExamples(
            "unroll predict reviews.safetensors --text \"a gripping story\" --explain",
            "unroll predict reviews.safetensors new.csv --json",
            "tail -f sensor.log | unroll predict activity.safetensors --follow");
    }

    private static int Run(ParseResult line, CancellationToken cancellation)
    {
        var path = ModelPath.Of(line, Model);
        var sources = new[] { line.GetValue(Data) is not null, line.GetValue(Text) is not null, line.GetValue(Follow) }.Count(given => given);
        if (sources != 1)
            throw CommandFailure.Usage($"{(sources == 0 ? "there is nothing to classify" : "there is more than one thing to classify")}; expected one of a file, --text TEXT or --follow.");
        var model = SequenceClassifier.Load(path);
        var output = line.InvocationConfiguration.Output;
        if (model.Options.PerStep && line.GetValue(Explain))
            throw CommandFailure.Usage("--explain says what speaks for the label of a whole sequence; this model labels every step. Leave it out.");
        if (line.GetValue(Follow))
            return FollowInput(model, line, output, cancellation);
        var sequences = line.GetValue(Text) is { } text ? [TaggedOutput.OfText(model, text)] : Read(line, model).Items;
        foreach (var sequence in sequences)
        {
            cancellation.ThrowIfCancellationRequested();
            if (model.Options.PerStep)
            {
                TaggedOutput.Write(output, sequence, model.Tag(sequence), line.GetValue(Json));
                continue;
            }

            var result = model.Predict(sequence);
            var parts = line.GetValue(Explain) ? Contributions.Of(model, sequence, result.Label) : null;
            if (line.GetValue(Json))
                JsonLines.Write(output, "prediction", writer => WriteJson(writer, sequence, result, parts, TopOf(line)));
            else
                WriteLine(output, sequence, result, parts, TopOf(line));
        }

        return ExitCode.Good;
    }

    private static SequenceSet Read(ParseResult line, SequenceClassifier model) => SequenceFiles.Read(line.GetValue(Data)!, new()
    {
        Text = line.GetValue(Column),
        Group = line.GetValue(Group),
        Channels = line.GetValue(Channels)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        PerStep = model.Options.PerStep,
        NeedsLabel = false,
    });

    private static int TopOf(ParseResult line) => (int)(line.GetValue(Top) ?? 3);

    private static int FollowInput(SequenceClassifier model, ParseResult line, TextWriter output, CancellationToken cancellation)
    {
        if (line.GetValue(Explain))
            throw CommandFailure.Usage("--explain needs a whole sequence; leave --follow or --explain out.");
        var session = model.OpenSession();
        var number = 0;
        while (!cancellation.IsCancellationRequested && Console.In.ReadLine() is { } row)
        {
            number++;
            if (string.IsNullOrWhiteSpace(row))
            {
                session.Reset();
                continue;
            }

            session.Step(ReadStep(row, model.Scaler!.Channels, number));
            var result = session.Classify();
            if (line.GetValue(Json))
            {
                JsonLines.Write(output, "step", writer =>
                {
                    writer.WriteNumber("step", session.Steps);
                    WriteLabels(writer, result, TopOf(line));
                });
            }
            else
            {
                output.WriteLine($"{session.Steps}\t{Ranked(result, TopOf(line))}");
                output.Flush();
            }
        }

        return ExitCode.Good;
    }

    private static float[] ReadStep(string row, int channels, int number)
    {
        var fields = row.Split(',');
        if (fields.Length != channels)
            throw CommandFailure.Failed($"standard input line {number}: there are {fields.Length} values; a step of this model has {channels}, with commas between them.");
        var values = new float[channels];
        for (var channel = 0; channel < channels; channel++)
        {
            if (!float.TryParse(fields[channel], NumberStyles.Float, CultureInfo.InvariantCulture, out values[channel]) || !float.IsFinite(values[channel]))
                throw CommandFailure.Failed($"standard input line {number}, value {channel + 1}: '{fields[channel].Trim()}' is no finite number.");
        }

        return values;
    }

    private static void WriteLine(TextWriter output, LabelledSequence sequence, Classification result, IReadOnlyList<Contribution>? parts, int top)
    {
        output.WriteLine($"{sequence.Source}\t{Ranked(result, top)}");
        if (parts is not null)
            output.WriteLine("  " + string.Join(' ', parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Part}{part.Value:+0.00;-0.00;0}"))));
    }

    private static string Ranked(Classification result, int top) =>
        string.Join('\t', result.Top(top).Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Label} {entry.Probability:F4}")));

    private static void WriteJson(Utf8JsonWriter writer, LabelledSequence sequence, Classification result, IReadOnlyList<Contribution>? parts, int top)
    {
        writer.WriteString("source", sequence.Source);
        WriteLabels(writer, result, top);
        if (parts is null)
            return;
        writer.WriteStartArray("contributions");
        foreach (var part in parts)
        {
            writer.WriteStartObject();
            writer.WriteString("part", part.Part);
            writer.WriteFigure("value", part.Value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteLabels(Utf8JsonWriter writer, Classification result, int top)
    {
        writer.WriteString("label", result.Label);
        writer.WriteFigure("probability", result.Probability);
        writer.WriteStartArray("top");
        foreach (var (label, probability) in result.Top(top))
        {
            writer.WriteStartObject();
            writer.WriteString("label", label);
            writer.WriteFigure("probability", probability);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
