namespace Unroll.Benchmarks.Peers;

/// <summary>The tables, by the names that the command line and the results use.</summary>
internal static class PeerTables
{
    public const string Training = "training";
    public const string Inference = "inference";
    public const string Streaming = "streaming";
    public const string Mixed = "mixed";
    public const string LanguageModels = "language-models";

    /// <summary>All of them, in the order they are measured and shown.</summary>
    public static IReadOnlyList<string> All { get; } = [Training, Inference, Streaming, Mixed, LanguageModels];

    /// <summary>The table of a job.</summary>
    public static string Of(Job job) => job switch
    {
        Job.Training => Training,
        Job.Inference => Inference,
        Job.Streaming => Streaming,
        _ => Mixed,
    };

    /// <summary>The job of a table of single layers.</summary>
    public static Job JobOf(string table) => Enum.GetValues<Job>().Single(job => Of(job) == table);

    /// <summary>A heading.</summary>
    public static string Title(string table) => table switch
    {
        Training => "Training step",
        Inference => "Inference",
        Streaming => "Streaming",
        Mixed => "Mixed lengths",
        _ => "Language models",
    };

    /// <summary>What is done, in a sentence or two.</summary>
    public static string Description(string table) => table switch
    {
        Training => "Forward, loss = mean(y²), backward to all weights; the input needs no gradient.",
        Inference => "Forward over the whole sequence, nothing kept for backward. The goal is 1.25 times the speed of the faster of the two peers: a row meets it when both of its ratios do.",
        Streaming => "One step of one sequence, state in and state out; ONNX Runtime on one thread, its faster way; libtorch by its cell and by its layer. "
            + "`goal, µs` is what a step was to take on a core with 512-bit vectors; judged is the ratio that this meant there.",
        Mixed => "A training step over sequences whose lengths are uniform in 1 … T; padding counts for nothing. libtorch with packed sequences, and with the padding "
            + "worked through and masked. `Unroll, full length` is the same batch with every sequence T long: `share` is the time of the mixed one over that.",
        _ => "Embedding, two LSTM layers, linear layer: whole updates with loss, clipping and optimiser. Characters: embedding 64, dropout 0.25, AdamW, gradients clipped to "
            + "a norm of 1. Words: 10,000 of them, embedding as wide as a layer, no dropout, SGD, clipped to 5. `difference` is that of the gradients of one window, from the same weights.",
    };
}
