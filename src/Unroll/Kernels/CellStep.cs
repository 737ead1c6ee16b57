namespace Unroll.Kernels;

/// <summary>The buffers of one time step as the pointwise part of a cell sees them; each pointer is at the first row and block to compute.</summary>
internal struct CellStep
{
    /// <summary>[rows, blocks, G, 16].</summary>
    public Floats Gates;

    /// <summary>[rows, blocks, G, 16], for cells that keep the recurrent part apart.</summary>
    public Floats RecurrentGates;

    /// <summary>Floats between rows of the gates.</summary>
    public nint GateStride;

    /// <summary>[rows, units] of the step before.</summary>
    public Floats PreviousHidden;

    /// <summary>[rows, units].</summary>
    public Floats Hidden;

    /// <summary>[rows, S, units] of the step before, for cells with states.</summary>
    public Floats PreviousState;

    /// <summary>[rows, S, units], for cells with states.</summary>
    public Floats State;

    /// <summary>Floats between rows of the states.</summary>
    public nint StateStride;

    /// <summary>Floats between the states of a row.</summary>
    public nint StatePlane;

    /// <summary>Floats between rows of everything else that lies by unit, except <see cref="DOutput"/>.</summary>
    public nint UnitStride;

    /// <summary>[rows, units]: the gradient that comes from above.</summary>
    public Floats DOutput;

    /// <summary>Floats between rows of <see cref="DOutput"/>.</summary>
    public nint DOutputStride;

    /// <summary>[rows, units]: in, the gradient from the next step; out, what bypasses the recurrent matrix to the previous one.</summary>
    public Floats DHidden;

    /// <summary>[rows, S, units]: the gradient of the states, from the next step to the previous one.</summary>
    public Floats DState;

    /// <summary>[weights, units]: the weights of each unit, the same for all rows.</summary>
    public Floats UnitWeights;

    /// <summary>Floats between the weights of a unit, and between their gradients.</summary>
    public nint UnitWeightPlane;

    /// <summary>[rows, weights, units]: the gradients of the weights of each unit, which each row adds up over time.</summary>
    public Floats DUnitWeights;

    /// <summary>Floats between rows of <see cref="DUnitWeights"/>.</summary>
    public nint DUnitWeightStride;

    /// <summary>The same step from one block of units on.</summary>
    public readonly CellStep At<TCell>(int block)
        where TCell : struct, ICellKernel
    {
        var gates = block * TCell.GateCount * CellSlots.BlockUnits;
        var units = block * CellSlots.BlockUnits;
        var result = this;
        result.Gates += gates;
        result.PreviousHidden += units;
        result.Hidden += units;
        result.DHidden += units;
        result.DOutput += units;
        if (TCell.SeparatesRecurrentGates)
            result.RecurrentGates += gates;
        if (TCell.StateCount > 0)
        {
            result.PreviousState += units;
            result.State += units;
            result.DState += units;
        }

        if (TCell.UnitWeightCount > 0)
        {
            result.UnitWeights += units;
            result.DUnitWeights += units;
        }

        return result;
    }
}
