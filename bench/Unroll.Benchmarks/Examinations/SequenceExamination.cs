using System.Globalization;
using Unroll.Benchmarks.Examinations.Tasks;
using Unroll.Cells;

namespace Unroll.Benchmarks.Examinations;

/// <summary>An examination on whole sequences: gradients go back to their first step.</summary>
/// <param name="task">The sequences.</param>
internal sealed class SequenceExamination(SequenceTask task) : Examination
{
    /// <summary>The most parameters of a network, unless the settings say otherwise.</summary>
    public required int Parameters { get; init; }

    /// <summary>The learning rate at the start, unless the settings say otherwise.</summary>
    public required float LearningRate { get; init; }

    /// <summary>The updates of a cell, unless the settings say otherwise.</summary>
    public required long Updates { get; init; }

    /// <summary>Sequences of an update; divides the size of the test.</summary>
    public int BatchSize { get; init; } = 50;

    /// <inheritdoc/>
    public override string Name => task.Name;

    /// <inheritdoc/>
    public override string Question => task.Question;

    /// <inheritdoc/>
    public override TaskMeasure Measure => task.Measure;

    /// <inheritdoc/>
    public override int? LongerTimeSteps => task.LongerTimeSteps;

    /// <inheritdoc/>
    public override string? Missing => task.Missing;

    /// <inheritdoc/>
    public override ExaminationResult Examine(Cell cell, ExaminationSettings settings)
    {
        var size = SizeOf(cell, settings);
        var network = new ExaminedNetwork(cell, task, size, settings);
        var training = Training(network, settings);
        var count = network.Parameters.Sum(parameter => (long)parameter.Length);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Name}, {cell}: {size.Layers} × {size.HiddenSize} units, {count:N0} parameters"));
        training.Run();
        double? result = training.Failure is null ? training.Test(task.TimeSteps, task.TestSize) : null;
        return new()
        {
            Task = Name,
            Cell = cell.Name,
            HiddenSize = size.HiddenSize,
            Layers = size.Layers,
            Parameters = count,
            Result = result,
            Guess = task.Guess,
            Longer = result is not null && task.LongerTimeSteps is { } longer ? training.Test(longer, task.TestSize) : null,
            IsLearned = result is { } value && task.IsLearned(value),
            LearnedAtUpdate = training.LearnedAtUpdate,
            Updates = training.Updates,
            Epochs = training.Updates * BatchSize / (double?)task.EpochSize,
            Seconds = training.Seconds,
            TokensPerSecond = training.Tokens / training.Seconds,
            BatchSize = BatchSize,
            LearningRate = settings.LearningRate ?? LearningRate,
            Seed = settings.Seed,
            ForgetBias = cell == Cell.Lstm ? settings.ForgetBias : null,
            Failure = training.Failure,
        };
    }

    /// <inheritdoc/>
    public override double Speed(Cell cell, ExaminationSettings settings)
    {
        var network = new ExaminedNetwork(cell, task, SizeOf(cell, settings), settings);
        Training(network, settings with { Seconds = settings.Seconds / 2 }).Run(silently: true);
        var training = Training(network, settings);
        training.Run(silently: true);
        return training.Tokens / training.Seconds;
    }

    private NetworkSize SizeOf(Cell cell, ExaminationSettings settings) =>
        NetworkSize.Within(cell, settings.Parameters ?? Parameters, candidate => ExaminedNetwork.CountOf(cell, task, candidate));

    private SequenceTraining Training(ExaminedNetwork network, ExaminationSettings settings) => new(
        task, network, BatchSize, settings with { LearningRate = settings.LearningRate ?? LearningRate, Updates = settings.Updates ?? Updates });
}
