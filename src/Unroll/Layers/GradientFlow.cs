using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>
/// How the gradient of a loss on the last output flows back through time: <c>∂L_T/∂h_t</c> and <c>∂L_T/∂c_t</c> for every step t, of one pass over a batch
/// of sequences.
/// </summary>
/// <remarks>
/// <para>
/// What is measured is the gradient of the state that step t hands to step t + 1, with everything that follows from it: h with the other states held fixed, and
/// each other state with h held fixed. Of a layer below the top this is the way through time; what step t itself hands up to the layer above is not in it. At the
/// last step h of the top layer is the output that the loss reads. Dropout is off.
/// </para>
/// <para>
/// The sequence runs as T windows of one step, whose final states are the initial states of the next: slower than one window of T steps, and made for looking.
/// Bengio, Simard and Frasconi, "Learning Long-Term Dependencies with Gradient Descent is Difficult" (1994); Pascanu, Mikolov and Bengio, "On the difficulty of
/// training recurrent neural networks" (2013), equations 3–5.
/// </para>
/// </remarks>
public sealed class GradientFlow
{
    /// <summary>Gradients smaller than this share of the largest say more about float32 than about the network, and no rate is read from them.</summary>
    private const double SmallestShare = 1e-25;

    private readonly float[][] hidden;
    private readonly float[][] states;

    private GradientFlow(int layers, int batchSize, float loss, float[][] hidden, float[][] states)
    {
        (LayerCount, BatchSize, Loss) = (layers, batchSize, loss);
        (this.hidden, this.states) = (hidden, states);
    }

    /// <summary>T.</summary>
    public int TimeSteps => hidden.Length;

    /// <summary>B.</summary>
    public int BatchSize { get; }

    /// <summary>L.</summary>
    public int LayerCount { get; }

    /// <summary>The loss.</summary>
    public float Loss { get; }

    /// <summary>Runs a network over a batch of sequences and back. Like any backward pass it adds to the gradients of the parameters.</summary>
    /// <param name="network">A stack of one direction.</param>
    /// <param name="input">x [T, B, I], T at least 2.</param>
    /// <param name="loss">Makes a scalar of the last output, [1, B, R], on the tape that it gets.</param>
    /// <exception cref="ArgumentException">The input does not fit, has fewer than two steps, or the network has two directions.</exception>
    /// <exception cref="InvalidOperationException">The loss is no scalar or does not depend on the output.</exception>
    public static GradientFlow Measure(Recurrent network, Tensor input, Func<Tape, Tensor, Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(loss);
        if (network.Directions != 1)
            throw new ArgumentException("The network has two directions; the gradient is followed back through one. Measure a network without Bidirectional.", nameof(network));
        RecurrentCall.CheckInput(input, network.InputSize);
        var (timeSteps, batchSize) = (input.Shape[0], input.Shape[1]);
        if (timeSteps < 2)
            throw new ArgumentException($"The input has {timeSteps} step; a gradient flows back through at least 2.", nameof(input));

        var tape = new Tape();
        var steps = new RecurrentOutput[timeSteps];
        for (var step = 0; step < timeSteps; step++)
        {
            // Weights that are never trained ask for no gradient; the input does in their place.
            var x = Tensor.FromArray(
                input.Values.Slice(step * batchSize * network.InputSize, batchSize * network.InputSize), new(1, batchSize, network.InputSize), network.Cell.IsFixed);
            steps[step] = network.Forward(tape, x, step == 0 ? null : new RecurrentState(steps[step - 1].FinalHidden, steps[step - 1].FinalCell));
        }

        var result = loss(tape, steps[^1].Output);
        tape.Backward(result);
        var hidden = steps.Select((step, index) => GradientOf(index < timeSteps - 1 ? step.FinalHidden : step.Output)).ToArray();
        var states = steps[..^1].Select(step => step.FinalCell is { } cell ? GradientOf(cell) : []).ToArray();
        return new(network.LayerCount, batchSize, result.Scalar, hidden, states);
    }

    /// <summary><c>∂L_T/∂h_t</c> of one layer, [B, R of the largest layer]; zeros follow the values of a smaller layer.</summary>
    /// <param name="step">t, 1 to T; T of the top layer alone.</param>
    /// <param name="layer">0 to L − 1, or null for the top layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step or layer.</exception>
    public ReadOnlySpan<float> Hidden(int step, int? layer = null)
    {
        var index = CheckLayer(layer);
        var last = index == LayerCount - 1 ? TimeSteps : TimeSteps - 1;
        CheckStep(step, last);
        return step == TimeSteps ? hidden[^1] : RowsOf(hidden[step - 1], index);
    }

