using System.Diagnostics;
using Unroll.Benchmarks.Measurement;
using Unroll.Benchmarks.Peers;
using Unroll.Cli.Measurement;
using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>Unroll and libtorch train the same model in one process, in turn, for some seconds each.</summary>
/// <param name="texts">What they read.</param>
/// <param name="turn">How long a turn is.</param>
/// <param name="run">When, where and with what.</param>
internal sealed class LanguageModelRace(LanguageModelTexts texts, TimeSpan turn, Circumstances run)
{
    // The first updates find memory and wake threads.
    private const int WarmUpUpdates = 3;

    /// <summary>Measures one row.</summary>
    /// <exception cref="InvalidOperationException">The gradients of the same weights differ by more than rounding.</exception>
    public IReadOnlyList<PeerFigure> Measure(LanguageModelRow row)
    {
        var task = row.Task(texts.Read(row.Tokens), run.Threads);
        Parallelism.ThreadCount = task.Threads;
        var model = UnrollLanguageModel.Create(task);
        var trainer = UnrollLanguageModel.TrainerOf(model, task, LearningRateSchedule.Constant());
        var course = trainer.Begin(task.Training, TrainingLimit.After(int.MaxValue));
        using var torch = PeerRuntime.Torch.Problem is null ? new TorchLanguageModelTrainer(task) : null;
        double? difference = torch is null ? null : Difference(row, task, model, torch.Model);
        Action[] updates = torch is null ? [() => course.StepOnce()] : [() => course.StepOnce(), () => torch.Update(progress: 0)];
        foreach (var update in updates)
        {
            for (var count = 0; count < WarmUpUpdates; count++)
                update();
        }

        var timings = Alternation.InTurn([.. updates.Select(update => (Func<double>)(() => SecondsOfUpdate(update)))], run.Rounds);
        return [Figure(row, timings[0], timings.ElementAtOrDefault(1), difference)];
    }

    private double SecondsOfUpdate(Action update)
    {
        var start = Stopwatch.GetTimestamp();
        var count = 0;
        TimeSpan elapsed;
        do
        {
            update();
            count++;
        }
        while ((elapsed = Stopwatch.GetElapsedTime(start)) < turn);
        return elapsed.TotalSeconds / count;
    }

    /// <summary>Gives libtorch the same weights and compares the gradients of one window without dropout.</summary>
    private static double Difference(LanguageModelRow row, LanguageModelTask task, LanguageModel model, TorchLanguageModel torch)
    {
        torch.CopyWeights(model.Parameters);
        var window = new TokenWindow();
        TokenWindows.ForTraining(task.Training.Tokens, task.BatchSize, task.WindowLength).TryNext(window);
        var tape = new Tape();
        tape.Backward(model.Loss(tape, window, model.CreateState(task.BatchSize), default));
        var expected = model.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Gradient.ToArray());
        foreach (var parameter in model.Parameters)
            parameter.ClearGradient();

        torch.SetTraining(false);
        var actual = torch.GradientsOf(window);
        torch.SetTraining(true);
        torch.ResetState(task.BatchSize);
        return Agreement.Check(row.Name, expected, PeerNames.Torch, actual);
    }

    private PeerFigure Figure(LanguageModelRow row, Timing unroll, Timing? torch, double? difference) => new()
    {
        Table = PeerTables.LanguageModels,
        Model = row.Name,
        Cell = "lstm",
        Batch = row.BatchSize,
        Time = row.WindowLength,
        Hidden = row.HiddenSize,
        Peer = PeerNames.Torch,
        PeerSeconds = torch?.Median,
        UnrollSeconds = unroll.Median,
        Ratio = torch?.Median / unroll.Median,
        Goal = row.Goal,
        NotLoadable = PeerRuntime.Torch.Problem,
        PeerFastestSeconds = torch?.Minimum,
        UnrollFastestSeconds = unroll.Minimum,
        Difference = difference,
        Run = run,
    };
}
