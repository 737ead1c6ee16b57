using Unroll.Cells;
using Unroll.Tensors;

namespace Unroll.Recurrence;

/// <summary>One layer of a recurrent network on a tape: one direction or both over all time steps.</summary>
internal sealed class RecurrenceOperation : Operation
{
    private readonly RecurrentPass?[] passes = new RecurrentPass?[2];
    private Cell? cell;
    private bool isRegularized;
    private int directions;
    private int layer;
    private int hiddenSize;
    private int outputSize;
    private bool isTop;
    private Tensor input = null!;
    private Tensor output = null!;
    private RecurrenceTensors tensors;
    private GatheredRows? gathered;

    /// <summary>Runs the layer.</summary>
    /// <param name="kind">The cell.</param>
    /// <param name="weights">One set for each direction.</param>
    /// <param name="layerIndex">Which layer of the stack, for the place in the states.</param>
    /// <param name="top">Whether this is the last layer of the stack.</param>
    /// <param name="x">[T, B, I].</param>
    /// <param name="y">[T, B, D·H].</param>
    /// <param name="states">The states of the stack.</param>
    /// <param name="lengths">The length of each row, or empty.</param>
    /// <param name="rows">
    /// What the rows of x were looked up in, when nobody else reads x or its gradient: the gradient may then go to the table alone. Otherwise null.
    /// </param>
    /// <param name="keptShare">The share of all steps whose gates are kept for backward, 0…1.</param>
    /// <param name="regularization">Recurrent dropout and zoneout of each direction.</param>
    /// <param name="observer">Sees the steps, or null.</param>
    public void Forward(
        Cell kind, ReadOnlySpan<CellWeights> weights, int layerIndex, bool top, Tensor x, Tensor y, RecurrenceTensors states,
        ReadOnlySpan<int> lengths, GatheredRows? rows, double keptShare, (Regularization Forward, Regularization Reverse) regularization, RecurrenceObserver? observer)
    {
        if (!kind.Equals(cell) || regularization.Forward.IsActive != isRegularized)
            Array.Clear(passes);
        (cell, isRegularized) = (kind, regularization.Forward.IsActive);
        directions = weights.Length;
        layer = layerIndex;
        isTop = top;
        (hiddenSize, outputSize) = (weights[0].HiddenSize, weights[0].OutputSize);
        input = x;
        output = y;
        tensors = states;
        if (!lengths.IsEmpty)
            y.Values.Clear();
        var looksUp = directions == 1 && lengths.IsEmpty && GatheredInput.Pays(rows, x.Shape[0] * x.Shape[1]);
        gathered = looksUp ? rows : null;
        for (var direction = 0; direction < directions; direction++)
        {
            var pass = passes[direction] ??= CellEngine.CreatePass(kind, isRegularized);
            pass.Regularization = direction == 1 ? regularization.Reverse : regularization.Forward;
            pass.Layout.Set(x.Shape[0], x.Shape[1], lengths, reversed: direction == 1);
            pass.Forward(weights[direction], InputView(gradient: false), OutputView(direction, gradient: false),
                HiddenView(states.InitialHidden, direction, gradient: false), StateView(states.InitialState, direction, gradient: false), gathered, keptShare);
            pass.CopyFinal(HiddenView(states.FinalHidden, direction, gradient: false), StateView(states.FinalState, direction, gradient: false));
            pass.Show(observer?.Layer(weights[direction].Parameters.Input, kind, hiddenSize, outputSize));
        }

        GC.KeepAlive(this);
    }

    public override long MemoryInBytes => (passes[0]?.MemoryInBytes ?? 0) + (passes[1]?.MemoryInBytes ?? 0);

    public override long ReducibleBytes => (passes[0]?.GateBytes ?? 0) + (passes[1]?.GateBytes ?? 0);

    public override long WholeReducibleBytes => (passes[0]?.AllGateBytes ?? 0) + (passes[1]?.AllGateBytes ?? 0);

    public override void Backward()
    {
        var finalHidden = tensors.FinalHidden.GradientWritten;
        var finalState = tensors.FinalState?.GradientWritten ?? false;
        if (isTop)
        {
            StartGradient(tensors.InitialHidden);
            StartGradient(tensors.InitialState);
        }

        var wantsHidden = tensors.InitialHidden?.RequiresGradient ?? false;
        var wantsState = tensors.InitialState?.RequiresGradient ?? false;
        var wantsInput = input.RequiresGradient && gathered is null;
        // Fixed weights are only a way for gradients, which here lead nowhere.
        if (cell!.IsFixed && !wantsInput && !wantsHidden && !wantsState && gathered is not { Table.IsFixed: false })
            return;
        var accumulate = wantsInput && input.BeginGradient();
        for (var direction = 0; direction < directions; direction++)
        {
            var pass = passes[direction]!;
            pass.Backward(
                output.GradientWritten ? OutputView(direction, gradient: true) : default,
                finalHidden ? HiddenView(tensors.FinalHidden, direction, gradient: true) : default,
                finalState ? StateView(tensors.FinalState, direction, gradient: true) : default,
                wantsHidden, wantsInput ? InputView(gradient: true) : default, accumulate || direction > 0);
            pass.AddInitialGradients(
                wantsHidden ? HiddenView(tensors.InitialHidden, direction, gradient: true) : default,
                wantsState ? StateView(tensors.InitialState, direction, gradient: true) : default);
        }
    }

    /// <summary>The layers of a stack each add their part of the initial state's gradient; the first to run starts it.</summary>
    private static void StartGradient(Tensor? tensor)
    {
        if (tensor is { RequiresGradient: true } && !tensor.BeginGradient())
            tensor.ClearGradient();
    }

    private RowsView InputView(bool gradient) =>
        new(gradient ? input.GradientPointer : input.Pointer, input.Shape[2], input.Shape[2]);

    private RowsView OutputView(int direction, bool gradient) =>
        new((gradient ? output.GradientPointer : output.Pointer) + (direction * outputSize), outputSize, output.Shape[2]);

    private RowsView HiddenView(Tensor? hidden, int direction, bool gradient) => View(hidden, outputSize, direction, gradient);

    private RowsView StateView(Tensor? state, int direction, bool gradient) => View(state, cell!.StateCount * hiddenSize, direction, gradient);

    /// <summary>The rows of this layer and direction. They are as wide as the largest layer needs, of which a smaller one has the beginning.</summary>
    private RowsView View(Tensor? tensor, int width, int direction, bool gradient)
    {
        if (tensor is null)
            return default;
        var stride = tensor.Shape[2];
        var start = (nint)((layer * directions) + direction) * tensor.Shape[1] * stride;
        return new((gradient ? tensor.GradientPointer : tensor.Pointer) + start, width, stride);
    }
}

/// <summary>
/// The states a stack starts from and ends in: outputs [L·D, B, H], states [L·D, B, S·H]. H is that of the largest layer; the rows of others end in zeros.
/// </summary>
/// <param name="InitialHidden">The outputs before the first step, or null for zero.</param>
/// <param name="InitialState">The cell states before the first step, or null for zero.</param>
/// <param name="FinalHidden">The outputs of each row's last step.</param>
/// <param name="FinalState">The cell states of each row's last step, or null when the cell has none.</param>
internal readonly record struct RecurrenceTensors(Tensor? InitialHidden, Tensor? InitialState, Tensor FinalHidden, Tensor? FinalState);
