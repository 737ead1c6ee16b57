using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Plots;
using Unroll.Cli.Runs;
using Unroll.Cli.Sequences;
using Unroll.Cli.Views;
using Unroll.Data;
using Unroll.Files;
using Unroll.Models;

namespace Unroll.Cli.Verbs;

/// <summary><c>unroll predict</c>: which label a text or series has, or how a series goes on.</summary>
internal static class PredictVerb
{
    private static readonly Argument<string> Model = new("MODEL") { Description = "A model that 'unroll train classify' or 'unroll train forecast' wrote" };

    private static readonly Argument<string?> Data = new("FILE|FOLDER")
    {
        Description = "What the model was trained on, in the same form: texts or series whose labels are not looked at, or the history of series to forecast",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Text = Opt.Text("--text", "TEXT", "Classify this text", "a text");

    private static readonly Option<string?> Column = Opt.Text("--column", "COLUMN", "The column of the texts (default: the one that is called so, or the only one)", "the name of a column");

    private static readonly Option<string?> Group = Opt.Text("--group", "COLUMN", "Rows are time steps; this column says which sequence a row belongs to", "the name of a column");

    private static readonly Option<string?> Channels = Opt.Text("--channels", "C,C,…", "With --group, the columns of numbers, in the order of training", "names of columns with commas between them");

    private static readonly Option<bool> Follow = Opt.Flag(
        "--follow", "Read time steps from standard input, one a line with commas between the channels, and answer after each: the label so far (an empty line begins another sequence), or the forecast (FILE is the history before)");

    private static readonly Option<string?> Start = Opt.Text("--start", "TIME", "With --follow and no history, the time of the first line", "a time");

    private static readonly Option<string?> SeriesName = Opt.Text("--series-name", "NAME", "With --follow, which series of the model the values are of", "the name of a series");

    private static readonly Option<string?> Plot = Opt.Text("--plot", "FILE.png", "A picture of history and forecast, or with --explain of what each part of one text or series says for its label", "a file name");

    private static readonly Option<bool> Explain = Opt.Flag("--explain", "Say which parts of the input speak for the label, and which against it (gradient × input)");

    private static readonly Option<long?> Top = Opt.Whole("--top", "K", 1, 65_536, 3, "How many labels are shown (default 3)");

    private static readonly Option<bool> Json = Opt.Flag("--json", "Print one JSON object a sequence and nothing else");

    public static Command Create()
    {
        var command = new Command("predict", "Say which label texts or series have, or how series go on") { Model, Data, Text, Column, Group, Channels, Follow, Start, SeriesName, Plot, Explain, Top, Json };
        command.SetAction((line, cancellation) => Task.FromResult(Run(line, cancellation)));
        return command.WithExamples(
            "unroll predict reviews.safetensors --text \"a gripping story\" --explain",
            "unroll predict reviews.safetensors new.csv --json",
            "tail -f sensor.log | unroll predict activity.safetensors --follow",
            "unroll predict sales.safetensors sales.csv --plot next.png",
            "tail -f meter.log | unroll predict load.safetensors history.csv --follow");
    }

    private static int Run(ParseResult line, CancellationToken cancellation)
    {
        var path = ModelPath.Of(line, Model);
        if (ModelKind.Of(path) == ModelKind.Forecaster)
            return Forecast(path, line, cancellation);
        if (line.GetValue(Plot) is not null && !line.GetValue(Explain))
            throw CommandFailure.Usage("--plot draws what speaks for a label; it goes with --explain.");
        foreach (var option in new Option[] { Start, SeriesName })
        {
            if (line.GetResult(option) is not null)
                throw CommandFailure.Usage($"{option.Name} is for models that forecast; {path} gives labels. Leave it out.");
        }

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
        if (line.GetValue(Plot) is { } picture)
        {
            RunPaths.CheckTarget(Plot.Name, picture, "why.png");
            if (sequences.Count != 1)
                throw CommandFailure.Usage($"--plot draws one text or series; there are {sequences.Count}. Give one with --text, or a file of one.");
        }

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
            if (line.GetValue(Plot) is { } plot)
                Draw(plot, sequence, result, parts!);
            if (line.GetValue(Json))
                JsonLines.Write(output, "prediction", writer => WriteJson(writer, sequence, result, parts, TopOf(line)));
            else
                WriteLine(output, sequence, result, parts, TopOf(line));
        }

        return ExitCode.Good;
    }

    private static void Draw(string path, LabelledSequence sequence, Classification result, IReadOnlyList<Contribution> parts)
    {
        var picture = ContributionPicture.ToPng(parts, string.Create(CultureInfo.InvariantCulture, $"{sequence.Source}: {result.Label} ({100 * result.Probability:F1} %)"));
        DurableFile.Write(path, stream => stream.Write(picture));
    }

    private static int Forecast(string path, ParseResult line, CancellationToken cancellation)
    {
        foreach (var option in new Option[] { Text, Column, Group, Channels, Explain, Top })
        {
            if (line.GetResult(option) is { Implicit: false })
                throw CommandFailure.Usage($"{option.Name} is for models that give labels; {path} forecasts. Leave it out.");
        }

        var forecast = new PredictForecast(Forecaster.Load(path), line.InvocationConfiguration.Output, line.GetValue(Json));
        var (data, plot) = (line.GetValue(Data), line.GetValue(Plot));
        if (line.GetValue(Follow))
        {
            if (plot is not null)
                throw CommandFailure.Usage("--plot draws one forecast; leave --follow or --plot out.");
            forecast.Follow(Console.In, data, line.GetValue(Start), line.GetValue(SeriesName), cancellation);
            return ExitCode.Good;
        }

        if (line.GetValue(Start) is not null || line.GetValue(SeriesName) is not null)
            throw CommandFailure.Usage("--start and --series-name go with --follow; without it, all series of the table are forecast.");
        if (data is null)
            throw CommandFailure.Usage("there is nothing to forecast; expected a table with the history, or --follow.");
        if (plot is not null)
            RunPaths.CheckTarget(Plot.Name, plot, "forecast.png");
        forecast.OfTable(data, plot);
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
