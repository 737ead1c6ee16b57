using System.Globalization;
using Unroll.Recurrence;
using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>The trainable state before the first step: a vector of outputs, and one of states where the cell has any, for each layer and direction.</summary>
internal sealed class StackStart
{
    private readonly Parameter[] hidden;
    private readonly Parameter[] states;
    private readonly int hiddenWidth;
    private readonly int stateWidth;
    private readonly int stateCount;

    /// <summary>Zeros.</summary>
    /// <param name="sizes">The sizes of the layers.</param>
    /// <param name="directions">D.</param>
    /// <param name="stateCount">S.</param>
    public StackStart(StackSizes sizes, int directions, int stateCount)
    {
        hiddenWidth = sizes.LargestGiven;
        stateWidth = checked(stateCount * sizes.Largest);
        this.stateCount = stateCount;
        hidden = new Parameter[sizes.Layers * directions];
        states = new Parameter[stateCount > 0 ? hidden.Length : 0];
        for (var index = 0; index < hidden.Length; index++)
        {
            var layer = index / directions;
            var suffix = string.Create(CultureInfo.InvariantCulture, $"_l{layer}{(index % directions == 1 ? "_reverse" : "")}");
            hidden[index] = new("start_hidden" + suffix, new(sizes.GivenOf(layer)));
            if (stateCount > 0)
                states[index] = new("start_cell" + suffix, new(checked(stateCount * sizes.HiddenOf(layer))));
        }
    }

    /// <summary>For each layer and direction: <c>start_hidden_l0</c> [R] and, with states, <c>start_cell_l0</c> [S·H].</summary>
    public IEnumerable<Parameter> Parameters
    {
        get
        {
            for (var index = 0; index < hidden.Length; index++)
            {
                yield return hidden[index];
                if (stateCount > 0)
                    yield return states[index];
            }
        }
    }

    /// <summary>The start for every row of a batch: [L·D, B, R] and [L·D, B, S·H], as wide as the largest layer needs.</summary>
    public (Tensor Hidden, Tensor? States) Forward(Tape tape, int batchSize) => (
        tape.Record<StartOperation>().Forward(tape, hidden, batchSize, hiddenWidth),
        stateCount > 0 ? tape.Record<StartOperation>().Forward(tape, states, batchSize, stateWidth) : null);

    /// <summary>Puts one layer of a stream to its start.</summary>
    public void CopyTo(int layer, CellStepper stepper)
    {
        hidden[layer].Values.CopyTo(stepper.Hidden);
        for (var state = 0; state < stateCount; state++)
            states[layer].Values.Slice(state * stepper.UnitCount, stepper.UnitCount).CopyTo(stepper.State(state));
    }
}
