using System.CommandLine;
using Unroll.Cli.CommandLine;

namespace Unroll.Cli.Verbs;

/// <summary>The arguments and options of <c>unroll train classify</c>.</summary>
internal sealed class TrainClassifyOptions
{
    private const int MaximumSize = 65_536;

    public Argument<string?> Train { get; } = new("FILE|FOLDER")
    {
        Description = "What to learn from: a table (.csv, .tsv), JSON lines (.jsonl), time series (.ts, .arff), or a folder with LABEL.txt files or LABEL folders",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Test { get; } = Opt.Text("--test", "FILE", "What to measure the finished model on; nothing of it is learned", "a file or folder");

    public Option<double?> Validation { get; } = Opt.Number(
        "--validation", "F", value => value is >= 0 and <= 0.9, "a fraction from 0 to 0.9", 0.1,
        "The part of every label's examples kept for validation: it picks the best model and calibrates it (default 0.1; 0 for none)");

    public Option<string?> Text { get; } = Opt.Text("--text", "COLUMN", "The column of the texts (default: the one that is called so, or the other one of two)", "the name of a column");

    public Option<string?> Label { get; } = Opt.Text("--label", "COLUMN", "The column of the labels (default: label, class, target, category or y)", "the name of a column");

    public Option<string?> Group { get; } = Opt.Text("--group", "COLUMN", "Rows are time steps of numbers; this column says which sequence a row belongs to", "the name of a column");

    public Option<string?> Channels { get; } = Opt.Text("--channels", "C,C,…", "With --group, the columns of numbers (default: all others)", "names of columns with commas between them");

    public Option<bool> PerToken { get; } = Opt.Flag(
        "--per-token", "Learn a label for each token (a file with a token, a tab and its label on each line, an empty line between sequences) or, with --group, for each row");

    public Option<string?> Tokens { get; } = Opt.OneOf("--tokens", "What one token of a text is (default character)", "character", "byte", "word", "bpe");

    public Option<long?> MaximumWords { get; } = Opt.Whole("--maximum-words", "N", 3, 1 << 22, 20_000, "The most words of a vocabulary of words (default 20000)");

    public Option<long?> Merges { get; } = Opt.Whole("--merges", "N", 0, (1 << 22) - 256, 4_000, "With --tokens bpe, how many parts of words are learned from the texts (default 4000)");

    public Option<string?> Cell { get; } = Opt.OneOfMany("--cell", "NAME", "The recurrent cell (default lstm); 'unroll cells' lists them", CellNames.All);

    public Option<long?> Hidden { get; } = Opt.Whole("--hidden", "H", 1, MaximumSize, 128, "Hidden units of a layer and direction (default 128)");

    public Option<long?> Layers { get; } = Opt.Whole("--layers", "L", 1, 64, 1, "Recurrent layers (default 1)");

    public Option<bool> Bidirectional { get; } = Opt.Flag("--bidirectional", "Read each sequence from its end as well; there is no streaming then");

    public Option<string?> Pooling { get; } = Opt.OneOf(
        "--pooling", "How the outputs of all steps become one vector (default last)", "last", "mean", "max", "attention");

    public Option<long?> Embedding { get; } = Opt.Whole("--embedding", "E", 1, MaximumSize, 64, "Size of a token's embedding (default 64)");

    public Option<double?> Dropout { get; } = Probability("--dropout", "Dropout between layers and before the output (default 0)");

    public Option<double?> VariationalDropout { get; } = Probability("--variational-dropout", "Dropout of the input of each layer, the same at every step (default 0)");

    public Option<double?> TokenDropout { get; } = Probability("--token-dropout", "Share of tokens read as unknown while training (default 0)");

    public Option<double?> Noise { get; } = Opt.Number(
        "--noise", "D", value => (float)value is >= 0 and < float.PositiveInfinity, "a number of at least 0", 0.1,
        "Deviation of the noise that training adds to every scaled number of a series (default 0)");

    public Option<bool> Balance { get; } = Opt.Flag("--balance", "Let every label count the same in the loss, however many examples it has");

    public Option<long?> Batch { get; } = Opt.Whole("--batch", "B", 1, MaximumSize, 32, "Examples learned from at once (default 32)");

    public Option<string?> Optimizer { get; } = Opt.OneOf("--optimizer", "The optimiser (default adamw)", "adamw", "adam", "sgd", "rmsprop", "adagrad");

    public Option<double?> LearningRate { get; } = Opt.Number(
        "--learning-rate", "R", value => (float)value is > 0 and < float.PositiveInfinity, "a number above 0", 0.002,
        "The highest learning rate (default 0.002; sgd 0.1, adagrad 0.02)");

    public Option<string?> Schedule { get; } = Opt.OneOf(
        "--schedule", "How the learning rate falls: along a cosine to a tenth, not at all, or by half every 1,000 updates (default cosine)", "cosine", "constant", "step");

    public Option<double?> ClipNorm { get; } = Opt.Number(
        "--clip-norm", "N", value => value == 0 || (float)value is > 0 and < float.PositiveInfinity, "a number of at least 0 (0 turns clipping off)", 1,
        "Scale gradients down to this norm over all parameters (default 1; 0 turns it off)");

    public Option<double?> Average { get; } = Opt.Number(
        "--average", "D", value => (float)value is > 0 and < 1, "a number over 0 and under 1", 0.998,
        "Measure and save the running mean of the weights, which keeps this share of itself at each update (default: none)");

    public Option<long?> Epochs { get; } = Opt.Whole("--epochs", "N", 1, 1_000_000, 20, "Passes over the examples (default 20)");

    public Option<double?> Minutes { get; } = Opt.Number("--minutes", "M", value => value is > 0 and <= 100_000, "a number above 0", 10, "Train for so long instead");

    public Option<long?> Patience { get; } = Opt.Whole("--patience", "N", 1, 1_000_000, 5, "Stop after so many validations without a better loss (default: never)");

    public Option<long?> Seed { get; } = Opt.Whole("--seed", "S", 0, long.MaxValue, 1, "Start of all random numbers (default 0)");

    public Option<long?> Threads { get; } = Opt.Whole("--threads", "N", 1, 256, 2, "Threads to compute with (default: one a core); the result is the same for any number");

    public Option<string?> Out { get; } = Opt.Text("--out", "FILE", "The model file, and beside it pictures and mistakes (default: a new folder under runs/)", "a file name");

    public Option<string?> Diagnose { get; } = Opt.FlagWithFile(
        "--diagnose", "FILE.html", ".html",
        "Watch the training and say what is wrong with it, with a page of pictures (default: beside the model). The model is the same; it takes up to a tenth longer");

    public Option<string?> Resume { get; } = Opt.Text("--resume", "FILE", "Go on from a checkpoint, with its data and options; only the budget may change", "a checkpoint file");

    public Option<bool> Json { get; } = Opt.Flag("--json", "Print one JSON object a line and nothing else");

    /// <summary>The options that a checkpoint fixes, so that none of them can stand beside <c>--resume</c>.</summary>
    public IEnumerable<Option> FixedByCheckpoint =>
    [
        Validation, Text, Label, Group, Channels, PerToken, Tokens, MaximumWords, Merges, Cell, Hidden, Layers, Bidirectional, Pooling, Embedding, Dropout, VariationalDropout,
        TokenDropout, Noise, Balance, Batch, Optimizer, LearningRate, Schedule, ClipNorm, Average, Patience, Seed,
    ];

    /// <summary>Adds them all to a command, in the order its help shows.</summary>
    public void AddTo(Command command)
    {
        command.Add(Train);
        foreach (var option in new Option[]
        {
            Test, Validation, Text, Label, Group, Channels, PerToken, Tokens, MaximumWords, Merges, Cell, Hidden, Layers, Bidirectional, Pooling, Embedding, Dropout,
            VariationalDropout, TokenDropout, Noise, Balance, Batch, Optimizer, LearningRate, Schedule, ClipNorm, Average, Epochs, Minutes, Patience, Seed, Threads, Out,
            Diagnose, Resume, Json,
        })
        {
            command.Add(option);
        }
    }

    private static Option<double?> Probability(string name, string description) =>
        Opt.Number(name, "P", value => value is >= 0 and < 1, "a probability from 0 to below 1", 0.2, description);
}
