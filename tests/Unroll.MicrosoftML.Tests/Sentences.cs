using Microsoft.ML.Data;

namespace Unroll.MicrosoftML.Tests;

/// <summary>A row of text with its label.</summary>
public sealed class Sentence
{
    public string Text { get; set; } = "";

    public string Mood { get; set; } = "";

    /// <summary>Made sentences, a quarter of them with a label that does not fit, so that no model is always right.</summary>
    public static IReadOnlyList<Sentence> Made(int count, int seed)
    {
        string[] good = ["bright", "warm", "kind"], bad = ["cold", "bleak", "harsh"], plain = ["grey", "level", "wooden"];
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(index =>
        {
            var (words, mood) = (index % 3) switch { 0 => (plain, "neutral"), 1 => (good, "good"), _ => (bad, "bad") };
            return new Sentence
            {
                Text = $"a {words[random.Next(3)]} and {words[random.Next(3)]} day",
                Mood = random.Next(4) == 0 ? "neutral" : mood,
            };
        })];
    }
}

/// <summary>A row of numbers with its label: time steps of two channels, of mixed lengths.</summary>
public sealed class Movement
{
    [VectorType]
    public float[] Steps { get; set; } = [];

    public string Direction { get; set; } = "";

    public static IReadOnlyList<Movement> Made(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(index =>
        {
            var slope = index % 2 == 0 ? 0.5f : -0.5f;
            return new Movement
            {
                Steps = [.. Enumerable.Range(0, 5 + random.Next(5)).SelectMany(step => new[] { (slope * step) + random.NextSingle(), random.NextSingle() })],
                Direction = slope > 0 ? "up" : "down",
            };
        })];
    }
}

/// <summary>What a pipeline says of a row.</summary>
public sealed class Answer
{
    public string PredictedLabel { get; set; } = "";

    public float Probability { get; set; }

    public float[] Score { get; set; } = [];
}
