using Unroll.Cells;

namespace Unroll.Recurrence;

/// <summary>What the parameters of one layer in one direction are called and how large they are, in the order they have in layers and files.</summary>
/// <param name="Name">PyTorch's name where it has one, such as <c>weight_ih_l0</c>.</param>
/// <param name="Dimensions">Its sizes.</param>
/// <param name="Formula">The sizes in words.</param>
internal sealed record CellParameter(string Name, long[] Dimensions, string Formula)
{
    /// <summary>The parameters of a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="inputSize">I.</param>
    /// <param name="hiddenSize">H.</param>
    /// <param name="outputSize">R: what a projection makes of the H values, or H without one.</param>
    /// <param name="hasBias">Whether there are biases.</param>
    /// <param name="suffix">What stands for the layer and direction at the end of names, such as <c>_l0_reverse</c>.</param>
    /// <param name="inputName">What the input size is called in formulas.</param>
    public static CellParameters<CellParameter> Of(
        Cell cell, long inputSize, long hiddenSize, long outputSize, bool hasBias, string suffix, string inputName = "inputSize")
    {
        var gates = cell.GateCount * hiddenSize;
        var rows = cell.GateCount == 1 ? "hiddenSize" : $"{cell.GateCount} · hiddenSize";
        var outputName = cell.ProjectsOutput ? "projectionSize" : "hiddenSize";
        return new(
            new("weight_ih" + suffix, [gates, inputSize], $"{rows}, {inputName}"),
            cell.HasRecurrentMatrix
                ? new("weight_hh" + suffix, [gates, outputSize / cell.Heads], $"{rows}, {outputName}{(cell.Heads > 1 ? $" / {cell.Heads}" : "")}")
                : null,
            hasBias ? new("bias_ih" + suffix, [gates], rows) : null,
            hasBias && cell.HasRecurrentMatrix ? new("bias_hh" + suffix, [gates], rows) : null,
            cell.ProjectsOutput ? new("weight_hr" + suffix, [outputSize, hiddenSize], "projectionSize, hiddenSize") : null,
            cell.NormalizesSums ? new("gain_ih" + suffix, [gates], rows) : null,
            cell.NormalizesSums ? new("gain_hh" + suffix, [gates], rows) : null,
            [.. cell.UnitWeights.Select(weight => new CellParameter(weight.Name + suffix, [hiddenSize], "hiddenSize"))]);
    }
}

/// <summary>The parameters of one layer in one direction, by what they are.</summary>
/// <typeparam name="T">A parameter, or what stands for it.</typeparam>
/// <param name="Input">W [G·H, I].</param>
/// <param name="Recurrent">U [G·H, R / heads], or null for a cell without a recurrent matrix.</param>
/// <param name="InputBias">b [G·H], or null without biases.</param>
/// <param name="RecurrentBias">b' [G·H], or null without biases or recurrent matrix.</param>
/// <param name="Projection">P [R, H], or null for a cell that does not project its output.</param>
/// <param name="InputGain">What normalised input sums are multiplied by [G·H], or null for a cell that does not normalise sums.</param>
/// <param name="RecurrentGain">What normalised recurrent sums are multiplied by [G·H], or null likewise.</param>
/// <param name="UnitWeights">The weights of each unit, each [H].</param>
internal sealed record CellParameters<T>(
    T Input, T? Recurrent, T? InputBias, T? RecurrentBias, T? Projection, T? InputGain, T? RecurrentGain, IReadOnlyList<T> UnitWeights)
    where T : class
{
    /// <summary>All there are, in the order of a layer's parameters.</summary>
    public IReadOnlyList<T> All { get; } =
    [
        Input, .. Present(Recurrent), .. Present(InputBias), .. Present(RecurrentBias), .. Present(Projection), .. Present(InputGain),
        .. Present(RecurrentGain), .. UnitWeights,
    ];

    /// <summary>What something makes of each, in the order of <see cref="All"/>.</summary>
    /// <param name="make">Makes it.</param>
    public CellParameters<TResult> Select<TResult>(Func<T, TResult> make)
        where TResult : class
    {
        TResult? Make(T? parameter) => parameter is null ? null : make(parameter);
        var input = make(Input);
        var (recurrent, inputBias, recurrentBias) = (Make(Recurrent), Make(InputBias), Make(RecurrentBias));
        var (projection, inputGain, recurrentGain) = (Make(Projection), Make(InputGain), Make(RecurrentGain));
        return new(input, recurrent, inputBias, recurrentBias, projection, inputGain, recurrentGain, [.. UnitWeights.Select(make)]);
    }

    private static T[] Present(T? parameter) => parameter is null ? [] : [parameter];
}
