using System.Text.Json;
using Unroll.Tensors;

namespace Unroll.Tests.Files;

/// <summary>The header of a good file cut into tokens and members, and the ways to spoil it.</summary>
internal sealed class HeaderText
{
    private readonly List<Range> numbers = [];
    private readonly List<Range> texts = [];
    private readonly List<Range> marks = [];

    /// <summary>Name, colon and value of everything inside an object.</summary>
    private readonly List<Range> members = [];

    public HeaderText(byte[] bytes)
    {
        Bytes = bytes;
        var json = new Utf8JsonReader(bytes);
        var starts = new Stack<int>();
        while (json.Read())
        {
            var start = (int)json.TokenStartIndex;
            var token = start..(int)json.BytesConsumed;
            switch (json.TokenType)
            {
                case JsonTokenType.PropertyName:
                    texts.Add(start..(start + json.ValueSpan.Length + 2));
                    starts.Push(start);
                    continue;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    marks.Add(token);
                    starts.Push(-1);
                    continue;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    marks.Add(token);
                    starts.Pop();
                    break;
                case JsonTokenType.Number:
                    numbers.Add(token);
                    break;
                default:
                    texts.Add(token);
                    break;
            }

            if (starts.TryPeek(out var memberStart) && memberStart >= 0)
                members.Add(starts.Pop()..token.End);
        }
    }

    public byte[] Bytes { get; }

    /// <summary>One to three changes, in places that do not overlap.</summary>
    public byte[] Mutate(ref CounterRandom random)
    {
        var result = Bytes;
        var before = Bytes.Length;
        for (var count = random.NextInt32(3); count >= 0; count--)
        {
            var (range, replacement) = Change(ref random);
            var (start, length) = range.GetOffsetAndLength(Bytes.Length);

            // Positions are those of the original, so only what stands before the last change is still where it was.
            if (start + length > before)
                continue;
            result = [.. result[..start], .. replacement, .. result[(start + length)..]];
            before = start;
        }

        return result;
    }

    private (Range Range, byte[] Replacement) Change(ref CounterRandom random)
    {
        switch (random.NextInt32(12))
        {
            case 0 or 1 or 2 when numbers.Count > 0:
                var number = Pick(numbers, ref random);
                return (number, HostileTokens.Number(Bytes[number], ref random));
            case 3 or 4:
                var text = Pick(texts, ref random);
                return (text, random.NextInt32(2) == 0 ? Bytes[Pick(texts, ref random)] : HostileTokens.Text(ref random));
            case 5 or 6:
                var inside = Pick(texts, ref random);
                return (inside, HostileTokens.Inside(Bytes[inside], ref random));
            case 7:
                var member = Pick(members, ref random);
                return (member, [.. Bytes[member], (byte)',', .. Bytes[member]]);
            case 8:
                return (Pick(members, ref random), Bytes[Pick(members, ref random)]);
            case 9:
                return (WithComma(Pick(members, ref random)), []);
            case 10:
                return (Pick(marks, ref random), HostileTokens.Mark(ref random));
            default:
                var place = random.NextInt32(Bytes.Length);
                return (place..place, HostileTokens.Space(ref random));
        }
    }

    private Range WithComma(Range member)
    {
        var (start, length) = member.GetOffsetAndLength(Bytes.Length);
        var end = start + length;
        return end < Bytes.Length && Bytes[end] == (byte)',' ? start..(end + 1) : Bytes[start - 1] == (byte)',' ? (start - 1)..end : member;
    }

    private static Range Pick(List<Range> ranges, ref CounterRandom random) => ranges[random.NextInt32(ranges.Count)];
}
