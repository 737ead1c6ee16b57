using Unroll.Data;
using Unroll.Models;

namespace Unroll.Cli.Gates;

/// <summary>Finds the units of a language model that track something in a text, and confirms them on another part of it.</summary>
internal sealed class GateStudy
{
    /// <summary>Characters that a text needs: below, neither part has enough of anything.</summary>
    public const int ShortestText = 1000;

    /// <summary>The share of the text in which units are found; the rest confirms them.</summary>
    private const double SearchedShare = 0.7;

    /// <summary>A feature that is on less often than this in a part of the text is not looked for.</summary>
    private const int RarestSwitch = 20;

    /// <summary>Characters whose gates are all kept for the picture.</summary>
    private const int ShownCharacters = 110;

    private const char OtherCharacter = '\uFFFD';

    private GateStudy(LanguageModel model, string text, int[] tokens)
    {
        (Model, Text, Tokens) = (model, text, tokens);
        Searched = (int)(text.Length * SearchedShare);
    }

    /// <summary>The model.</summary>
    public LanguageModel Model { get; }

    /// <summary>One character a token; those of bytes that are part of a character are '\uFFFD'.</summary>
    public string Text { get; }

    /// <summary>The tokens.</summary>
    public int[] Tokens { get; }

    /// <summary>How many characters units were found in; those after them confirm.</summary>
    public int Searched { get; }

    /// <summary>What the values of a step are.</summary>
    public IReadOnlyList<SignalGroup> Groups { get; private set; } = [];

    /// <summary>What was found, in the order of the features.</summary>
    public IReadOnlyList<TrackedFeature> Features { get; private set; } = [];

    /// <summary>Where the excerpt begins whose gates are all kept.</summary>
    public int ExcerptStart { get; private set; }

    /// <summary>[characters of the excerpt][signals].</summary>
    public float[][] Excerpt { get; private set; } = [];

    /// <summary>Runs a model over a text.</summary>
    /// <param name="model">A model of characters or bytes.</param>
    /// <param name="text">Read with its vocabulary.</param>
    /// <param name="length">The most characters that are looked at.</param>
    /// <param name="threshold">The least correlation that counts as tracking, 0…1.</param>
    /// <param name="progress">Told of the share that is done, now and then.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidDataException">The text is too short, or the model is one of words.</exception>
    public static GateStudy Run(LanguageModel model, TextCorpus text, int length, double threshold, Action<double> progress, CancellationToken cancellation)
    {
        if (model.Vocabulary.Kind == "word")
            throw new InvalidDataException($"{text.Name}: the model reads words; units are followed from character to character, so the model has to be one of characters or bytes (--tokens char or byte when it is trained).");
        var tokens = text.Tokens[..Math.Min(length, text.Tokens.Length)].ToArray();
        if (tokens.Length < ShortestText)
            throw new InvalidDataException($"{text.Name}: {tokens.Length} characters; to find units in one part of a text and to confirm them in another takes at least {ShortestText}.");
        var study = new GateStudy(model, string.Concat(tokens.Select(token => CharacterOf(model.Vocabulary, token))), tokens);
        study.Find(threshold, progress, cancellation);
        study.Look(progress, cancellation);
        return study;
    }

    private static char CharacterOf(Vocabulary vocabulary, int token)
    {
        if (vocabulary.Kind == "byte")
            return token < 128 ? (char)token : OtherCharacter;
        var text = vocabulary.Decode([token]);
        return text.Length == 1 ? text[0] : OtherCharacter;
    }

    /// <summary>The first pass: correlations of everything with everything.</summary>
    private void Find(double threshold, Action<double> progress, CancellationToken cancellation)
    {
        var features = TextFeature.Of(Text);
        // Beside each feature the same one of another place: what the best of so many units reaches by chance.
        var shift = Text.Length / 3;
        var (found, confirmed) = ((Correlations?)null, (Correlations?)null);
        var values = new float[2 * features.Count];
        Step((position, row) =>
        {
            for (var index = 0; index < features.Count; index++)
            {
                values[index] = features[index].Values[position];
                values[features.Count + index] = features[index].Values[(position + shift) % Text.Length];
            }

            found ??= new(values.Length, row.Length);
            confirmed ??= new(values.Length, row.Length);
            (position < Searched ? found : confirmed).Add(values, row);
        }, share => progress(share / 2), cancellation);

        Features = [.. features.Select((feature, index) => Judge(feature, index))];

        TrackedFeature Judge(TextFeature feature, int index)
        {
            if (IsRare(feature, 0, Searched) || IsRare(feature, Searched, Text.Length))
                return new(feature, null, 0, 0, 0, false);
            var best = found!.Best(index);
            var (search, confirm) = (found.Of(index, best), confirmed!.Of(index, best));
            var chance = Math.Abs(found.Of(features.Count + index, found.Best(features.Count + index)));
            var tracks = Math.Min(Math.Abs(search), Math.Abs(confirm)) >= threshold && Math.Sign(search) == Math.Sign(confirm) && Math.Abs(confirm) > chance;
            return new(feature, UnitSignal.At(Groups, best), search, confirm, chance, tracks);
        }
    }

