using Unroll.Cells;
using Unroll.Data;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Models;

/// <summary>
/// A recurrent model that says how series go on: some numbers of channels, some steps ahead, with how sure it is. One model serves one series or many.
/// </summary>
/// <remarks>
/// While nobody trains it, any number of threads may forecast with one model. Training sees nothing but the training part of a <see cref="TimeSplit"/>: neither scales nor
/// windows look beyond it. A saved model is one safetensors file with PyTorch's names.
/// </remarks>
public sealed class Forecaster : IExampleModel<ForecastWindow>
{
    private readonly Stack<ForecastPass> passes = [];

    private Forecaster(ForecastEncoder encoder)
    {
        Encoder = encoder;
        Network = new(encoder);
    }

    /// <summary>The levels of the intervals that are calibrated and measured.</summary>
    public static IReadOnlyList<double> IntervalLevels { get; } = [0.5, 0.8, 0.9, 0.95];

    /// <summary>The shape of the model.</summary>
    public ForecasterOptions Options => Encoder.Options;

    /// <summary>The columns it reads.</summary>
    public IReadOnlyList<SeriesChannel> Channels => Encoder.Channels;

    /// <summary>The names of the columns it forecasts.</summary>
    public IReadOnlyList<string> Targets => [.. Encoder.Targets.Select(target => Encoder.Channels[target].Name)];

    /// <summary>How far apart steps are.</summary>
    public Frequency Frequency => Encoder.Frequency;

    /// <summary>The series of its training part.</summary>
    public IReadOnlyList<string> SeriesNames => Encoder.Names;

    /// <summary>Whether it says how sure it is: its output is more than a point, or its intervals were calibrated.</summary>
    public bool HasIntervals => Network.Law.HasSpread || Calibration is not null;

    /// <summary>Whether <see cref="Calibrate"/> was called.</summary>
    public bool IsCalibrated => Calibration is not null;

