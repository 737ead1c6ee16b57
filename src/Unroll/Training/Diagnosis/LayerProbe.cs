using Unroll.Cells;
using Unroll.Kernels;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>Looks at one layer in one direction during one probe.</summary>
/// <param name="cell">Its cell.</param>
/// <param name="units">H.</param>
/// <param name="outputs">How many values its output has.</param>
internal sealed class LayerProbe(Cell cell, int units, int outputs) : LayerObserver
{
    /// <summary>Steps of a window whose activations are looked at; neighbouring ones are much alike.</summary>
    private const int StepsWithActivations = 8;

    /// <summary>An output that varies by less than this share of the layer's root mean square is dead: it says the same whatever comes in.</summary>
    private const double SmallestVariation = 1e-3;

    private readonly double[] sums = new double[outputs];
    private readonly double[] squares = new double[outputs];
    private readonly List<double> hiddenGradient = [];
    private readonly List<double> stateGradient = [];
    private long count;

    /// <inheritdoc/>
    public override ActivationWatch Activations { get; } = new(units);

    public Cell Cell => cell;

    /// <inheritdoc/>
    public override bool WantsActivations(int step, int timeSteps) =>
        (long)(step + 1) * StepsWithActivations / timeSteps > (long)step * StepsWithActivations / timeSteps;

    /// <inheritdoc/>
    public override void Output(ReadOnlySpan<float> output)
    {
        count++;
        for (var unit = 0; unit < output.Length; unit++)
        {
            double value = output[unit];
            sums[unit] += value;
            squares[unit] += value * value;
        }
    }

    /// <inheritdoc/>
    public override void Gradient(int distance, double hidden, double states)
    {
        while (hiddenGradient.Count <= distance)
        {
            hiddenGradient.Add(0);
            stateGradient.Add(0);
        }

        hiddenGradient[distance] += hidden;
        stateGradient[distance] += states;
    }

    /// <summary>Which outputs hardly varied.</summary>
    public bool[] Dead()
    {
        var scale = Math.Sqrt(squares.Sum() / Math.Max(1, count * outputs));
        var dead = new bool[outputs];
        for (var unit = 0; unit < outputs && count > 1; unit++)
        {
            var mean = sums[unit] / count;
            // What is left of equal numbers is their rounding, which is far below the bound.
            var deviation = Math.Sqrt(Math.Max(0, (squares[unit] / count) - (mean * mean)));
            dead[unit] = deviation <= SmallestVariation * scale;
        }

        return dead;
    }

    /// <summary>Which outputs were zero all the time.</summary>
    public bool[] Zero() => [.. squares.Select(square => square == 0)];

    /// <summary>‖∂L/∂h‖ by distance, and the same of the states.</summary>
    public (double[] Hidden, double[] States) Gradients() =>
        ([.. hiddenGradient.Select(Math.Sqrt)], [.. stateGradient.Select(Math.Sqrt)]);

    /// <summary>The activations that belong to a gate or are the state's.</summary>
    public IEnumerable<WatchedActivation> Watched() => Activations.Activations.Where(activation => activation.Gate >= 0 || cell.StateCount > 0);

    /// <summary>What an activation is called.</summary>
    public string NameOf(WatchedActivation activation) => activation.Gate < 0 ? "state" : cell.GateNames[activation.Gate];
}
