using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>
/// What recurrent dropout and zoneout need besides the buffers of a pass: masks, masked outputs, what steps gave before zoneout, and gradients that pass by the
/// step. Each thread works on its own rows.
/// </summary>
/// <typeparam name="T">The lane type.</typeparam>
/// <param name="layout">The steps of the batch.</param>
internal sealed class RegularizedRows<T>(SequenceLayout layout)
    where T : struct, ISimdLane<T>
{
    // [B, R]: what previous outputs are multiplied by, in sorted order; [N, R]: those products, which the gradient of U needs; [B, R]: gradients of them.
    private readonly FloatBuffer mask = new();
    private readonly FloatBuffer masked = new();
    private readonly FloatBuffer dMasked = new();

    // [N, S, units]: the states that steps gave; [B, R] and [B, S, units]: gradients of kept outputs and states.
    private readonly FloatBuffer freshStates = new();
    private readonly FloatBuffer dKept = new();
    private readonly FloatBuffer dKeptStates = new();
    private readonly Zoneout[] ofStates = new Zoneout[Regularization.MostMasks];
    private Zoneout ofOutput;
    private int keptStates;
    private int stateCount;
    private int outputSize;
    private int hiddenSize;
    private int hiddenStride;
    private int stateStride;
    private int plane;

    /// <summary>Bytes of the buffers that grow with the number of steps.</summary>
    public long MemoryInBytes => sizeof(float) * ((long)masked.Length + freshStates.Length);

    /// <summary>Whether previous outputs are masked before the recurrent matrix.</summary>
    public bool DropsOutputs { get; private set; }

    /// <summary>Whether outputs may be those of the step before.</summary>
    public bool KeepsOutputs => ofOutput.IsActive;

    /// <summary>Whether states may be those of the step before.</summary>
    public bool KeepsStates => keptStates > 0;

    private int PaddedOutputs => (outputSize + CellSlots.BlockUnits - 1) / CellSlots.BlockUnits * CellSlots.BlockUnits;

    /// <summary>Prepares forward and backward of a pass.</summary>
    /// <param name="regularization">What there is.</param>
    /// <param name="weights">The weights, for their sizes.</param>
    /// <param name="strides">Floats between rows of outputs, rows of states, and the states of a row.</param>
    public void Prepare(in Regularization regularization, CellWeights weights, (int Hidden, int State, int Plane) strides)
    {
        (outputSize, hiddenSize, (hiddenStride, stateStride, plane)) = (weights.OutputSize, weights.HiddenSize, strides);
        DropsOutputs = regularization.DropsOutputs;
        stateCount = weights.Cell.StateCount;
        ofOutput = regularization.OfOutput;
        keptStates = regularization.ZoneoutState > 0 ? weights.Cell.ZoneoutStateCount : 0;
        if (DropsOutputs)
            PrepareMask(regularization);
        if (KeepsOutputs)
            dKept.EnsureLength((layout.BatchSize + 1) * hiddenStride);
        if (!KeepsStates)
            return;
        for (var state = 0; state < keptStates; state++)
            ofStates[state] = regularization.OfState(state);
        freshStates.EnsureLength(checked((layout.TotalRows + 1) * stateStride));
        dKeptStates.EnsureLength((layout.BatchSize + 1) * stateStride);
    }

    /// <summary>Masks the previous outputs of some rows.</summary>
    /// <param name="source">The previous outputs, or what a filter made of them.</param>
    /// <param name="target">Where they go, or null for <see cref="MaskedAt"/>.</param>
    /// <param name="step">The step.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many rows.</param>
    /// <returns>Where they went.</returns>
    public Floats Mask(Floats source, Floats target, int step, int first, int rows)
    {
        var to = target.IsNull ? MaskedAt(step) + ((nint)first * hiddenStride) : target;
        for (nint row = 0; row < rows; row++)
            VectorKernels.Multiply<T>(source + (row * hiddenStride), mask.Pointer + ((first + row) * hiddenStride), to + (row * hiddenStride), outputSize, accumulate: false);
        return to;
    }

    /// <summary>The masked previous outputs of a step, from its first row on.</summary>
    public Floats MaskedAt(int step) => masked.Pointer + ((nint)layout.Offset(step) * hiddenStride);

    /// <summary>Room for gradients of masked outputs, [rows, R].</summary>
    /// <param name="first">The first row.</param>
    public Floats MaskedGradients(int first) => dMasked.Pointer + ((nint)first * hiddenStride);

    /// <summary>Passes gradients on through the mask.</summary>
    /// <param name="gradients">Of masked outputs, [rows, R].</param>
    /// <param name="target">Of the outputs; may be the same.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="accumulate">Whether to add to the target.</param>
    public void Unmask(Floats gradients, Floats target, int first, int rows, bool accumulate)
    {
        for (nint row = 0; row < rows; row++)
        {
            VectorKernels.Multiply<T>(
                gradients + (row * hiddenStride), mask.Pointer + ((first + row) * hiddenStride), target + (row * hiddenStride), outputSize, accumulate);
        }
    }

    /// <summary>Where a step leaves its states before zoneout.</summary>
    /// <param name="step">The step.</param>
    /// <param name="first">The first row.</param>
    public Floats FreshStates(int step, int first) => freshStates.Pointer + ((nint)(layout.Offset(step) + first) * stateStride);

    /// <summary>Decides for each output and state of some rows whether it is that of the step or that before it.</summary>
    /// <param name="slots">Where both lie, and where the result goes.</param>
    /// <param name="fresh">The outputs that the step gave, as far apart as others.</param>
    /// <param name="step">The step.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many rows.</param>
    public void Keep(in CellStep slots, Floats fresh, int step, int first, int rows)
    {
        for (nint row = 0; KeepsOutputs && row < rows; row++)
        {
            var at = row * hiddenStride;
            ofOutput.Forward<T>(
                layout.TensorRow(step, first + (int)row) * outputSize, slots.PreviousHidden + at, fresh + at, slots.Hidden + at, PaddedOutputs);
        }

        if (!KeepsStates)
            return;
        var states = FreshStates(step, first);
        for (nint row = 0; row < rows; row++)
        {
            for (var state = 0; state < stateCount; state++)
            {
                var at = (row * stateStride) + (state * plane);
                if (state < keptStates)
                    ofStates[state].Forward<T>(layout.TensorRow(step, first + (int)row) * hiddenSize, slots.PreviousState + at, states + at, slots.State + at, plane);
                else
                    (states + at).Span(plane).CopyTo((slots.State + at).Span(plane));
            }
        }
    }

    /// <summary>Takes from the gradients of outputs what belongs to kept ones.</summary>
    /// <param name="gradients">[rows, R], padded to whole blocks.</param>
    /// <param name="stride">Floats between its rows.</param>
    /// <param name="step">The step.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many rows.</param>
    public void SplitOutputs(Floats gradients, nint stride, int step, int first, int rows)
    {
        for (nint row = 0; row < rows; row++)
        {
            ofOutput.Backward<T>(
                layout.TensorRow(step, first + (int)row) * outputSize, gradients + (row * stride), dKept.Pointer + ((first + row) * hiddenStride), PaddedOutputs);
        }
    }

    /// <summary>Takes from the gradients of states what belongs to kept ones.</summary>
    /// <param name="gradients">[rows, S, units].</param>
    /// <param name="step">The step.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many rows.</param>
    public void SplitStates(Floats gradients, int step, int first, int rows)
    {
        for (nint row = 0; row < rows; row++)
        {
            for (var state = 0; state < keptStates; state++)
            {
                var at = (row * stateStride) + (state * plane);
                ofStates[state].Backward<T>(
                    layout.TensorRow(step, first + (int)row) * hiddenSize, gradients + at, dKeptStates.Pointer + (first * (nint)stateStride) + at, plane);
            }
        }
    }

    /// <summary>Adds what <see cref="SplitOutputs"/> and <see cref="SplitStates"/> took to the gradients of the step before.</summary>
    /// <param name="slots">The step.</param>
    /// <param name="first">The first row.</param>
    /// <param name="rows">How many rows.</param>
    public void AddKept(in CellStep slots, int first, int rows)
    {
        for (nint row = 0; row < rows; row++)
        {
            if (KeepsOutputs)
                VectorKernels.Add(dKept.Pointer + ((first + row) * hiddenStride), slots.DHidden + (row * hiddenStride), PaddedOutputs);
            if (KeepsStates)
                VectorKernels.Add(dKeptStates.Pointer + ((first + row) * stateStride), slots.DState + (row * stateStride), keptStates * plane);
        }
    }

    private void PrepareMask(in Regularization regularization)
    {
        mask.EnsureLength(layout.BatchSize * hiddenStride);
        masked.EnsureLength(checked((layout.TotalRows + 1) * hiddenStride));
        dMasked.EnsureLength((layout.BatchSize + 1) * hiddenStride);
        var (kept, scale) = (regularization.DropoutMask, DropoutKernel.ScaleOf(regularization.RecurrentDropout));
        for (var row = 0; row < layout.BatchSize; row++)
            kept.Fill(layout.BatchRow(row) * outputSize, scale, mask.Pointer + ((nint)row * hiddenStride), outputSize);
    }
}
