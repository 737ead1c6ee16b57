using Unroll.Cli.Views;

namespace Unroll.Cli.Checks.Classification;

/// <summary>What a part of the data holds, training or test, example by example; nothing of an example is kept but its fingerprint.</summary>
internal sealed class PartTally(string name, bool isTest, LabelTable labels, FingerprintSet prints)
{
    /// <summary>UTF-8 that was read as Windows-1252 turns most letters of Europe into Ã or Â and another one of its upper half.</summary>
    private static readonly System.Buffers.SearchValues<char> WrongLetters = System.Buffers.SearchValues.Create("ÃÂ");

    private readonly Places empty = new();
    private readonly Places unlabelled = new();
    private readonly Places replaced = new();
    private readonly Places misread = new();

    /// <summary>The file or folder, without its path.</summary>
    public string Name => name;

    public bool IsTest => isTest;

    public long Examples { get; private set; }

    /// <summary>Characters of the texts, or time steps.</summary>
    public LengthTally Lengths { get; } = new();

    /// <summary>The channels of series; none where the examples are texts.</summary>
    public IReadOnlyList<ChannelTally> Channels { get; set; } = [];

    /// <summary>What the number of a place means.</summary>
    public Func<int, string> Where { get; set; } = line => FormattableString.Invariant($"line {line}");

    public void AddText(string text, string label, int place)
    {
        if (string.IsNullOrWhiteSpace(text))
            empty.Add(Where(place));
        else if (text.Contains('\uFFFD'))
            replaced.Add(Where(place));
        else if (IsMisread(text))
            misread.Add($"{Where(place)} ('{Places.Cut(text)}')");
        Lengths.Add(text.Length);
        Add(Fingerprint.Of(text), label, place);
    }

    public void AddSeries(ulong print, int timeSteps, string label, int place)
    {
        Lengths.Add(timeSteps);
        Add(print, label, place);
    }

    public void AddTo(Findings findings)
    {
        if (Examples == 0)
            findings.Problem("no-examples", $"{name}: there is no example in it.");
        if (empty.Count > 0)
            findings.Problem("empty-texts", $"{name}: {Count(empty, "text is", "texts are")} empty: {empty}. Leave the examples out, or fill them in.");
        if (unlabelled.Count > 0)
            findings.Problem("missing-labels", $"{name}: {Count(unlabelled, "example has", "examples have")} no label: {unlabelled}. Every example to learn from or to measure on needs one.");
        foreach (var channel in Channels)
            channel.AddTo(findings, name);
        if (replaced.Count > 0)
            findings.Warning("replacement-character", $"{name}: {Count(replaced, "text holds", "texts hold")} the character U+FFFD, which stands for what an earlier conversion lost: {replaced}. Go back to the original.");
        if (misread.Count > 0)
            findings.Warning("wrong-encoding", $"{name}: {Count(misread, "text looks", "texts look")} like UTF-8 that was read as Windows-1252: {misread}. Convert the original again.");
    }

    private static bool IsMisread(ReadOnlySpan<char> text)
    {
        for (var at = text.IndexOfAny(WrongLetters); at >= 0;)
        {
            if (at + 1 < text.Length && text[at + 1] is >= '\u0080' and <= '\u00BF')
                return true;
            var next = text[(at + 1)..].IndexOfAny(WrongLetters);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }

    private static string Count(Places places, string one, string many) => places.Count == 1 ? $"1 {one}" : $"{Figures.Count(places.Count)} {many}";

    private void Add(ulong print, string label, int place)
    {
        Examples++;
        if (label.Length == 0)
        {
            unlabelled.Add(Where(place));
            return;
        }

        // Numbers of labels are shifted by one, so that one that is not kept is 0.
        prints.Add(new(print, place, ((labels.Add(label, isTest) + 1) << 1) | (isTest ? 1 : 0)));
    }
}
