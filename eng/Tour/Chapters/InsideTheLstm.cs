using System.Globalization;
using Unroll.Cells;
using Unroll.Cli.Gates;
using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Training;

namespace Tour.Chapters;

/// <summary>Chapter 8: an LSTM learns the library's own source code; its gates over some of it, and the units that track something.</summary>
internal sealed class InsideTheLstm : IChapter
{
    private const int Epochs = 8;
    private const int StudiedCharacters = 40_000;

    /// <inheritdoc/>
    public int Number => 8;

    /// <inheritdoc/>
    public string Page => "08-inside-the-lstm.md";

    /// <inheritdoc/>
    public void Make(TourPage page)
    {
        var (training, other) = Source().Split(0.1);
        var model = LanguageModel.Create(training.Vocabulary, new() { Cell = Cell.Lstm, HiddenSize = 128, Layers = 1, Seed = 1 });
        var trainer = new Trainer(model, new() { Optimizer = new AdamW(3e-3f), ClipNorm = 1, BatchSize = 32, WindowLength = 100, Seed = 1 });
        trainer.Fit(training, Epochs);
        var loss = model.Evaluate(other).Nats;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {Epochs} passes over {training.Name}: {loss:F3} nats a character on the rest"));

        var study = GateStudy.Run(model, other, StudiedCharacters, threshold: 0.5, _ => { }, CancellationToken.None);
        page.Save("08-gates.png", path => GatePictures.Gates(path, study, layer: 0));
        page.Save("08-trackers.png", path => TrackerPicture.Draw(path, study));
        var table = new MarkdownTable("what", "unit that goes with it best", ">found", ">confirmed", ">chance", "tracked");
        foreach (var feature in study.Features)
        {
            if (feature.Signal is null)
                table.Add(feature.Feature.Name, "changes too rarely in this text", "", "", "", "");
            else
                table.Add(feature.Feature.Name, feature.Signal.ToString(), Figure(feature.Correlation), Figure(feature.Confirmed), Figure(feature.Chance), feature.IsTracked ? "yes" : "no");
        }

        page.Write("trackers", string.Create(
            CultureInfo.InvariantCulture,
            $"The model has learned {training.Tokens.Length:N0} characters of this library's source and predicts the rest with {loss:F2} nats a character; units were found in {study.Searched:N0} characters of the rest, and confirmed in {study.Text.Length - study.Searched:N0} others.\n\n{table}"));
    }

    /// <summary>The C# of the library, in the order of its paths, without what the build has made.</summary>
    private static TextCorpus Source()
    {
        var folder = Path.Combine(TourPage.FindRoot(), "src", "Unroll");
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("bin/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        return TextCorpus.FromText(string.Concat(files.Select(file => File.ReadAllText(Path.Combine(folder, file)).ReplaceLineEndings("\n"))), name: "src/Unroll");
    }

    private static string Figure(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
}
