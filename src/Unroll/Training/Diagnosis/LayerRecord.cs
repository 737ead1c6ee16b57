using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>All that is kept of one layer in one direction.</summary>
/// <param name="weights">Its W.</param>
internal sealed class LayerRecord(Parameter weights)
{
    /// <summary>Probes that are judged together: of one alone, chance decides too much.</summary>
    private const int RecentProbes = 4;

    /// <summary>What is left of the gradient where a memory is said to end.</summary>
    private const double MemoryShare = 0.01;

    private readonly List<LayerSample> samples = [];
    private readonly Queue<LayerProbe> recent = [];

    public Parameter Weights => weights;

    /// <summary>Takes a probe.</summary>
    public void Add(long update, LayerProbe probe)
    {
        if (recent.Count == RecentProbes)
            recent.Dequeue();
        recent.Enqueue(probe);
        var (hidden, states) = probe.Gradients();
        samples.Add(new(
            update, hidden, states, GradientDecay.PerStep(GradientDecay.Mean([(hidden, states)])), probe.Dead().Count(isDead => isDead),
            [.. probe.Watched().Select(activation => new ActivationSample(
                probe.NameOf(activation), Share(activation.Low, activation.Counts), Share(activation.High, activation.Counts)))]));
    }

    /// <summary>Drops every second sample.</summary>
    public void Thin()
    {
        for (var index = samples.Count - 1; index > 0; index--)
        {
            if (index % 2 == 1)
                samples.RemoveAt(index);
        }
    }

    public LayerHealth Health()
    {
        var last = recent.Last();
        var flow = GradientDecay.Mean([.. recent.Select(probe => probe.Gradients()).Select(gradients => ((IReadOnlyList<double>)gradients.Hidden, (IReadOnlyList<double>)gradients.States))]);
        var dead = All(recent.Select(probe => probe.Dead()));
        var zero = All(recent.Select(probe => probe.Zero()));
        return new()
        {
            Name = NameOf(weights.Name),
            Cell = last.Cell,
            Units = weights.Shape[0] / last.Cell.GateCount,
            Outputs = dead.Length,
            Samples = [.. samples],
            GradientByDistance = flow,
            DecayPerStep = GradientDecay.PerStep(flow),
            MemoryLength = GradientDecay.LengthTo(flow, MemoryShare),
            DeadOutputs = dead.Count(isDead => isDead),
            ZeroOutputs = dead.Where((isDead, unit) => isDead && zero[unit]).Count(),
            Activations = [.. last.Watched().Select(activation => Health(last, activation))],
        };
    }

    private ActivationHealth Health(LayerProbe last, WatchedActivation activation)
    {
        // A probe need not have seen all that another one saw.
        var all = recent.SelectMany(probe => probe.Watched()).Where(same => same.Kind == activation.Kind && same.Gate == activation.Gate).ToList();
        var (low, high) = (UnitShares(all, same => same.Low), UnitShares(all, same => same.High));
        return new()
        {
            Name = last.NameOf(activation),
            IsTanh = activation.Kind == ActivationKind.Tanh,
            KeepsState = activation.Gate >= 0 && activation.Gate == last.Cell.ForgetGate,
            Low = low.Average(),
            High = high.Average(),
            UnitLow = low,
            UnitHigh = high,
        };
    }

    private static double[] UnitShares(List<WatchedActivation> probes, Func<WatchedActivation, int[]> counts)
    {
        var shares = new double[probes[0].Counts.Length];
        for (var unit = 0; unit < shares.Length; unit++)
            shares[unit] = probes.Sum(probe => counts(probe)[unit]) / (double)Math.Max(1, probes.Sum(probe => probe.Counts[unit]));
        return shares;
    }

    private static double Share(int[] counts, int[] all) => counts.Sum(count => (long)count) / (double)Math.Max(1, all.Sum(count => (long)count));

    private static bool[] All(IEnumerable<bool[]> probes) => probes.Aggregate((left, right) => [.. left.Zip(right, (first, second) => first && second)]);

    /// <summary><c>rnn.weight_ih_l0_reverse</c> is <c>rnn layer 0 reverse</c>.</summary>
    private static string NameOf(string parameter)
    {
        const string Input = "weight_ih_l";
        var at = parameter.LastIndexOf(Input, StringComparison.Ordinal);
        if (at < 0)
            return parameter;
        var model = parameter[..at].TrimEnd('.');
        return $"{model} layer {parameter[(at + Input.Length)..].Replace('_', ' ')}".TrimStart();
    }
}
