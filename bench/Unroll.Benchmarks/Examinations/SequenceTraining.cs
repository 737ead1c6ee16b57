using System.Globalization;
using Unroll.Benchmarks.Examinations.Tasks;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Examinations;

/// <summary>Trains one network on one task, and looks from time to time how it does.</summary>
internal sealed class SequenceTraining
{
    private const float ClipNorm = 1;

    // What the rate of the half cosine ends at.
    private const double FinalRate = 0.05;

    private const int LookCount = 40;
    private const double SecondsBetweenLines = 5;
    private const int LookBatches = 4;

    private readonly SequenceTask task;
    private readonly ExaminedNetwork network;
    private readonly ExaminationSettings settings;
    private readonly SequenceBatch batch;
    private readonly Adam optimizer;
    private readonly LearningRateSchedule schedule = LearningRateSchedule.Cosine(FinalRate);
    private readonly float baseRate;
    private readonly Tape tape = new();
    private readonly Tape testTape = new(recording: false);
    private readonly TrainingBudget budget;
    private double nextLine;

    /// <summary>A training that has not begun.</summary>
    /// <param name="task">The sequences.</param>
    /// <param name="network">What learns.</param>
    /// <param name="batchSize">B.</param>
    /// <param name="settings">With a learning rate, and with updates or seconds.</param>
    public SequenceTraining(SequenceTask task, ExaminedNetwork network, int batchSize, ExaminationSettings settings)
    {
        this.task = task;
        this.network = network;
        this.settings = settings;
        baseRate = settings.LearningRate!.Value;
        optimizer = new(baseRate);
        batch = new(task, task.TimeSteps, batchSize);
        budget = new(settings.Updates ?? 0, settings.Seconds);
    }

    /// <summary>Updates done.</summary>
    public long Updates => budget.Updates;

    /// <summary>Time of the updates.</summary>
    public double Seconds => budget.Seconds;

    /// <summary>Steps of all sequences so far.</summary>
    public long Tokens { get; private set; }

    /// <summary>The update after which a look first showed the network over the mark, or null.</summary>
    public long? LearnedAtUpdate { get; private set; }

    /// <summary>Why it ended early, or null.</summary>
    public string? Failure { get; private set; }

    /// <summary>Trains until the budget is used up.</summary>
    /// <param name="silently">Without a look at the test on the way.</param>
    public void Run(bool silently = false)
    {
        Parallelism.ThreadCount = settings.Threads;
        var (nextLook, losses, updatesBefore) = (1, 0.0, 0L);
        while (Failure is null && budget.Progress < 1)
        {
            losses += Update();
            if (silently || Failure is not null || budget.Progress * LookCount < nextLook)
                continue;
            var loss = losses / (Updates - updatesBefore);
            budget.Pause(() => Look(loss));
            (nextLook, losses, updatesBefore) = ((int)(budget.Progress * LookCount) + 1, 0, Updates);
        }

        budget.End();
    }

    /// <summary>The result of a test.</summary>
    /// <param name="timeSteps">T.</param>
    /// <param name="size">At most so many sequences, in whole batches.</param>
    public double Test(int timeSteps, int size)
    {
        var score = new TestScore(task.Measure);
        var questions = new SequenceBatch(task, timeSteps, batch.BatchSize);
        for (var number = 0; number < size / batch.BatchSize; number++)
        {
            task.FillForTest(questions, number);
            testTape.Reset();
            score.Add(questions, network.Answer(testTape, questions).Values);
        }

        return score.Result;
    }

    private double Update()
    {
        task.FillForTraining(batch, settings.Seed, Updates);
        tape.Reset();
        foreach (var parameter in network.Parameters)
            parameter.ClearGradient();
        var loss = network.Loss(tape, batch);
        tape.Backward(loss);
        var norm = GradientClipping.GlobalNorm(network.Parameters);
        if (!float.IsFinite(loss.Scalar) || !double.IsFinite(norm))
        {
            Failure = string.Create(CultureInfo.InvariantCulture, $"loss {loss.Scalar} and gradient norm {norm} in update {Updates + 1}");
            Console.WriteLine($"  {Failure}");
            return 0;
        }

        optimizer.LearningRate = (float)(baseRate * schedule.Factor(Updates, budget.Progress));
        optimizer.Step(network.Parameters, GradientClipping.ScaleFor(norm, ClipNorm));
        Tokens += batch.Tokens;
        budget.Updates++;
        return loss.Scalar;
    }

    private void Look(double loss)
    {
        var result = Test(task.TimeSteps, LookBatches * batch.BatchSize);
        if (task.IsLearned(result))
            LearnedAtUpdate ??= Updates;
        if (Seconds < nextLine)
            return;
        nextLine = Seconds + SecondsBetweenLines;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {Seconds,6:F0} s  update {Updates,7}  loss {loss:G4}  test {MeasureText.Of(task.Measure, result)}  {Tokens / Seconds:N0} tokens/s"));
    }
}
