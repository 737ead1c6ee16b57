using System.CommandLine;
using Unroll.Cli.CommandLine;
using Unroll.Cli.Series;

namespace Unroll.Cli.Verbs;

/// <summary>The arguments and options of <c>unroll train forecast</c>.</summary>
internal sealed class TrainForecastOptions
{
    private const int MaximumSize = 65_536;

    public Argument<string?> File { get; } = new("FILE")
    {
        Description = "A table (.csv, .tsv, .txt) with a time step a row; without one, the monthly sunspot numbers that come with the program",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Example { get; } = Opt.OneOf("--example", "Learn from series that come with the program (default sunspots)", ExampleSeries.Names);

    public SeriesColumnOptions Columns { get; } = new();

    public Option<long?> Horizon { get; } = Opt.Whole("--horizon", "H", 1, MaximumSize, 24, "How many steps ahead (default 12)");

    public Option<long?> Context { get; } = Opt.Whole(
        "--context", "L", 1, MaximumSize, 48, "How many steps are read before a forecast counts in training (default 4 horizons or 2 seasons, at most a third of the training part)");

    public Option<long?> Season { get; } = Opt.Whole("--season", "M", 0, MaximumSize, 12, "Steps of a season, 0 for none (default 12 for months, 24 for hours, 4 for quarters, else none)");

    public Option<string?> Kind { get; } = Opt.OneOf(
        "--kind", "All steps ahead at once, by drawing and reading one after the other, or by a second network (default direct)", "direct", "autoregressive", "encoder-decoder");

    public Option<string?> Output { get; } = Opt.OneOf(
        "--output", "What is said of a value: a distribution, quantiles or a number (default gaussian)", "gaussian", "student-t", "negative-binomial", "quantiles", "point");

    public Option<string?> Scaling { get; } = Opt.OneOf(
        "--scaling", "Scale by the mean and deviation of the values so far, or of the training part (default running)", "running", "training");

    public Option<string?> Anchor { get; } = Opt.OneOf(
        "--anchor", "Forecast the difference from the last value, the last season, or the mean (default last)", "last", "season", "mean");

    public Option<string?> Transform { get; } = Opt.OneOf("--transform", "Take the logarithm or the square root of targets first (default none)", "none", "log", "sqrt");

    public Option<bool> NoCalendar { get; } = Opt.Flag("--no-calendar", "Do not read hour, week day, month and place in the year from the dates");

    public Option<long?> Samples { get; } = Opt.Whole("--samples", "N", 10, 100_000, 500, "Futures drawn for a forecast of --kind autoregressive (default 200)");

    public Option<double?> Validation { get; } = Opt.Number(
        "--validation", "F", value => value is >= 0 and <= 0.9, "a fraction from 0 to 0.9", 0.1,
        "The part before the test that picks the best model and calibrates its intervals (default 0.2; 0 for none)");

    public Option<double?> Test { get; } = Opt.Number(
        "--test", "F", value => value is >= 0 and <= 0.9, "a fraction from 0 to 0.9", 0.1, "The last part, which the finished model is measured on (default 0.2; 0 for none)");

    public Option<string?> Cell { get; } = Opt.OneOfMany("--cell", "NAME", "The recurrent cell (default lstm); 'unroll cells' lists them", CellNames.All);

    public Option<long?> Hidden { get; } = Opt.Whole("--hidden", "H", 1, MaximumSize, 64, "Hidden units of a layer (default 32)");

    public Option<long?> Layers { get; } = Opt.Whole("--layers", "L", 1, 64, 2, "Recurrent layers (default 1)");

    public Option<long?> Embedding { get; } = Opt.Whole("--series-embedding", "E", 0, MaximumSize, 8, "Size of the vector that tells series from each other (default 0, none)");

    public Option<double?> Dropout { get; } = Probability("--dropout", "Dropout between layers and before the output (default 0)");

    public Option<double?> VariationalDropout { get; } = Probability("--variational-dropout", "Dropout of the input of each layer, the same at every step (default 0)");

    public Option<long?> Batch { get; } = Opt.Whole("--batch", "B", 1, MaximumSize, 32, "Windows learned from at once (default 16)");

    public Option<string?> Optimizer { get; } = Opt.OneOf("--optimizer", "The optimiser (default adamw)", "adamw", "adam", "sgd", "rmsprop", "adagrad");

    public Option<double?> LearningRate { get; } = Opt.Number(
        "--learning-rate", "R", value => (float)value is > 0 and < float.PositiveInfinity, "a number above 0", 0.002,
        "The highest learning rate (default 0.005; sgd 0.1, adagrad 0.02)");

    public Option<string?> Schedule { get; } = Opt.OneOf(
        "--schedule", "How the learning rate falls: along a cosine to a tenth, not at all, or by half every 1,000 updates (default cosine)", "cosine", "constant", "step");

    public Option<double?> ClipNorm { get; } = Opt.Number(
        "--clip-norm", "N", value => value == 0 || (float)value is > 0 and < float.PositiveInfinity, "a number of at least 0 (0 turns clipping off)", 1,
        "Scale gradients down to this norm over all parameters (default 1; 0 turns it off)");

    public Option<long?> Epochs { get; } = Opt.Whole("--epochs", "N", 1, 1_000_000, 100, "Passes over the windows (default: as many as make 1,500 updates, 5 to 200; fewer where the validation loss stops falling)");

    public Option<double?> Minutes { get; } = Opt.Number("--minutes", "M", value => value is > 0 and <= 100_000, "a number above 0", 10, "Train for so long instead");

    public Option<long?> Patience { get; } = Opt.Whole("--patience", "N", 1, 1_000_000, 20, "Stop after so many validations without a better loss (default 15)");

    public Option<long?> Seed { get; } = Opt.Whole("--seed", "S", 0, long.MaxValue, 1, "Start of all random numbers (default 0)");

    public Option<long?> Threads { get; } = Opt.Whole("--threads", "N", 1, 256, 2, "Threads to compute with (default: one a core); the result is the same for any number");

    public Option<string?> Out { get; } = Opt.Text("--out", "FILE", "The model file, and beside it pictures, forecasts and a report (default: a new folder under runs/)", "a file name");

    public Option<string?> Diagnose { get; } = Opt.FlagWithFile(
        "--diagnose", "FILE.html", ".html",
        "Watch the training and say what is wrong with it, with a page of pictures (default: beside the model). The model is the same; it takes up to a tenth longer");

    public Option<string?> Resume { get; } = Opt.Text("--resume", "FILE", "Go on from a checkpoint, with its data and options; only the budget may change", "a checkpoint file");

    public Option<bool> Json { get; } = Opt.Flag("--json", "Print one JSON object a line and nothing else");

    /// <summary>The options that a checkpoint fixes, so that none of them can stand beside <c>--resume</c>.</summary>
    public IEnumerable<Option> FixedByCheckpoint =>
    [
        Example, .. Columns.All, Horizon, Context, Season, Kind, Output, Scaling, Anchor, Transform, NoCalendar, Samples, Validation, Test, Cell, Hidden, Layers, Embedding, Dropout,
        VariationalDropout, Batch, Optimizer, LearningRate, Schedule, ClipNorm, Patience, Seed,
    ];

    /// <summary>Adds them all to a command, in the order its help shows.</summary>
    public void AddTo(Command command)
    {
        command.Add(File);
        foreach (var option in FixedByCheckpoint.Except([Patience, Seed]).Concat([Epochs, Minutes, Patience, Seed, Threads, Out, Diagnose, Resume, Json]))
            command.Add(option);
    }

    private static Option<double?> Probability(string name, string description) =>
        Opt.Number(name, "P", value => value is >= 0 and < 1, "a probability from 0 to below 1", 0.2, description);
}
