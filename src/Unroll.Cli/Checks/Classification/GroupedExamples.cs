using Unroll.Cli.Sequences;

namespace Unroll.Cli.Checks.Classification;

/// <summary>Rows that are time steps, put to their sequences; of a sequence its fingerprint, length and label are kept.</summary>
internal sealed class GroupedExamples(string[] names, ColumnRoles roles, PartTally part)
{
    private readonly Dictionary<string, Sequence> sequences = new(StringComparer.Ordinal);
    private readonly ChannelTally[] channels = [.. roles.Channels.Select(index => new ChannelTally(names[index]))];
    private readonly Places empty = new();
    private readonly Places mixed = new();

    public void Add(int line, string[] row)
    {
        var group = row[roles.Group].Trim();
        if (group.Length == 0)
        {
            empty.Add(part.Where(line));
            return;
        }

        var label = roles.Label < 0 ? "" : row[roles.Label].Trim();
        if (!sequences.TryGetValue(group, out var own))
            sequences[group] = own = new(label, line);
        if (own.Label != label)
            mixed.Add($"{part.Where(line)} (group '{Places.Cut(group)}', '{Places.Cut(own.Label)}' before, then '{Places.Cut(label)}')");
        own.TimeSteps++;
        for (var channel = 0; channel < channels.Length; channel++)
            own.Print.Add(channels[channel].Add(row[roles.Channels[channel]], line));
    }

    public void Finish(Findings findings)
    {
        part.Channels = channels;
        foreach (var sequence in sequences.Values)
            part.AddSeries(sequence.Print.Value, sequence.TimeSteps, sequence.Label, sequence.Line);
        if (empty.Count > 0)
            findings.Problem("empty-groups", $"{part.Name}: rows have no group in the column '{names[roles.Group]}': {empty}. Every row belongs to a sequence.");
        if (mixed.Count > 0)
            findings.Problem("mixed-labels", $"{part.Name}: rows of one group have different labels: {mixed}. A sequence has one label.");
    }

    private sealed class Sequence(string label, int line)
    {
        /// <summary>A field, since it changes in place.</summary>
        public Fingerprint Print = new();

        public string Label => label;

        public int Line => line;

        public int TimeSteps { get; set; }
    }
}
