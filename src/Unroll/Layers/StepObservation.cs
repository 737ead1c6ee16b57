using Unroll.Kernels;
using Unroll.Recurrence;

namespace Unroll.Layers;

/// <summary>
/// What the last step of a stream did inside of each layer: the gates, the states, the output. It looks on and changes nothing: an observed stream gives the same
/// bits, a few times slower.
/// </summary>
/// <remarks>
/// A gate is what the cell's logistic function or tanh makes of the gate's sum, whatever else of the unit goes into it, such as a peephole. A gate whose sum the
/// cell takes as it is, such as the candidate of a minimal GRU, is that sum; <see cref="IsActivated"/> tells which.
/// </remarks>
public sealed class StepObservation
{
    private readonly CellStepper[] steppers;
    private readonly ActivationValues[] gates;
    private bool hasStep;

    internal StepObservation(IRecurrentLayer layer, CellStepper[] steppers)
    {
        this.steppers = steppers;
        foreach (var stepper in steppers)
            stepper.Observe();
        GateNames = layer.Cell.GateNames;
        gates = [.. steppers.Select(stepper => new ActivationValues(GateNames.Count, stepper.UnitCount))];
    }

    /// <summary>L.</summary>
    public int LayerCount => steppers.Length;

    /// <summary>What the literature calls the gates.</summary>
    public IReadOnlyList<string> GateNames { get; }

    /// <summary>S: states of each unit besides its output.</summary>
    public int StateCount => steppers[0].StateCount;

    /// <summary>H of a layer.</summary>
    /// <param name="layer">0 to L − 1, from the bottom.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public int UnitCount(int layer) => Stepper(layer).UnitCount;

    /// <summary>A gate after its activation, or its sum where it has none; [H], valid until the next step.</summary>
    /// <param name="layer">0 to L − 1, from the bottom.</param>
    /// <param name="gate">Its place in <see cref="GateNames"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or gate.</exception>
    /// <exception cref="InvalidOperationException">The stream has taken no step of its own since it is observed, was reset, or stepped in a batch.</exception>
    public ReadOnlySpan<float> Gate(int layer, int gate)
    {
        _ = Stepper(layer);
        CheckGate(gate);
        if (!hasStep)
            throw new InvalidOperationException("There is no step to look at: the stream has to take one of its own, not in a batch, after it was observed or reset.");
        return gates[layer].Of(gate);
    }

    /// <summary>Whether the cell has a logistic function or tanh on the sum of a gate; known after the first step.</summary>
    /// <param name="gate">Its place in <see cref="GateNames"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such gate.</exception>
    public bool IsActivated(int gate)
    {
        CheckGate(gate);
        return gates[0].IsActivated(gate);
    }

    /// <summary>The hidden state after the last step, which the next one and the layer above read; [R].</summary>
    /// <param name="layer">0 to L − 1, from the bottom.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public ReadOnlySpan<float> Hidden(int layer) => Stepper(layer).Hidden;

    /// <summary>A state besides the output after the last step, such as c of an LSTM; [H].</summary>
    /// <param name="layer">0 to L − 1, from the bottom.</param>
    /// <param name="state">0 to <see cref="StateCount"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer or state.</exception>
    public ReadOnlySpan<float> State(int layer, int state)
    {
        if (state < 0 || state >= StateCount)
            throw new ArgumentOutOfRangeException(nameof(state), state, $"The cell has {StateCount} states besides its output.");
        return Stepper(layer).State(state);
    }

    /// <summary>Takes down what a layer's step did.</summary>
    internal void Take(int layer)
    {
        steppers[layer].ReadGates(gates[layer]);
        hasStep = true;
    }

    /// <summary>There is no step any more that it has seen.</summary>
    internal void Forget() => hasStep = false;

    private CellStepper Stepper(int layer) =>
        (uint)layer < (uint)steppers.Length ? steppers[layer] : throw new ArgumentOutOfRangeException(nameof(layer), layer, $"There are layers 0 to {steppers.Length - 1}.");

    private void CheckGate(int gate)
    {
        if ((uint)gate >= (uint)GateNames.Count)
            throw new ArgumentOutOfRangeException(nameof(gate), gate, $"The cell has {GateNames.Count} gates: {string.Join(", ", GateNames)}.");
    }
}