    /// <summary>What it was trained on, or null.</summary>
    public ForecasterTrainingRecord? Training { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Parameters => Network.Parameters;

    /// <summary>How many numbers training changes.</summary>
    public long ParameterCount => Parameters.Sum(parameter => (long)parameter.Length);

    string? IExampleModel<ForecastWindow>.Signature => Options.Cell.Signature;

    internal ForecastEncoder Encoder { get; }

    internal ForecastNetwork Network { get; }

    internal IntervalCalibration? Calibration { get; set; }

    /// <summary>A new model with random weights, for the channels and scales of a training part.</summary>
    /// <param name="split">What it is to be trained on; only its training part is looked at.</param>
    /// <param name="options">Its shape; a direct forecaster with an LSTM of 32 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="InvalidDataException">
    /// The training part is shorter than a forecast, has no value of a target, or one that the transform does not take; or the model would have to know ahead what nobody does.
    /// </exception>
    public static Forecaster Create(TimeSplit split, ForecasterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(split);
        options ??= new();
        options.Validate();
        var longest = Enumerable.Range(0, split.Set.Items.Count).Max(split.TrainingEnd);
        if (longest <= options.Horizon + 1)
            throw new InvalidDataException($"{split.Set.Name}: the training part of the longest series has {longest} steps, and the horizon is {options.Horizon}; at least {options.Horizon + 2} are needed. Shorten the horizon, or keep less for validation and test.");
        if (options.Kind == ForecasterKind.Autoregressive && split.Set.Channels.FirstOrDefault(channel => channel.Role == ChannelRole.Past) is { } past)
            throw new InvalidDataException($"{split.Set.Name}: an autoregressive forecaster reads its own values ahead, and '{past.Name}' is not known there. Make it a target or known ahead, leave it out, or take a direct forecaster.");
        var model = new Forecaster(ForecastEncoder.Fit(split, options));
        model.Network.Initialize();
        return model;
    }

    /// <summary>Reads a model from its file and checks that it computes what was saved.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <param name="cells">Cells of your own that the file may name, as <see cref="Cell.Of{TCell}"/> makes them; none for a model of a built-in cell.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, holds something else, or computes something else; the message says what.</exception>
    public static Forecaster Load(string path, params IReadOnlyList<Cell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        foreach (var cell in cells)
            ArgumentNullException.ThrowIfNull(cell, nameof(cells));
        return ForecasterFile.Load(path, cells);
    }

    /// <summary>Writes the model to one file, replacing the file that is there only when the new one is complete.</summary>
    /// <param name="path">The file; its folder has to exist.</param>
    /// <exception cref="IOException">It could not be written; the file that was there is untouched.</exception>
    /// <exception cref="InvalidOperationException">A weight is not a finite number.</exception>
    public void Save(string path) => ForecasterFile.Write(this, path).Save(path);

    /// <summary>The training part as windows, for a trainer. No value after it is looked at.</summary>
    /// <param name="split">Series with the channels and the frequency of the model.</param>
    /// <exception cref="InvalidDataException">They have others, or a value cannot be transformed.</exception>
    public IReadOnlyList<ForecastWindow> TrainingWindows(TimeSplit split) => Windows(split, ForecastWindows.OfTraining);

    /// <summary>The validation part as windows, for a trainer; they read back into the training part and look at no value of the test.</summary>
    /// <param name="split">Series with the channels and the frequency of the model.</param>
    /// <exception cref="InvalidDataException">They have others, or a value cannot be transformed.</exception>
    public IReadOnlyList<ForecastWindow> ValidationWindows(TimeSplit split) => Windows(split, ForecastWindows.OfValidation);

    /// <inheritdoc/>
    double IExampleModel<ForecastWindow>.WeightOf(ForecastWindow example) => Network.CountOf(example);

    /// <inheritdoc/>
    public Tensor Loss(Tape tape, ReadOnlySpan<ForecastWindow> batch, TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(tape);
        DropoutKey? dropout = step.IsTraining && (Options.Dropout > 0 || Options.VariationalDropout > 0) ? new(step.Seed, step.Update) : null;
        var pass = Rent(batch);
        var loss = Network.Loss(tape, batch, pass, dropout);
        lock (passes)
            passes.Push(pass);
        return loss;
    }

    /// <summary>
    /// Widens or narrows intervals until they hold as often on the validation part as their levels say (split conformal prediction: Vovk, Gammerman and Shafer, 2005;
    /// Romano, Patterson and Candès, "Conformalized Quantile Regression", 2019), for each step ahead by itself, in units of the scale at the time.
    /// </summary>
    /// <param name="split">Its validation part was not trained on.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="InvalidDataException">The validation part holds no forecast and its value.</exception>
    public void Calibrate(TimeSplit split, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(split);
        Encoder.Check(split.Set);
        Calibration = IntervalCalibration.Fit(this, split, cancellation);
    }

    /// <summary>
    /// Forecasts how a series goes on after its last step. Of a long series the last 4,096 steps are read, or the last 16 contexts where those are more; of a shorter one all, so that
    /// a session that has read it says the same bits.
    /// </summary>
    /// <param name="history">A series with the channels of the model; rows at its end whose targets are missing, and whose known channels are there, are steps ahead.</param>
    /// <exception cref="InvalidDataException">It has other channels, or a value cannot be transformed.</exception>
    public Forecast Forecast(TimeSeries history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var (session, known) = ForecasterSession.Read(this, history);
        return session.Forecast(known);
    }

    /// <summary>Opens a stream: values one by one, and a forecast after any of them. Any number may be open at once.</summary>
    /// <param name="seriesName">Which series of the training part it goes on with; one that was not there is met as unknown.</param>
    /// <param name="start">The time of its first step, where the series have dates.</param>
    /// <exception cref="ArgumentException">The series have dates and there is no start, or they have none and there is one.</exception>
    public ForecasterSession OpenSession(string seriesName = "", DateTime? start = null) => new(this, seriesName, start);

    /// <summary>Measures the model, and naive forecasts beside it, on every step of the test part.</summary>
    /// <param name="split">Series with the channels and the frequency of the model.</param>
    /// <param name="options">From which steps, and what else to compare with.</param>
    /// <param name="cancellation">Stops the measurement.</param>
    /// <exception cref="InvalidDataException">There is nothing to measure on, or the series do not fit.</exception>
    public ForecastReport Evaluate(TimeSplit split, ForecastEvaluationOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(split);
        Encoder.Check(split.Set);
        return ForecastEvaluator.Evaluate(this, split, options ?? new(), cancellation);
    }

    /// <summary>A model of the given shape whose weights the caller fills.</summary>
    internal static Forecaster CreateEmpty(ForecastEncoder encoder) => new(encoder);

    private List<ForecastWindow> Windows(TimeSplit split, Func<ForecastEncoder, TimeSplit, Func<TimeSeries, int, EncodedSeries>, List<ForecastWindow>> cut)
    {
        ArgumentNullException.ThrowIfNull(split);
        Encoder.Check(split.Set);
        var windows = cut(Encoder, split, (series, end) => new(Encoder, series, end));
        // A window none of whose values is known teaches nothing.
        windows.RemoveAll(window => Network.CountOf(window) == 0);
        return windows;
    }

    private ForecastPass Rent(ReadOnlySpan<ForecastWindow> batch)
    {
        ForecastPass? pass;
        lock (passes)
            passes.TryPop(out pass);
        pass ??= new();
        pass.Begin(batch);
        return pass;
    }
}
