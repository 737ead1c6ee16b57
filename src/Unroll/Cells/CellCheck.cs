using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>Finds out whether a cell from outside the library can be used, before a layer is made of it.</summary>
internal static class CellCheck
{
    private const int MostGates = 64;
    private const int MostStates = 8;
    private const int MostUnitWeights = 8;
    private const int Trials = 4;
    private const int MostLetters = 40;

    /// <summary>How far a backward by hand may be off where it is only tried out: several times the rounding of a step that loses digits.</summary>
    private const double BackwardTolerance = 1e-2;

    /// <summary>How the names of matrices and biases begin.</summary>
    private static readonly string[] Reserved = ["weight_", "bias_"];

    /// <summary>Fails with the reason when the cell cannot be used.</summary>
    /// <param name="cell">The equations with their constants.</param>
    /// <param name="comparesBackward">Whether a backward by hand has to give what the step's differences give.</param>
    /// <returns>The kernel of the cell.</returns>
    /// <exception cref="ArgumentException">It cannot.</exception>
    public static CustomCellKernel<TCell> Run<TCell>(TCell cell, bool comparesBackward = true)
        where TCell : struct, ICell
    {
        try
        {
            return Check(cell, comparesBackward);
        }
        catch (MissingMethodOfCellException missing)
        {
            throw Wrong<TCell>(missing.Message);
        }
    }

    private static CustomCellKernel<TCell> Check<TCell>(TCell cell, bool comparesBackward)
        where TCell : struct, ICell
    {
        if (!IsName(TCell.Name))
            throw new ArgumentException($"The cell {typeof(TCell).Name} is named '{TCell.Name}'; a name is lower-case letters and digits, with hyphens between, at most {MostLetters} characters.");
        if (CellCatalog.IsTaken(TCell.Name, typeof(TCell)))
            throw Wrong<TCell>("a cell of the library has that name");
        if (TCell.GateCount is < 1 or > MostGates)
            throw Wrong<TCell>($"its GateCount is {TCell.GateCount}; expected 1 to {MostGates}");
        if (TCell.GateNames is not { } names || names.Count != TCell.GateCount)
            throw Wrong<TCell>($"it names {TCell.GateNames?.Count ?? 0} gates and its GateCount is {TCell.GateCount}");
        if (names.ToList().FindIndex(string.IsNullOrWhiteSpace) is >= 0 and var nameless)
            throw Wrong<TCell>($"its gate {nameless} has no name");
        if (TCell.StateCount is < 0 or > MostStates)
            throw Wrong<TCell>($"its StateCount is {TCell.StateCount}; expected 0 to {MostStates}");
        if (TCell.ZoneoutStateCount is { } kept && (kept < 0 || kept > TCell.StateCount))
            throw Wrong<TCell>($"its ZoneoutStateCount is {kept}; expected 0 to {TCell.StateCount}, its states");
        if (TCell.SeparatesRecurrentSums && !TCell.HasRecurrentMatrix)
            throw Wrong<TCell>("it separates recurrent sums and has no recurrent matrix, so there are none");
        if (TCell.ForgetGate is { } forget && (forget < 0 || forget >= TCell.GateCount))
            throw Wrong<TCell>($"its ForgetGate is {forget}; it has {TCell.GateCount} gates, numbered from 0");
        CheckUnitWeights<TCell>();
        CheckStages(cell);
        CheckConstants(cell);

        // The probe watches every access. The kernel does not, so it only runs steps that the probe has passed.
        for (var trial = 0; trial < 2 * Trials; trial++)
            CheckStep(cell, trial);
        CheckUnused(cell);
        var kernel = new CustomCellKernel<TCell>(cell);
        for (var trial = 0; trial < 2 * Trials; trial++)
            CheckGradients(kernel, trial);
        if (comparesBackward && TCell.HasBackward && GradientCheck.Compare(cell, kernel, range: 1, Trials, BackwardTolerance, out _) is { } wrong)
            throw Wrong<TCell>($"of its Backward, {wrong}");
        return kernel;
    }

