using Unroll.Layers;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Unroll.Cli.Gradients;

/// <summary>The sizes of a study.</summary>
/// <param name="TimeSteps">T.</param>
/// <param name="Updates">How long each network trains.</param>
/// <param name="Seed">Of weights and sequences.</param>
internal sealed record StudyOptions(int TimeSteps, int Updates, ulong Seed)
{
    /// <summary>H.</summary>
    public const int HiddenSize = 32;

    /// <summary>B.</summary>
    public const int BatchSize = 32;

    /// <summary>How many updates lie before each look: none, a tenth, two fifths, all.</summary>
    public int[] Checkpoints => [.. new[] { 0, Updates / 10, 2 * Updates / 5, Updates }.Distinct()];
}

/// <summary>Measures how the gradient flows back through networks of different cells on the same task, before training and on the way.</summary>
internal static class GradientStudy
{
    private const float LearningRate = 2e-3f;

    private static readonly Clipping clipping = new("norm 1", Norm: 1);

    /// <summary>Measures one network.</summary>
    /// <param name="subject">Which one.</param>
    /// <param name="options">The sizes.</param>
    /// <param name="cancellation">Stops it.</param>
    public static SubjectFlows Run(GradientSubject subject, StudyOptions options, CancellationToken cancellation = default)
    {
        var network = new SubjectNetwork(subject, StudyOptions.HiddenSize, new Adam(LearningRate), options.Seed);
        var random = new CounterRandom(options.Seed, stream: 1);
        var batch = RememberTask.Draw(options.TimeSteps, StudyOptions.BatchSize, ref random);
        var looks = new List<FlowLook>();
        int? diverged = null;
        for (var update = 0; ; update++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (options.Checkpoints.Contains(update))
                looks.Add(FlowLook.Of(update, network.Flow(batch), StudyOptions.HiddenSize, subject.HasState));
            if (update == options.Updates || diverged is not null)
                break;
            if (!double.IsFinite(network.Update(options.TimeSteps, StudyOptions.BatchSize, clipping)))
                diverged = update;
        }

        return new(subject, looks, diverged);
    }
}

/// <summary>What a network's gradients were.</summary>
/// <param name="Subject">The network.</param>
/// <param name="Looks">Before training and on the way.</param>
/// <param name="Diverged">The update whose loss was no finite number, or null.</param>
internal sealed record SubjectFlows(GradientSubject Subject, IReadOnlyList<FlowLook> Looks, int? Diverged);

/// <summary>The gradients of one network at one time of its training.</summary>
/// <param name="Update">Updates before.</param>
/// <param name="Loss">In nats, on the sequences that are measured.</param>
/// <param name="Hidden">‖∂L_T/∂h_t‖ for t = 1 … T.</param>
/// <param name="State">‖∂L_T/∂c_t‖ for t = 1 … T − 1, or null for a cell without such a state.</param>
/// <param name="Units">[T][H]: the root mean square over the sequences of ∂L/∂h of each unit.</param>
internal sealed record FlowLook(int Update, double Loss, double[] Hidden, double[]? State, double[][] Units)
{
    /// <summary>What the norm is multiplied by for each step back.</summary>
    public double Factor { get; } = GradientFlow.FactorPerStep(Hidden);

    /// <summary>The steps in which it halves, or, negative, doubles.</summary>
    public double HalfLife => GradientFlow.HalfLife(Factor);

    /// <summary>The norm at the first step over that at the last one.</summary>
    public double Reach => Hidden[0] / Hidden[^1];

    /// <summary>Reads a measurement.</summary>
    public static FlowLook Of(int update, GradientFlow flow, int hiddenSize, bool hasState)
    {
        var units = new double[flow.TimeSteps][];
        for (var step = 1; step <= flow.TimeSteps; step++)
        {
            var gradient = flow.Hidden(step);
            var squares = new double[hiddenSize];
            for (var index = 0; index < gradient.Length; index++)
                squares[index % hiddenSize] += (double)gradient[index] * gradient[index];
            units[step - 1] = [.. squares.Select(square => Math.Sqrt(square / flow.BatchSize))];
        }

        return new(update, flow.Loss, flow.HiddenNorms(), hasState ? flow.StateNorms() : null, units);
    }
}
