using System.CommandLine;
using Unroll.Cli.CommandLine;

namespace Unroll.Cli.Verbs;

/// <summary>The arguments and options of <c>unroll train text</c>.</summary>
internal sealed class TrainTextOptions
{
    private const int MaximumSize = 65_536;
    private const int MaximumLayers = 64;

    public Argument<string[]> Texts { get; } = new("FILE|FOLDER")
    {
        Description = "Text files, or folders of them, to learn from. Without one: the source code and documentation of this program",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public Option<string?> Cell { get; } = Opt.OneOfMany("--cell", "NAME", "The recurrent cell (default lstm); 'unroll cells' lists them", CellNames.All);

    public Option<long?> Hidden { get; } = Opt.Whole("--hidden", "H", 1, MaximumSize, 256, "Hidden units of a layer (default 256)");

    public Option<long?> Layers { get; } = Opt.Whole("--layers", "L", 1, MaximumLayers, 2, "Recurrent layers (default 2)");

    public Option<int[]?> LayerSizes { get; } = Opt.Wholes(
        "--layer-sizes", "H,H,…", 1, MaximumSize, MaximumLayers, "512,256", "Hidden units of each layer, bottom layer first, instead of --hidden and --layers");

    public Option<long?> Projection { get; } = Opt.Whole(
        "--projection", "R", 1, MaximumSize, 128, "Values that a layer of projected-lstm or jordan gives (default half of the hidden units)");

    public Option<long?> Heads { get; } = Opt.Whole(
        "--heads", "N", 1, MaximumSize, 4, "Heads that the units of a layer of slstm are split into; the recurrent matrix joins units of one head (default 1)");

    public Option<double?> CellClip { get; } = Opt.Number(
        "--cell-clip", "V", value => (float)value is > 0 and < float.PositiveInfinity, "a number above 0", 10,
        "Keep the states of the cell, or its output where it has none, within ±V after each step");

    public Option<bool> HardActivations { get; } = Opt.Flag("--hard-activations", "Piecewise linear functions for the cell's sigmoid and tanh");

    public Option<string?> Connection { get; } = Opt.OneOf(
        "--connection",
        "Past each layer above the first: nothing, its input added to its output, or a learned gate between the two (default plain)",
        "plain", "residual", "highway");

    public Option<bool> TrainableStart { get; } = Opt.Flag("--trainable-start", "Learn the state before the first token, instead of zeros");

    public Option<long?> Embedding { get; } = Opt.Whole("--embedding", "E", 1, MaximumSize, 64, "Size of a token's embedding (default 64)");

    public Option<double?> Dropout { get; } = Opt.Number(
        "--dropout", "P", value => value is >= 0 and < 1, "a probability from 0 to below 1", 0.2,
        "Dropout between layers and before the output (default 0; 0.2 for the built-in text)");

    public Option<double?> VariationalDropout { get; } = Opt.Number(
        "--variational-dropout", "P", value => value is >= 0 and < 1, "a probability from 0 to below 1", 0.2,
        "Dropout of the embedding, between layers and before the output, the same at every step of a window (default 0)");

    public Option<double?> RecurrentDropout { get; } = Opt.Number(
        "--recurrent-dropout", "P", value => value is >= 0 and < 1, "a probability from 0 to below 1", 0.2,
        "Dropout of each layer's last output before its recurrent matrix, the same at every step of a window (default 0)");

    public Option<double?> Zoneout { get; } = Opt.Number(
        "--zoneout", "P", value => value is >= 0 and < 1, "a probability from 0 to below 1", 0.05,
        "Let values of a layer's output keep those of the step before, drawn anew at each step (default 0)");

    public Option<double?> ZoneoutState { get; } = Opt.Number(
        "--zoneout-state", "P", value => value is >= 0 and < 1, "a probability from 0 to below 1", 0.5,
        "The same of the states besides the output, such as the LSTM's c (default 0)");

    public Option<string?> Tokens { get; } = Opt.OneOf("--tokens", "What one token is (default char)", "char", "byte", "word");

    public Option<long?> Window { get; } = Opt.Whole(
        "--window", "T", 1, MaximumSize, 128, "Time steps that back-propagation goes through (default 128)");

    public Option<long?> Batch { get; } = Opt.Whole("--batch", "B", 1, MaximumSize, 64, "Streams learned from at once (default 64; 32 for the built-in text)");

    public Option<string?> Optimizer { get; } = Opt.OneOf(
        "--optimizer", "The optimiser (default adamw)", "adamw", "adam", "sgd", "rmsprop", "adagrad");

    public Option<double?> LearningRate { get; } = Opt.Number(
        "--learning-rate", "R", value => (float)value is > 0 and < float.PositiveInfinity, "a number above 0", 0.002,
        "The highest learning rate (default 0.002; sgd 0.5, adagrad 0.02, the built-in text 0.003)");

    public Option<string?> Schedule { get; } = Opt.OneOf(
        "--schedule", "How the learning rate falls: along a cosine to a tenth, not at all, or by half every 1,000 updates (default cosine)", "cosine", "constant", "step");

    public Option<double?> ClipNorm { get; } = Opt.Number(
        "--clip-norm", "N", value => value == 0 || (float)value is > 0 and < float.PositiveInfinity, "a number of at least 0 (0 turns clipping off)", 1,
        "Scale gradients down to this norm over all parameters (default 1; 0 turns it off)");

    public Option<double?> ClipValue { get; } = Opt.Number(
        "--clip-value", "V", value => (float)value is > 0 and < float.PositiveInfinity, "a number above 0", 0.5, "Limit each gradient to ±V instead of clipping by norm");

    public Option<long?> Epochs { get; } = Opt.Whole("--epochs", "N", 1, 1_000_000, 5, "Passes over the text (default 5)");

    public Option<double?> Minutes { get; } = Opt.Number(
        "--minutes", "M", value => value is > 0 and <= 100_000, "a number above 0", 10,
        "Train for so long instead (the built-in text: 3 minutes)");

    public Option<double?> Validation { get; } = Opt.Number(
        "--validation", "F", value => value is > 0 and <= 0.9, "a fraction above 0, at most 0.9", 0.1,
        "The last part of the text, kept for validation (default 0.1)");

    public Option<long?> Seed { get; } = Opt.Whole("--seed", "S", 0, long.MaxValue, 1, "Start of all random numbers (default 0)");

    public Option<long?> Threads { get; } = Opt.Whole(
        "--threads", "N", 1, 256, 2, "Threads to compute with (default: one a core); the result is the same for any number");

    public Option<long?> MemoryBudget { get; } = Opt.Whole(
        "--memory-budget", "MIB", 1, int.MaxValue, 200,
        "The most memory in MiB that an update keeps between forward and backward; what does not fit is computed again: the same result, at most a third slower");

    public Option<string?> Out { get; } = Opt.Text(
        "--out", "FILE", "The model file, and beside it FILE's name with .png (default: a new folder under runs/)", "a file name");

    public Option<string?> Checkpoint { get; } = Opt.Text(
        "--checkpoint", "FILE", "The checkpoint file (default: beside the model)", "a file name");

    public Option<long?> CheckpointEvery { get; } = Opt.Whole(
        "--checkpoint-every", "UPDATES", 1, int.MaxValue, 500, "Save a checkpoint after every so many updates (default: after each validation); Ctrl+C always saves one");

    public Option<string?> Diagnose { get; } = Opt.FlagWithFile(
        "--diagnose", "FILE.html", ".html",
        "Watch the training and say what is wrong with it, with a page of pictures (default: beside the model). The model is the same; it takes up to a tenth longer");

    public Option<string?> Resume { get; } = Opt.Text(
        "--resume", "FILE", "Go on from a checkpoint, with its model, text and options; only the budget may change", "a checkpoint file");

    public Option<bool> DryRun { get; } = Opt.Flag(
        "--dry-run", "Two updates, a validation, a save and a load; then say how long the real run takes and what memory it needs");

    public Option<bool> Json { get; } = Opt.Flag("--json", "Print one JSON object a line and nothing else");

    /// <summary>The options that a checkpoint fixes, so that none of them can stand beside <c>--resume</c>.</summary>
    public IEnumerable<Option> FixedByCheckpoint =>
    [
        Cell, Hidden, Layers, LayerSizes, Projection, Heads, CellClip, HardActivations, Connection, TrainableStart, Embedding, Dropout, VariationalDropout,
        RecurrentDropout, Zoneout, ZoneoutState,
        Tokens, Window, Batch, Optimizer, LearningRate, Schedule, ClipNorm, ClipValue, Validation, Seed,
    ];

    /// <summary>Adds them all to a command, in the order its help shows.</summary>
    public void AddTo(Command command)
    {
        command.Add(Texts);
        foreach (var option in new Option[]
        {
            Cell, Hidden, Layers, LayerSizes, Projection, Heads, CellClip, HardActivations, Connection, TrainableStart, Embedding, Dropout, VariationalDropout,
            RecurrentDropout, Zoneout, ZoneoutState, Tokens, Window, Batch, Optimizer, LearningRate, Schedule, ClipNorm, ClipValue, Epochs, Minutes, Validation, Seed, Threads,
            MemoryBudget, Out, Checkpoint, CheckpointEvery, Diagnose, Resume, DryRun, Json,
        })
        {
            command.Add(option);
        }
    }
}