    private static void CheckUnitWeights<TCell>()
        where TCell : struct, ICell
    {
        if (TCell.UnitWeightCount is < 0 or > MostUnitWeights)
            throw Wrong<TCell>($"its UnitWeightCount is {TCell.UnitWeightCount}; expected 0 to {MostUnitWeights}");
        if (TCell.UnitWeights is not { } weights || weights.Count != TCell.UnitWeightCount)
            throw Wrong<TCell>($"it describes {TCell.UnitWeights?.Count ?? 0} unit weights and its UnitWeightCount is {TCell.UnitWeightCount}");
        foreach (var weight in weights)
        {
            if (!IsName(weight.Name?.Replace('_', '-')))
                throw Wrong<TCell>($"a unit weight is named '{weight.Name}'; a name is lower-case letters and digits, with underscores between, at most {MostLetters} characters");
            if (Reserved.Any(prefix => weight.Name!.StartsWith(prefix, StringComparison.Ordinal)) || weights.Count(other => other.Name == weight.Name) > 1)
                throw Wrong<TCell>($"a unit weight is named '{weight.Name}', which names something else as well");
            if (!float.IsFinite(weight.Low) || !float.IsFinite(weight.High) || weight.Low > weight.High)
                throw Wrong<TCell>($"new unit weights '{weight.Name}' are to lie between {weight.Low} and {weight.High}; expected two finite numbers, the smaller one first");
        }
    }

    private static void CheckStages<TCell>(TCell cell)
        where TCell : struct, ICell
    {
        if (TCell.FilteredGateCount < 0 || TCell.FilteredGateCount > TCell.GateCount)
            throw Wrong<TCell>($"its FilteredGateCount is {TCell.FilteredGateCount}; expected 0 to {TCell.GateCount}, its gates");
        if (TCell.FilteredGateCount > 0 && TCell.SeparatesRecurrentSums)
            throw Wrong<TCell>($"its FilteredGateCount is {TCell.FilteredGateCount} and it separates recurrent sums; those of filtered gates are added to the sums of the input");
        if (TCell.FilteredGateCount > 0 && !TCell.HasRecurrentMatrix)
            throw Wrong<TCell>($"its FilteredGateCount is {TCell.FilteredGateCount} and it has no recurrent matrix that a filtered output could enter through");
        if (TCell.NormalizesSums && !TCell.SeparatesRecurrentSums)
            throw Wrong<TCell>("its sums are normalised, each part by itself, so it has to say that it separates recurrent sums");
        if (cell.Heads < 1)
            throw Wrong<TCell>($"it has {cell.Heads} heads; expected at least 1");
        if (cell.Heads > 1 && !TCell.HasRecurrentMatrix)
            throw Wrong<TCell>($"it has {cell.Heads} heads and no recurrent matrix that they could share");
        if (TCell.ProjectsOutput)
            CheckProjection(cell);
    }

    private static void CheckProjection<TCell>(TCell cell)
        where TCell : struct, ICell
    {
        if (!TCell.HasRecurrentMatrix)
            throw Wrong<TCell>("its output is projected and it has no recurrent matrix, which alone could read it");
        if (TCell.FilteredGateCount > 0)
            throw Wrong<TCell>($"its output is projected and its FilteredGateCount is {TCell.FilteredGateCount}; a filter sees the output of its own unit, and there is none");
        if (cell.Heads > 1)
            throw Wrong<TCell>($"its output is projected and it has {cell.Heads} heads; a projected output belongs to all units");
        if (TCell.IsFixed)
            throw Wrong<TCell>("its output is projected and its weights are fixed; a reservoir has a square recurrent matrix");
    }

    /// <summary>What model files will say of the cell.</summary>
    private static void CheckConstants<TCell>(TCell cell)
        where TCell : struct, ICell
    {
        if (cell.Constants is not { } constants)
            throw Wrong<TCell>("its Constants are null; a cell without any has an empty list");
        foreach (var constant in constants)
        {
            if (!IsName(constant?.Name))
                throw Wrong<TCell>($"a constant is named '{constant?.Name}'; a name is lower-case letters and digits, with hyphens between, at most {MostLetters} characters");
            if (!double.IsFinite(constant!.Value))
                throw Wrong<TCell>($"its constant '{constant.Name}' is {constant.ValueText}; expected a finite number");
            if (constants.Count(other => other?.Name == constant.Name) > 1)
                throw Wrong<TCell>($"it lists the constant '{constant.Name}' twice");
        }

        if (cell.Constants is not { } again || !again.SequenceEqual(constants))
            throw Wrong<TCell>("its Constants are others when they are asked for again; they come from the fields of the struct and from nothing else");
    }

    /// <summary>What nobody would call is a slip: the method is there, and what switches it on is not.</summary>
    private static void CheckUnused<TCell>(TCell cell)
        where TCell : struct, ICell
    {
        var inputs = Array.ConvertAll(InputsOf<TCell>(0), value => (double)value);
        if (TCell.FilteredGateCount == 0 && Exists(() => CellInputs.Filter(cell, inputs)))
            throw Wrong<TCell>("it has a Filter, and its FilteredGateCount is 0");
        if (!TCell.HasBackward && Exists(() => CellInputs.Backward(cell, inputs)))
            throw Wrong<TCell>("it has a Backward, and HasBackward is false");
    }

