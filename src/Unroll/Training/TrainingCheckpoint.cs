using Unroll.Files;
using Unroll.Layers;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>A training run as it was saved: what a <see cref="Trainer"/> resumes, and what its model needs to be built again.</summary>
public sealed class TrainingCheckpoint
{
    /// <summary>How much of a value of the file a message shows.</summary>
    private const int LongestValue = 80;

    private readonly SafetensorsFile file;
    private readonly TrainingCounters counters;

    private TrainingCheckpoint(SafetensorsFile file)
    {
        this.file = file;
        var fields = new CheckpointFields(file);
        counters = fields.ReadCounters();
        BestValidationLoss = fields.ReadBestLoss();
        Metadata = file.Metadata.Where(entry => entry.Key.StartsWith(CheckpointFormat.MetadataPrefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[CheckpointFormat.MetadataPrefix.Length..], entry => entry.Value, StringComparer.Ordinal);
    }

    /// <summary>What the options of the trainer that saved it held in <see cref="TrainingOptions.Metadata"/>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>How many updates were done.</summary>
    public long Update => counters.Update;

    /// <summary>How much time was spent.</summary>
    public TimeSpan Elapsed => counters.Elapsed;

    /// <summary>The lowest validation loss, or null before the first.</summary>
    public double? BestValidationLoss { get; }

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="path">A file that a trainer wrote.</param>
    /// <exception cref="InvalidDataException">It is no checkpoint, one of another version, or damaged.</exception>
    /// <exception cref="IOException">It does not exist or cannot be read.</exception>
    public static TrainingCheckpoint Read(string path) => From(SafetensorsFile.Read(path));

    /// <summary>Takes a file in memory for a checkpoint.</summary>
    internal static TrainingCheckpoint From(SafetensorsFile file)
    {
        file.Metadata.TryGetValue(CheckpointFormat.FormatKey, out var format);
        file.Metadata.TryGetValue(CheckpointFormat.KindKey, out var kind);
        if (format != CheckpointFormat.Format || kind != CheckpointFormat.Kind)
        {
            throw new InvalidDataException(
                $"{file.Name}: the file is no training checkpoint (format {SafetensorsFormat.Quote(format ?? "missing")}, kind {SafetensorsFormat.Quote(kind ?? "missing")}); "
                + $"expected format '{CheckpointFormat.Format}', kind '{CheckpointFormat.Kind}'. Name a file that training wrote as its checkpoint.");
        }

        var version = file.RequireMetadata(CheckpointFormat.VersionKey);
        if (version != CheckpointFormat.Version)
        {
            throw new InvalidDataException(
                $"{file.Name}: the checkpoint has version {SafetensorsFormat.Quote(version)}; this Unroll reads version '{CheckpointFormat.Version}'. Use the Unroll that wrote it.");
        }

        return new(file);
    }

    /// <summary>Gives model and optimiser what was saved, once everything is checked.</summary>
    /// <param name="signature">What the model computes, in words.</param>
    /// <param name="parameters">What learns.</param>
    /// <param name="options">How.</param>
    /// <param name="baseRate">The learning rate of the optimiser.</param>
    /// <param name="createState">Makes what the run carries from one update to the next, or null.</param>
    internal ResumedRun Restore(
        string? signature, IReadOnlyList<Parameter> parameters, TrainingOptions options, float baseRate, Func<RecurrentState?> createState)
    {
        CheckKind(options);
        CheckOptions(options, baseRate);
        CheckSignature(signature);
        var state = createState();
        var hash = file.RequireMetadata(options.HashKey);
        var steps = new CheckpointFields(file).ReadOptimizerSteps();
        CheckTensors(parameters, options, state);
        RestoreParameters(parameters);
        foreach (var slot in options.Optimizer.State)
            Tensor(CheckpointFormat.OptimizerPrefix + slot.Name).CopyTo(slot.Values.Span);
        options.Optimizer.StepCount = steps;
        RestoreState(state);
        return new(file.Name, hash, counters with { }, RestoreBest(parameters), RestoreAverage(parameters, options.AverageDecay), state);
    }

    private void CheckKind(TrainingOptions options)
    {
        if (!file.Metadata.ContainsKey(options.HashKey) && (file.Metadata.ContainsKey(CheckpointFormat.TextKey) || file.Metadata.ContainsKey(CheckpointFormat.ExamplesKey)))
        {
            var (saved, wanted) = options.HashKey == CheckpointFormat.TextKey ? ("independent examples", "a text") : ("a text", "independent examples");
            throw new InvalidDataException($"{file.Name}: the checkpoint is of a training on {saved}; this trainer trains on {wanted}. Resume it with the model it is of.");
        }
    }

    private void CheckOptions(TrainingOptions options, float baseRate)
    {
        if (options.AverageDecay is null && file.Metadata.TryGetValue(CheckpointFormat.AverageKey, out var decay))
            throw new InvalidDataException($"{file.Name}: the decay of the average of the checkpoint is {SafetensorsFormat.OneLine(decay, LongestValue)}; that of this trainer is none. Resume with the same, or start a new run.");
        foreach (var (key, words, value) in CheckpointFormat.Fixed(options, baseRate))
        {
            if (key == CheckpointFormat.AverageKey && !file.Metadata.ContainsKey(key))
                throw new InvalidDataException($"{file.Name}: {words} of the checkpoint is none; that of this trainer is {value}. Resume with the same, or start a new run.");
            var saved = file.RequireMetadata(key);
            if (saved != value)
            {
                throw new InvalidDataException(
                    $"{file.Name}: {words} of the checkpoint is {SafetensorsFormat.OneLine(saved, LongestValue)}; that of this trainer is {value}. Resume with the same, or start a new run.");
            }
        }
    }

    /// <summary>A checkpoint from before there were signatures says nothing that could be compared.</summary>
    private void CheckSignature(string? signature)
    {
        if (!file.Metadata.TryGetValue(CheckpointFormat.SignatureKey, out var saved) || saved == signature)
            return;
        throw new InvalidDataException(
            $"{file.Name}: the checkpoint is of a model of {SafetensorsFormat.Quote(saved)}; that of this trainer is of '{signature ?? "nothing it names"}'. Resume with the same, or start a new run.");
    }

    /// <summary>Fails unless the file holds exactly what this model and optimiser need, finite and of the right shapes.</summary>
    private void CheckTensors(IReadOnlyList<Parameter> parameters, TrainingOptions options, RecurrentState? state)
    {
        var expected = new List<(string Name, Shape Shape)>();
        foreach (var parameter in parameters)
        {
            expected.Add((CheckpointFormat.ParameterPrefix + parameter.Name, parameter.Shape));
            if (options.AverageDecay is not null)
                expected.Add((CheckpointFormat.AveragePrefix + parameter.Name, parameter.Shape));
            if (BestValidationLoss is not null)
                expected.Add((CheckpointFormat.BestPrefix + parameter.Name, parameter.Shape));
        }

        expected.AddRange(options.Optimizer.State.Select(slot => (CheckpointFormat.OptimizerPrefix + slot.Name, slot.Shape)));
        if (state is not null)
            expected.Add((CheckpointFormat.HiddenName, state.Hidden.Shape));
        if (state?.Cell is { } cell)
            expected.Add((CheckpointFormat.CellName, cell.Shape));
        foreach (var (name, shape) in expected)
        {
            var tensor = file.Require(name, shape);
            if (tensor.Type != SafetensorsType.F32)
                throw new InvalidDataException($"{file.Name}: tensor '{name}' holds {tensor.Type}; a checkpoint holds F32.");
            tensor.RequireFinite();
        }

        if (file.Tensors.Count != expected.Count)
        {
            var extra = file.Tensors.First(tensor => expected.All(entry => entry.Name != tensor.Name)).Name;
            throw new InvalidDataException($"{file.Name}: tensor {SafetensorsFormat.Quote(extra)} is not part of this model or its optimiser. Is it a checkpoint of another model?");
        }
    }

    private void RestoreState(RecurrentState? state)
    {
        if (state is null)
            return;
        // A run that has made an update is in the middle of a text, even where its state is zero.
        if (counters.Update > 0)
            state.IsStart = false;
        Tensor(CheckpointFormat.HiddenName).CopyTo(state.Hidden.Values);
        if (state.Cell is { } cell)
            Tensor(CheckpointFormat.CellName).CopyTo(cell.Values);
    }

    private void RestoreParameters(IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            Tensor(CheckpointFormat.ParameterPrefix + parameter.Name).CopyTo(parameter.Values);
            parameter.MarkChanged();
        }
    }

    private BestModel RestoreBest(IReadOnlyList<Parameter> parameters)
    {
        var best = new BestModel(parameters);
        if (BestValidationLoss is not { } loss)
            return best;
        best.Restore(loss);
        for (var index = 0; index < parameters.Count; index++)
            Tensor(CheckpointFormat.BestPrefix + parameters[index].Name).CopyTo(best.BestValues(index));
        return best;
    }

    /// <summary>The parameters are those of the checkpoint already.</summary>
    private AverageModel? RestoreAverage(IReadOnlyList<Parameter> parameters, float? decay)
    {
        if (decay is null)
            return null;
        var average = new AverageModel(parameters, decay.Value);
        for (var index = 0; index < parameters.Count; index++)
            Tensor(CheckpointFormat.AveragePrefix + parameters[index].Name).CopyTo(average.MeanValues(index));
        return average;
    }

    private SafetensorsTensor Tensor(string name) => file.Require(name);
}