    /// <summary>
    /// <c>∂L_T/∂c_t</c> of one layer, [B, S·H of the largest layer]: of the states besides the output, one plane of each after the other; empty for a cell that
    /// has none.
    /// </summary>
    /// <param name="step">t, 1 to T − 1.</param>
    /// <param name="layer">0 to L − 1, or null for the top layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step or layer.</exception>
    public ReadOnlySpan<float> State(int step, int? layer = null)
    {
        var index = CheckLayer(layer);
        CheckStep(step, TimeSteps - 1);
        return RowsOf(states[step - 1], index);
    }

    /// <summary><c>‖∂L_T/∂h_t‖</c> over batch and units of one layer, for t = 1 … T of the top layer and t = 1 … T − 1 of the others.</summary>
    /// <param name="layer">0 to L − 1, or null for the top layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public double[] HiddenNorms(int? layer = null)
    {
        var norms = new double[CheckLayer(layer) == LayerCount - 1 ? TimeSteps : TimeSteps - 1];
        for (var step = 1; step <= norms.Length; step++)
            norms[step - 1] = NormOf(Hidden(step, layer));
        return norms;
    }

    /// <summary><c>‖∂L_T/∂c_t‖</c> over batch, units and states of one layer, for t = 1 … T − 1; zeros for a cell without further states.</summary>
    /// <param name="layer">0 to L − 1, or null for the top layer.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such layer.</exception>
    public double[] StateNorms(int? layer = null)
    {
        CheckLayer(layer);
        var norms = new double[TimeSteps - 1];
        for (var step = 1; step <= norms.Length; step++)
            norms[step - 1] = NormOf(State(step, layer));
        return norms;
    }

    /// <summary>
    /// What a norm is multiplied by for each step back: the slope of the straight line that fits the logarithms of the norms best. Below 1 the gradient vanishes,
    /// above 1 it explodes. NaN where fewer than two norms are finite and over 1e-25 of the largest, which is where float32 ends.
    /// </summary>
    /// <param name="norms">Norms in the order of time.</param>
    public static double FactorPerStep(IReadOnlyList<double> norms)
    {
        ArgumentNullException.ThrowIfNull(norms);
        var largest = norms.Where(double.IsFinite).DefaultIfEmpty(0).Max();
        double count = 0, sumX = 0, sumY = 0, sumXX = 0, sumXY = 0;
        for (var index = 0; index < norms.Count; index++)
        {
            if (!double.IsFinite(norms[index]) || !(norms[index] > largest * SmallestShare))
                continue;
            var (back, logarithm) = (norms.Count - 1 - index, Math.Log(norms[index]));
            count++;
            sumX += back;
            sumY += logarithm;
            sumXX += (double)back * back;
            sumXY += back * logarithm;
        }

        return count < 2 ? double.NaN : Math.Exp(((count * sumXY) - (sumX * sumY)) / ((count * sumXX) - (sumX * sumX)));
    }

    /// <summary>
    /// The steps back in which a gradient halves, <c>ln ½ / ln factor</c>; negative where it grows, and then the steps in which it doubles. Infinite for a factor
    /// that is 1 but for rounding, NaN for one that is no number over 0.
    /// </summary>
    /// <param name="factorPerStep">What <see cref="FactorPerStep"/> gives.</param>
    public static double HalfLife(double factorPerStep)
    {
        const double Rounding = 1e-12;
        if (!(factorPerStep > 0))
            return double.NaN;
        return Math.Abs(factorPerStep - 1) < Rounding ? double.PositiveInfinity : -Math.Log(2) / Math.Log(factorPerStep);
    }

    private static float[] GradientOf(Tensor tensor) => tensor.GradientWritten ? tensor.Gradient.ToArray() : new float[tensor.Length];

    private static double NormOf(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (var value in values)
            sum += (double)value * value;
        return Math.Sqrt(sum);
    }

    private ReadOnlySpan<float> RowsOf(float[] values, int layer)
    {
        var length = values.Length / LayerCount;
        return values.AsSpan(layer * length, length);
    }

    private int CheckLayer(int? layer)
    {
        if (layer is < 0 || layer >= LayerCount)
            throw new ArgumentOutOfRangeException(nameof(layer), layer, $"The network has layers 0 to {LayerCount - 1}.");
        return layer ?? LayerCount - 1;
    }

    private static void CheckStep(int step, int last)
    {
        if (step < 1 || step > last)
            throw new ArgumentOutOfRangeException(nameof(step), step, $"There are gradients of steps 1 to {last}.");
    }
}