    private static bool Exists(Action method)
    {
        try
        {
            method();
            return true;
        }
        catch (MissingMethodOfCellException)
        {
            return false;
        }
        catch (ArgumentException)
        {
            // It is there and does something that a check of it would refuse.
            return true;
        }
    }

    /// <summary>What a step reads and sets, whether it gives the same again, and whether it gives numbers.</summary>
    private static void CheckStep<TCell>(TCell cell, int trial)
        where TCell : struct, ICell
    {
        var inputs = Array.ConvertAll(InputsOf<TCell>(trial), value => (double)value);
        var states = new double[TCell.StateCount];
        var output = CellInputs.Step(cell, inputs, states);
        if (!double.IsFinite(output) || !states.All(double.IsFinite))
            throw Wrong<TCell>($"its step gives {output} as output and [{string.Join(", ", states)}] as states {(IsAtStart(trial) ? "at the start of a sequence" : "for values between −1 and 1")}");
        if (TCell.FilteredGateCount > 0 && !double.IsFinite(CellInputs.Filter(cell, inputs)))
            throw Wrong<TCell>($"its filter gives no number {(IsAtStart(trial) ? "at the start of a sequence" : "for values between −1 and 1")}");
        var again = new double[TCell.StateCount];
        if (CellInputs.Step(cell, inputs, again) != output || !states.AsSpan().SequenceEqual(again))
            throw Wrong<TCell>(Different("step"));
        if (TCell.FilteredGateCount > 0 && CellInputs.Filter(cell, inputs) != CellInputs.Filter(cell, inputs))
            throw Wrong<TCell>(Different("filter"));
        if (TCell.HasBackward)
            CellInputs.Backward(cell, inputs);
    }

    private static string Different(string method) =>
        $"its {method} gives different results for the same values: it must keep nothing between steps and use no random numbers";

    private static void CheckGradients<TCell>(CustomCellKernel<TCell> kernel, int trial)
        where TCell : struct, ICell
    {
        var values = InputsOf<TCell>(trial);
        var (dStates, gradients) = (new float[TCell.StateCount], new float[values.Length]);
        Array.Fill(dStates, 1);
        kernel.Gradients(filter: false, values, 1, dStates, gradients);
        CheckGradients<TCell>(trial, values, gradients, "its gradient");
        var again = new float[values.Length];
        kernel.Gradients(filter: false, values, 1, dStates, again);
        if (!gradients.AsSpan().SequenceEqual(again))
            throw Wrong<TCell>(Different(TCell.HasBackward ? "Backward" : "gradient"));
        if (TCell.FilteredGateCount == 0)
            return;
        kernel.Gradients(filter: true, values, 1, dStates, gradients);
        CheckGradients<TCell>(trial, values, gradients, "the gradient of its filter");
    }

    private static void CheckGradients<TCell>(int trial, float[] values, float[] gradients, string gradient)
        where TCell : struct, ICell
    {
        if (Array.FindIndex(gradients, value => !float.IsFinite(value)) is >= 0 and var wrong)
            throw Wrong<TCell>($"{gradient} with respect to {CellInputs.NameOf<TCell>(wrong)} is {gradients[wrong]} where that is {values[wrong]}{(IsAtStart(trial) ? ", at the start of a sequence" : "")}");
    }

    /// <summary>Every second trial is the first step of a sequence: previous output and states are zero.</summary>
    private static bool IsAtStart(int trial) => trial % 2 == 1;

    /// <summary>What a step depends on, drawn for a trial.</summary>
    public static float[] InputsOf<TCell>(int trial)
        where TCell : struct, ICell
    {
        var random = new Random(trial / 2);
        var values = new float[CustomCellKernel<TCell>.InputCount];
        for (var index = 0; index < values.Length; index++)
            values[index] = (2 * random.NextSingle()) - 1;
        var weights = CustomCellKernel<TCell>.UnitWeightsStart;
        for (var weight = 0; weight < TCell.UnitWeightCount; weight++)
            values[weights + weight] = float.Lerp(TCell.UnitWeights[weight].Low, TCell.UnitWeights[weight].High, random.NextSingle());
        if (IsAtStart(trial))
            values.AsSpan(CustomCellKernel<TCell>.OutputStart..weights).Clear();
        return values;
    }

    private static ArgumentException Wrong<TCell>(string what)
        where TCell : struct, ICell => new($"The cell '{TCell.Name}' cannot be used: {what}.");

    /// <summary>Lower-case letters and digits, with single hyphens between them.</summary>
    private static bool IsName(string? name)
    {
        if (name is not { Length: > 0 and <= MostLetters } || name[0] == '-' || name[^1] == '-' || name.Contains("--", StringComparison.Ordinal))
            return false;
        foreach (var letter in name)
        {
            if (!char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter != '-')
                return false;
        }

        return true;
    }
}
