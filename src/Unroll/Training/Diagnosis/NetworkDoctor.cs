using System.Diagnostics;
using Unroll.Optimizers;
using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>
/// Watches a training and says what is wrong with it: gradients that vanish or explode on their way through time, saturated gates, dead units, learning rates
/// that are too small or too large, clipping. It changes no bit of what is trained.
/// </summary>
/// <remarks>
/// A <see cref="Trainer"/> calls it where <see cref="TrainingOptions.Doctor"/> names one. A loop of your own calls, for each update, <see cref="Probe"/> where
/// <see cref="IsDue"/> says so, before the gradients are cleared, and <see cref="Step"/> instead of the optimiser's. What is measured, and from where on it
/// counts as a fault, is in <c>docs/doctor.md</c>. Not safe for use from two threads at once.
/// </remarks>
public sealed class NetworkDoctor
{
    /// <summary>Probes that are kept; one more and every second one is dropped, and the distance between them doubles.</summary>
    private const int MostProbes = 128;

    /// <summary>Rows of a batch for each row of a probe.</summary>
    private const int SmallestBatch = 4;

    private readonly UpdateHistory history = new();
    private readonly List<LayerRecord> layers = [];
    private readonly Tape tape = new();
    private IReadOnlyList<Parameter>? parameters;
    private ParameterRecord[] records = [];
    private long every;
    private long probes;
    private int keptSteps;
    private long costTicks;
    private long firstTick;
    private long lastTick;
    private (long Update, double Loss, double Norm)? refused;

    /// <summary>A doctor for one network.</summary>
    /// <param name="options">How much it looks at; null for an update in twenty.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public NetworkDoctor(NetworkDoctorOptions? options = null)
    {
        Options = options ?? new();
        Options.Validate();
        every = Options.Every;
    }

    /// <summary>How much it looks at.</summary>
    public NetworkDoctorOptions Options { get; }

    /// <summary>Whether the update that comes next is one to look at closely.</summary>
    public bool IsDue => history.Updates % every == 0;

    /// <summary>
    /// Runs the network on a few rows, forward and back, to see its gates and how the gradient of the last step's loss flows back through time. It adds to the
    /// gradients of the parameters, so it stands before they are cleared.
    /// </summary>
    /// <param name="loss">
    /// Runs forward on the tape it is given, on a few rows of the batch, and returns the loss. It must leave the states of the training as they are. Where the
    /// network has recurrent layers, only what the loss has of their last steps counts.
    /// </param>
    /// <exception cref="InvalidOperationException">The loss is no scalar of that tape, or depends on nothing that learns.</exception>
    public void Probe(Func<Tape, Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        var start = Begin();
        var observer = new ProbeObserver();
        tape.Reset();
        tape.Observer = observer;
        tape.Backward(loss(tape));
        foreach (var (weights, probe) in observer.Layers)
            RecordOf(weights).Add(history.Updates, probe);
        probes++;
        End(start);
    }

    /// <summary>Lets the optimiser make its step, and takes note of what it does to the weights where this update is one to look at closely.</summary>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="parameters">The parameters, the same ones in every step; their gradients are there.</param>
    /// <param name="loss">The loss of this update.</param>
    /// <param name="gradientNorm">The norm of all gradients before clipping, as <see cref="GradientClipping.GlobalNorm"/> gives it.</param>
    /// <param name="gradientScale">What the gradients are multiplied by, as <see cref="GradientClipping.ScaleFor"/> gives it; below 1 the update counts as clipped.</param>
    /// <param name="isClippedByValue">Whether values of the gradient were limited before.</param>
    /// <exception cref="InvalidOperationException">The parameters are not those of the step before.</exception>
    public void Step(
        Optimizer optimizer, IReadOnlyList<Parameter> parameters, double loss, double gradientNorm, float gradientScale = 1, bool isClippedByValue = false)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(parameters);
        var start = Begin();
        Attach(parameters);
        var isDue = IsDue;
        if (!double.IsFinite(loss) || !double.IsFinite(gradientNorm))
            refused ??= (history.Updates + 1, loss, gradientNorm);
        foreach (var record in isDue ? records : [])
            record.Begin();
        End(start);

        optimizer.Step(parameters, gradientScale);

        start = Begin();
        history.Add(loss, gradientNorm, gradientScale < 1 || isClippedByValue);
        foreach (var record in isDue ? records : [])
            record.End(history.Updates);
        keptSteps += isDue ? 1 : 0;
        if (keptSteps == MostProbes)
            Thin();
        End(start);
    }

    /// <summary>Takes note of an update that is not made, because its loss or gradient is no finite number.</summary>
    /// <param name="loss">Its loss.</param>
    /// <param name="gradientNorm">The norm of its gradient.</param>
    public void Refuse(double loss, double gradientNorm) => refused ??= (history.Updates + 1, loss, gradientNorm);

    /// <summary>What it has seen so far, and what is wrong; to be asked between two updates.</summary>
    public DoctorReport Report()
    {
        var report = new DoctorReport
        {
            Updates = history.Updates,
            Probes = probes,
            Course = history.Spans,
            ClippedShare = history.Updates == 0 ? 0 : history.Clipped / (double)history.Updates,
            Layers = [.. layers.Select(layer => layer.Health())],
            Parameters = [.. records.Select(record => record.Health)],
            Findings = [],
            Cost = Stopwatch.GetElapsedTime(0, costTicks),
            Elapsed = Stopwatch.GetElapsedTime(firstTick, lastTick),
        };
        return report with { Findings = DoctorRules.Findings(report, refused) };
    }

    /// <summary>
    /// How many rows of a batch a trainer gives to a probe: at most a quarter. Where the batch is so small that even one row is more, probes come more rarely.
    /// </summary>
    internal int RowsFor(int batchSize)
    {
        if (probes == 0)
            every *= Math.Max(1, SmallestBatch / batchSize);
        return Math.Clamp(batchSize / SmallestBatch, 1, Options.Rows);
    }

    private void Attach(IReadOnlyList<Parameter> given)
    {
        if (ReferenceEquals(given, parameters))
            return;
        if (parameters is null)
        {
            records = [.. given.Where(parameter => !parameter.IsFixed).Select(parameter => new ParameterRecord(parameter))];
        }
        else if (!parameters.SequenceEqual(given))
        {
            throw new InvalidOperationException($"This doctor watches {parameters.Count} other parameters; make a new one for another network.");
        }

        parameters = given;
    }

    private LayerRecord RecordOf(Parameter weights)
    {
        foreach (var known in layers)
        {
            if (ReferenceEquals(known.Weights, weights))
                return known;
        }

        var record = new LayerRecord(weights);
        layers.Add(record);
        return record;
    }

    private void Thin()
    {
        foreach (var record in records)
            record.Thin();
        foreach (var layer in layers)
            layer.Thin();
        keptSteps /= 2;
        every *= 2;
    }

    private long Begin()
    {
        var now = Stopwatch.GetTimestamp();
        if (firstTick == 0)
            firstTick = now;
        return now;
    }

    private void End(long start)
    {
        lastTick = Stopwatch.GetTimestamp();
        costTicks += lastTick - start;
    }
}
