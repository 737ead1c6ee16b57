using System.Globalization;
using Unroll.Benchmarks.Examinations.Tasks;
using Unroll.Cells;
using Unroll.Data;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Benchmarks.Examinations;

/// <summary>A language model of a text by characters, trained by the library's trainer: windows with the state carried from one to the next.</summary>
/// <param name="file">The text, or null.</param>
internal sealed class TextExamination(FileInfo? file) : Examination
{
    private const int ParameterBudget = 200_000;
    private const int EmbeddingSize = 32;
    private const int BatchSize = 32;
    private const int WindowLength = 128;
    private const int DefaultEpochs = 8;
    private const double ValidationFraction = 0.1;
    private const float DefaultRate = 4e-3f;
    private const float FinalRate = 0.05f;

    private static readonly TimeSpan reportInterval = TimeSpan.FromSeconds(10);

    private readonly Lazy<(TextCorpus Training, TextCorpus Validation)> text = new(() => TextCorpus.Load(file!.FullName).Split(ValidationFraction));

    /// <inheritdoc/>
    public override string Name => "tiny-shakespeare";

    /// <inheritdoc/>
    public override string Question =>
        "Tiny Shakespeare by characters: nats a character of the last tenth, read as one stream. Guessing knows how often each character occurs. "
        + "Learned is what beats a table of the pairs of characters, which needs no memory.";

    /// <inheritdoc/>
    public override TaskMeasure Measure => TaskMeasure.Nats;

    /// <inheritdoc/>
    public override string? Missing => file is { Exists: true } ? null : file is null ? "no text was given with --text" : $"there is no file {file}";

    /// <inheritdoc/>
    public override ExaminationResult Examine(Cell cell, ExaminationSettings settings)
    {
        Parallelism.ThreadCount = settings.Threads;
        var (training, validation) = text.Value;
        var (model, size) = Create(cell, training, settings);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Name}, {cell}: {size.Layers} × {size.HiddenSize} units, {model.ParameterCount:N0} parameters"));
        var reporter = new Reporter();
        var failure = Train(model, training, settings, reporter);
        double? result = failure is null ? model.Evaluate(validation).Nats : null;
        var pairs = new CharacterPairs(training);
        var tokens = (double)reporter.Updates * BatchSize * WindowLength;
        return new()
        {
            Task = Name,
            Cell = cell.Name,
            HiddenSize = size.HiddenSize,
            Layers = size.Layers,
            Parameters = model.ParameterCount,
            Result = result,
            Guess = pairs.NatsWithoutContext(validation),
            IsLearned = result < pairs.Nats(validation),
            Updates = reporter.Updates,
            Epochs = tokens / training.Tokens.Length,
            Seconds = reporter.Seconds,
            TokensPerSecond = tokens / reporter.Seconds,
            BatchSize = BatchSize,
            LearningRate = settings.LearningRate ?? DefaultRate,
            Seed = settings.Seed,
            ForgetBias = cell == Cell.Lstm ? settings.ForgetBias : null,
            Failure = failure,
        };
    }

    /// <inheritdoc/>
    public override double Speed(Cell cell, ExaminationSettings settings)
    {
        Parallelism.ThreadCount = settings.Threads;
        var training = text.Value.Training;
        var (model, _) = Create(cell, training, settings);
        Train(model, training, settings with { Seconds = settings.Seconds / 2 }, new());
        var reporter = new Reporter();
        Train(model, training, settings, reporter);
        return reporter.Updates * (double)BatchSize * WindowLength / reporter.Seconds;
    }

    private static (LanguageModel Model, NetworkSize Size) Create(Cell cell, TextCorpus training, ExaminationSettings settings)
    {
        LanguageModelOptions OptionsOf(NetworkSize size) => new()
        {
            Cell = cell,
            HiddenSize = size.HiddenSize,
            Layers = size.Layers,
            EmbeddingSize = EmbeddingSize,
            Seed = settings.Seed,
            ForgetBias = settings.ForgetBias,
        };
        var size = NetworkSize.Within(
            cell, settings.Parameters ?? ParameterBudget, candidate => LanguageModel.Create(training.Vocabulary, OptionsOf(candidate)).ParameterCount);
        return (LanguageModel.Create(training.Vocabulary, OptionsOf(size)), size);
    }

    /// <summary>Trains for the time of the settings, or so many passes as come next to their updates.</summary>
    /// <returns>Why it ended early, or null.</returns>
    private static string? Train(LanguageModel model, TextCorpus training, ExaminationSettings settings, Reporter reporter)
    {
        var trainer = new Trainer(model, new()
        {
            Optimizer = new Adam(settings.LearningRate ?? DefaultRate),
            Schedule = LearningRateSchedule.Cosine(FinalRate),
            ClipNorm = 1,
            BatchSize = BatchSize,
            WindowLength = WindowLength,
            Seed = settings.Seed,
            ValidationFraction = 0,
            KeepBest = false,
        });
        try
        {
            if (settings.Seconds is { } seconds)
                trainer.Fit(training, TimeSpan.FromSeconds(seconds), reporter);
            else
                trainer.Fit(training, Epochs(settings.Updates, training), reporter);
            return null;
        }
        catch (TrainingDivergedException exception)
        {
            Console.WriteLine($"  {exception.Message}");
            return exception.Message;
        }
    }

    private static int Epochs(long? updates, TextCorpus training) => updates is { } count
        ? (int)Math.Max(1, Math.Round(count * (double)(BatchSize * WindowLength) / training.Tokens.Length))
        : DefaultEpochs;

    /// <summary>Keeps what was last reported, and prints some of it.</summary>
    private sealed class Reporter : IProgress<TrainingProgress>
    {
        private TimeSpan next = reportInterval;

        public long Updates { get; private set; }

        public double Seconds { get; private set; }

        public void Report(TrainingProgress value)
        {
            (Updates, Seconds) = (value.Update, value.Elapsed.TotalSeconds);
            if (value.Elapsed < next)
                return;
            next = value.Elapsed + reportInterval;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {Seconds,6:F0} s  update {Updates,7}  loss {value.Loss:F3}  {value.TokensPerSecond:N0} tokens/s"));
        }
    }
}
