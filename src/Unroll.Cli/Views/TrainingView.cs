using Unroll.Training;

namespace Unroll.Cli.Views;

/// <summary>How a training run shows itself: live in a terminal, as plain lines, or as JSON.</summary>
internal abstract class TrainingView
{
    /// <summary>Chooses the view for an output.</summary>
    /// <param name="json">Whether the user asked for JSON.</param>
    public static TrainingView For(bool json)
    {
        if (json)
            return new JsonView(Console.Out);
        return Console.IsOutputRedirected ? new PlainView(Console.Out) : new LiveView(Spectre.Console.AnsiConsole.Console, Console.Out);
    }

    /// <summary>Before the first update.</summary>
    public abstract void Start(RunPlan plan);

    /// <summary>Before the first update of a classifier.</summary>
    public abstract void Start(ClassifyPlan plan);

    /// <summary>Before the first update of a forecaster.</summary>
    public abstract void Start(ForecastPlan plan);

    /// <summary>Runs the training, which reports its progress to the action it is given.</summary>
    public virtual Task WatchAsync(Func<Action<ProgressSample>, Task> train) => train(Report);

    /// <summary>Shows a sample of what the model writes.</summary>
    public abstract void Sample(IEnumerable<string> pieces);

    /// <summary>After a training that was watched, whatever its end.</summary>
    /// <param name="report">What was seen and found.</param>
    /// <param name="page">The page with the pictures, or null where none could be written.</param>
    public abstract void Diagnose(DoctorReport report, string? page);

    /// <summary>After the model was saved.</summary>
    public abstract void Finish(RunResult result);

    /// <summary>After a classifier was saved.</summary>
    public abstract void Finish(ClassifyResult result);

    /// <summary>After a forecaster was saved.</summary>
    public abstract void Finish(ForecastResult result);

    /// <summary>After a dry run.</summary>
    public abstract void FinishDryRun(DryRunResult result);

    /// <summary>After an interrupted run saved its checkpoint; the line for a person goes to standard error and is not this view's.</summary>
    public virtual void Interrupt(long update, string checkpoint, string resume)
    {
    }

    /// <summary>One moment of the run.</summary>
    protected abstract void Report(ProgressSample sample);
}
