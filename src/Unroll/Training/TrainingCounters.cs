using Unroll.Data;

namespace Unroll.Training;

/// <summary>Everything that counts in a run and that a checkpoint has to carry.</summary>
internal sealed record TrainingCounters
{
    /// <summary>Updates done.</summary>
    public long Update { get; set; }

    /// <summary>The last update whose evaluation, report and stopping rule are done.</summary>
    public long Finished { get; set; }

    /// <summary>Where in the text the next window is.</summary>
    public WindowPosition Position { get; set; }

    /// <summary>The sum of losses since the last report.</summary>
    public double LossSum { get; set; }

    /// <summary>How many losses are in the sum.</summary>
    public long LossCount { get; set; }

    /// <summary>The mean loss of the last report.</summary>
    public double ReportedLoss { get; set; }

    /// <summary>The norm of the last gradient, before clipping.</summary>
    public double GradientNorm { get; set; }

    /// <summary>The learning rate of the last update.</summary>
    public float LearningRate { get; set; }

    /// <summary>Evaluations since the best.</summary>
    public int EvaluationsSinceBest { get; set; }

    /// <summary>Time spent in runs before this one.</summary>
    public TimeSpan Elapsed { get; set; }
}
