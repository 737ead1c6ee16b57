using Unroll.Layers;

namespace Unroll.Cli.Gates;

/// <summary>One kind of value of all units of a layer: a gate, a state, or the output.</summary>
/// <param name="Layer">0 to L − 1.</param>
/// <param name="Kind">What it is called: a gate, <c>cell state</c> or <c>hidden state</c>.</param>
/// <param name="Start">Where its units begin among all signals.</param>
/// <param name="UnitCount">How many units.</param>
internal sealed record SignalGroup(int Layer, string Kind, int Start, int UnitCount)
{
    /// <summary>All groups of a stream that has taken a step.</summary>
    public static IReadOnlyList<SignalGroup> Of(StepObservation observation)
    {
        var groups = new List<SignalGroup>();
        var start = 0;
        void Add(int layer, string kind, int units)
        {
            groups.Add(new(layer, kind, start, units));
            start += units;
        }

        for (var layer = 0; layer < observation.LayerCount; layer++)
        {
            for (var gate = 0; gate < observation.GateNames.Count; gate++)
                Add(layer, NameOf(observation, gate), observation.UnitCount(layer));

            for (var state = 0; state < observation.StateCount; state++)
                Add(layer, observation.StateCount == 1 ? "cell state" : $"cell state {state + 1}", observation.UnitCount(layer));
            Add(layer, "hidden state", observation.Hidden(layer).Length);
        }

        return groups;
    }

    /// <summary>Copies the values of the last step into one row of all signals.</summary>
    public static void Read(StepObservation observation, Span<float> row)
    {
        var start = 0;
        for (var layer = 0; layer < observation.LayerCount; layer++)
        {
            for (var gate = 0; gate < observation.GateNames.Count; gate++)
                Append(observation.Gate(layer, gate), row, ref start);
            for (var state = 0; state < observation.StateCount; state++)
                Append(observation.State(layer, state), row, ref start);
            Append(observation.Hidden(layer), row, ref start);
        }
    }

    /// <summary>What a gate is called; one without an activation is given as its sum.</summary>
    public static string NameOf(StepObservation observation, int gate)
    {
        var name = observation.GateNames[gate];
        return !observation.IsActivated(gate) ? $"sum of {name}" : name == "candidate" ? name : $"{name} gate";
    }

    private static void Append(ReadOnlySpan<float> values, Span<float> row, ref int start)
    {
        values.CopyTo(row[start..]);
        start += values.Length;
    }
}

/// <summary>One unit of a group.</summary>
/// <param name="Group">Which values.</param>
/// <param name="Unit">Which unit, from 0.</param>
internal sealed record UnitSignal(SignalGroup Group, int Unit)
{
    /// <summary>Its place among all signals.</summary>
    public int Index => Group.Start + Unit;

    /// <summary>The unit in words; layers and units are counted from 1.</summary>
    public override string ToString() => FormattableString.Invariant($"layer {Group.Layer + 1}, {Group.Kind}, unit {Unit + 1}");

    /// <summary>The signal at a place.</summary>
    public static UnitSignal At(IReadOnlyList<SignalGroup> groups, int index)
    {
        var group = groups.Last(candidate => candidate.Start <= index);
        return new(group, index - group.Start);
    }
}
