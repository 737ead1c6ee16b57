using Unroll.Data;

namespace Unroll.Cli.Checks.Classification;

/// <summary>Takes examples that the library has read whole: of a <c>.ts</c> file, or of a folder of texts.</summary>
internal static class SetExamples
{
    public static void Add(SequenceSet set, PartTally part)
    {
        part.Where = place => set.Items[place].Source;
        part.Channels = [.. Enumerable.Range(1, set.Channels).Select(channel => new ChannelTally($"channel {channel}"))];
        for (var place = 0; place < set.Items.Count; place++)
        {
            var item = set.Items[place];
            if (item.Text is { } text)
                part.AddText(text, item.Label, place);
            else
                part.AddSeries(PrintOf(item, part.Channels), item.TimeSteps, item.Label, place);
        }
    }

    private static ulong PrintOf(LabelledSequence item, IReadOnlyList<ChannelTally> channels)
    {
        var print = new Fingerprint();
        var values = item.Values.Span;
        for (var index = 0; index < values.Length; index++)
        {
            channels[index % channels.Count].Add(values[index]);
            print.Add(values[index]);
        }

        return print.Value;
    }
}
