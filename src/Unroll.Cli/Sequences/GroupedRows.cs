using System.Globalization;
using Unroll.Data;

namespace Unroll.Cli.Sequences;

/// <summary>Puts rows that are time steps together to the sequences they belong to.</summary>
internal sealed class GroupedRows(string name, string[] names, ColumnRoles roles, bool isPerStep)
{
    private readonly Dictionary<string, Series> series = new(StringComparer.Ordinal);

    /// <summary>Reads all rows; the sequences come in the order of their first rows.</summary>
    public IReadOnlyList<LabelledSequence> Read(IEnumerable<(int Line, string[] Row)> rows)
    {
        foreach (var (line, row) in rows)
            Add(line, row);
        return
        [
            .. series.Values.Select(one => isPerStep
                ? LabelledSequence.OfSteps(one.Values.ToArray(), roles.Channels.Length, one.Labels, one.Source)
                : LabelledSequence.OfValues(one.Values.ToArray(), roles.Channels.Length, one.Label, one.Source)),
        ];
    }

    private void Add(int line, string[] row)
    {
        var group = row[roles.Group].Trim();
        if (group.Length == 0)
            throw new InvalidDataException($"{name} line {line}, column '{names[roles.Group]}': the group is empty; every row belongs to a sequence.");
        var label = roles.Label < 0 ? "" : row[roles.Label].Trim();
        if (!series.TryGetValue(group, out var own))
            series[group] = own = new($"{name} group '{group}' from line {line}", label, line);
        if (isPerStep && label.Length == 0 && roles.Label >= 0)
            throw new InvalidDataException($"{name} line {line}, column '{names[roles.Label]}': the label is empty; with --per-token every row needs one.");
        own.Labels.Add(label);
        if (!isPerStep && own.Label != label)
            throw new InvalidDataException($"{name} line {line}, column '{names[roles.Label]}': the label is '{label}'; on line {own.Line} the group '{group}' has '{own.Label}'. A sequence has one label, unless --per-token says that every row has its own.");
        foreach (var channel in roles.Channels)
            own.Values.Add(Number(row[channel].Trim(), line, channel));
    }

    private float Number(string text, int line, int column)
    {
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value))
            return value;
        var remedy = text.Length == 0 ? "Fill the gap, or leave the sequence out."
            : text.Contains(',') ? "Numbers have a decimal point, as 1.5."
            : "Name the columns of numbers with --channels.";
        throw new InvalidDataException($"{name} line {line}, column '{names[column]}': '{(text.Length <= 40 ? text : text[..40] + "…")}' is no finite number. {remedy}");
    }

    private sealed record Series(string Source, string Label, int Line)
    {
        public List<float> Values { get; } = [];

        public List<string> Labels { get; } = [];
    }
}