    /// <summary>The second pass: the values of the units that were found everywhere, and all values of an excerpt.</summary>
    private void Look(Action<double> progress, CancellationToken cancellation)
    {
        ExcerptStart = ChooseExcerpt();
        var excerpt = new List<float[]>();
        var tracked = Features.Where(feature => feature.Signal is not null).ToList();
        foreach (var feature in tracked)
            feature.SignalValues = new float[Text.Length];
        Step((position, row) =>
        {
            foreach (var feature in tracked)
                feature.SignalValues[position] = row[feature.Signal!.Index];
            if (position >= ExcerptStart && excerpt.Count < ShownCharacters)
                excerpt.Add(row.ToArray());
        }, share => progress(0.5 + (share / 2)), cancellation);
        Excerpt = [.. excerpt];
    }

    private void Step(ActionOfRow look, Action<double> progress, CancellationToken cancellation)
    {
        const int Reported = 1000;
        var session = Model.OpenSession();
        var observation = session.Observe();
        var logits = new float[Model.Vocabulary.Size];
        float[] row = [];
        for (var position = 0; position < Tokens.Length; position++)
        {
            session.Step(Tokens[position], logits);
            if (position == 0)
            {
                Groups = SignalGroup.Of(observation);
                row = new float[Groups[^1].Start + Groups[^1].UnitCount];
            }

            SignalGroup.Read(observation, row);
            look(position, row);
            if (position % Reported != 0)
                continue;
            cancellation.ThrowIfCancellationRequested();
            progress((double)position / Tokens.Length);
        }
    }

    /// <summary>In the part that confirms, where the most happens of what units were found for.</summary>
    private int ChooseExcerpt()
    {
        const int Stride = 20;
        var best = (Start: Searched, Score: -1.0);
        for (var start = Searched; start + ShownCharacters <= Text.Length; start += Stride)
        {
            var score = Features.Where(feature => feature.IsTracked).Sum(feature => feature.ActivityOf(start, start + ShownCharacters));
            if (score > best.Score)
                best = (start, score);
        }

        return best.Start;
    }

    /// <summary>Whether a feature leaves its lowest value, or a switch either of its two, hardly ever.</summary>
    private static bool IsRare(TextFeature feature, int start, int end)
    {
        var values = feature.Values.AsSpan(start, end - start);
        var lowest = values.Length;
        var low = feature.Values.Min();
        foreach (var value in values)
            lowest -= value > low ? 1 : 0;
        return values.Length - lowest < RarestSwitch || (feature.IsSwitch && lowest < RarestSwitch);
    }

    private delegate void ActionOfRow(int position, ReadOnlySpan<float> row);
}

/// <summary>A feature with the unit that goes with it best.</summary>
/// <param name="Feature">What it is.</param>
/// <param name="Signal">The unit, or null where the feature is too rare in the text.</param>
/// <param name="Correlation">In the part of the text where it was found.</param>
/// <param name="Confirmed">In the other part.</param>
/// <param name="Chance">The largest correlation of any unit with the feature of a third of the text later.</param>
/// <param name="IsTracked">Whether the unit tracks it: both correlations have one sign, reach the threshold, and the second is above chance.</param>
internal sealed record TrackedFeature(TextFeature Feature, UnitSignal? Signal, double Correlation, double Confirmed, double Chance, bool IsTracked)
{
    /// <summary>The unit's value after each character.</summary>
    public float[] SignalValues { get; set; } = [];

    /// <summary>How much the feature changes in a part of the text, relative to all of it.</summary>
    public double ActivityOf(int start, int end) => Deviation(Feature.Values.AsSpan(start, end - start)) / Math.Max(Deviation(Feature.Values), 1e-9);

    private static double Deviation(ReadOnlySpan<float> values)
    {
        double sum = 0, squares = 0;
        foreach (var value in values)
        {
            sum += value;
            squares += (double)value * value;
        }

        return Math.Sqrt(Math.Max(0, (squares / values.Length) - (sum / values.Length * (sum / values.Length))));
    }
}
