using System.CommandLine;
using Unroll.Benchmarks.Soak;
using Unroll.Data;
using Unroll.Models;
using Unroll.Training;

namespace Unroll.Benchmarks.Commands;

/// <summary><c>soak</c>: whether memory stays flat over many updates and many steps.</summary>
internal static class SoakCommand
{
    // One leak for so many steps of a session, so that the steps of a run leak about as much as its updates.
    private const int StepsPerLeak = 1_000;

    public static Command Create()
    {
        var updates = new Option<long>("--updates") { Description = "Training updates.", DefaultValueFactory = _ => 10_000 };
        var steps = new Option<long>("--steps") { Description = "Steps of a session.", DefaultValueFactory = _ => 10_000_000 };
        var leak = new Option<int>("--leak")
        {
            Description = "Bytes to keep on purpose for each update and each thousand steps; the check then has to fail.",
        };
        var command = new Command("soak", "Checks that memory stays flat over many updates and session steps.") { updates, steps, leak };
        command.SetAction(parse =>
        {
            var text = TextCorpus.FromText(Text());
            var model = LanguageModel.Create(text.Vocabulary, new() { HiddenSize = 64, EmbeddingSize = 32, Dropout = 0.1f });
            var isTrainingFlat = Train(model, text, new("updates", parse.GetValue(updates)), new(parse.GetValue(leak)));
            var isServingFlat = Serve(model, new("session steps", parse.GetValue(steps)), new(parse.GetValue(leak)));
            return isTrainingFlat && isServingFlat ? 0 : 1;
        });
        return command;
    }

    /// <summary>The alphabet over and over: what is learned does not matter here.</summary>
    private static string Text() => string.Concat(Enumerable.Repeat("abcdefghijklmnopqrstuvwxyz \n", 1_000));

    private static bool Train(LanguageModel model, TextCorpus text, GrowthCheck check, Leak leak)
    {
        var trainer = new Trainer(model, new() { BatchSize = 8, WindowLength = 32, ClipNorm = 1, ReportEvery = 1 });
        using var enough = new CancellationTokenSource();
        var progress = new UpdateCounter(() =>
        {
            leak.Drip();
            check.Count();
            if (check.IsDone)
                enough.Cancel();
        });
        try
        {
            trainer.Fit(text, int.MaxValue, progress, enough.Token);
        }
        catch (OperationCanceledException)
        {
            // As many updates are done as were asked for; the trainer itself counts passes over the text.
        }

        return check.Conclude();
    }

    private static bool Serve(LanguageModel model, GrowthCheck check, Leak leak)
    {
        var session = model.OpenSession();
        var logits = new float[model.Vocabulary.Size];
        for (var step = 0L; !check.IsDone; step++)
        {
            session.Step((int)(step % logits.Length), logits);
            if (step % StepsPerLeak == 0)
                leak.Drip();
            check.Count();
        }

        return check.Conclude();
    }

    private sealed class UpdateCounter(Action action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action();
    }
}
