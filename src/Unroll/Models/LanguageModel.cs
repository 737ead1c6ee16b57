using Unroll.Cells;
using Unroll.Data;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Models;

/// <summary>
/// A recurrent model that predicts the next token of a text: embedding, a stack of recurrent layers with dropout between them, dropout, and a linear
/// output.
/// </summary>
/// <remarks>
/// Its weights are shared: while nobody trains it, any number of sessions may run on it from any number of threads. A saved model is one
/// safetensors file with PyTorch's names: <c>embedding.weight</c>, <c>rnn.weight_ih_l0</c>, …, <c>head.weight</c>, <c>head.bias</c>.
/// </remarks>
public sealed class LanguageModel : ITrainable
{
    private readonly LanguageModelNetwork network;

    private LanguageModel(Vocabulary vocabulary, LanguageModelOptions options, LanguageModelNetwork network)
    {
        Vocabulary = vocabulary;
        Options = options;
        this.network = network;
        StartToken = StartTokenOf(vocabulary);
    }

    /// <summary>The version of the library, as signatures and training records name it.</summary>
    public static string LibraryVersion { get; } = typeof(LanguageModel).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>What the tokens mean.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The shape of the model.</summary>
    public LanguageModelOptions Options { get; }

    /// <summary>What it was trained on, or null.</summary>
    public TrainingRecord? Training { get; set; }

    /// <summary>What the matrices are made of; a model of another format than float32 runs and is not trained.</summary>
    public WeightFormat Weights => network.Weights;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model is quantized: it has nothing that learns.</exception>
    public IReadOnlyList<Parameter> Parameters => Trainable.Parameters;

    string? ITrainable.Signature => Options.Cell.Signature;

    /// <summary>Its tensors in the order of the forward pass.</summary>
    public IReadOnlyList<ModelTensor> Tensors => network.Tensors;

    /// <summary>How many numbers training changes, or has changed before the model was quantized.</summary>
    public long ParameterCount => Tensors.Sum(tensor => (long)tensor.Shape.Length);

    /// <summary>The token that stands before every text: the end of a line where the vocabulary has one, else token 0.</summary>
    internal int StartToken { get; }

    /// <summary>The layers with their weights.</summary>
    internal LanguageModelNetwork Network => network;

    private LanguageModelWeights Trainable => network as LanguageModelWeights ?? throw new InvalidOperationException(
        $"The weights of this model are {Weights}: it runs and cannot be trained. Train the {WeightFormat.Float32} model it was made from, and quantize that again.");

    /// <summary>A new model with random weights.</summary>
    /// <param name="vocabulary">What the tokens mean.</param>
    /// <param name="options">Its shape; an LSTM of 2 layers of 256 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static LanguageModel Create(Vocabulary vocabulary, LanguageModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(vocabulary);
        options ??= new();
        options.Validate();
        var weights = new LanguageModelWeights(options, vocabulary.Size);
        weights.Initialize(options);
        return new(vocabulary, options, weights);
    }

    /// <summary>Reads a model from its file and checks that it computes what was saved.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <param name="cells">Cells of your own that the file may name, as <see cref="Cell.Of{TCell}"/> makes them; none for a model of a built-in cell.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, holds something else, computes something else, names a cell that is not known, or one that was given with other constants; the
    /// message says what.
    /// </exception>
    public static LanguageModel Load(string path, params IReadOnlyList<Cell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        foreach (var cell in cells)
            ArgumentNullException.ThrowIfNull(cell, nameof(cells));
        return LanguageModelFile.Load(path, cells);
    }

    /// <summary>Writes the model to one file, replacing the file that is there only when the new one is complete.</summary>
    /// <param name="path">The file; its folder has to exist.</param>
    /// <exception cref="IOException">It could not be written; the file that was there is untouched.</exception>
    /// <exception cref="InvalidOperationException">A weight is not a finite number.</exception>
    public void Save(string path) => LanguageModelFile.Save(this, path);

    /// <summary>
    /// A copy whose matrices take 16 or 8 bits a weight, biases staying float32: it is smaller, steps faster, and predicts a little differently. It is saved,
    /// loaded, evaluated and run like this model, and cannot be trained.
    /// </summary>
    /// <param name="weights">The format of the copy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The format is float32, which needs no copy, or unknown.</exception>
    /// <exception cref="InvalidOperationException">The model is quantized already, or a weight is not finite or too large for the format.</exception>
    public LanguageModel Quantize(WeightFormat weights)
    {
        StoredWeights.CheckNarrow(weights, nameof(weights));
        if (Weights != WeightFormat.Float32)
            throw new InvalidOperationException($"The weights of this model are {Weights} already, and rounding them again would lose more; quantize the {WeightFormat.Float32} model it was made from.");
        var quantized = CreateQuantized(Vocabulary, Options, [.. Parameters.Select(parameter => StoredWeights.Of(parameter, weights))]);
        quantized.Training = Training;
        return quantized;
    }

    /// <inheritdoc/>
    public RecurrentState CreateState(int batchSize) => network.Stack.CreateState(batchSize);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The model is quantized.</exception>
    public Tensor Loss(Tape tape, TokenWindow window, RecurrentState state, TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(tape);
        ArgumentNullException.ThrowIfNull(window);
        ArgumentNullException.ThrowIfNull(state);
        return Loss(tape, window.Inputs, window.Targets, window.TimeSteps, window.BatchSize, state, step);
    }

    /// <summary>Opens a stream on this model; any number may be open at once.</summary>
    public LanguageModelSession OpenSession() => new(this);

    /// <summary>Opens what steps many sessions of this model together.</summary>
    public SessionBatch OpenSessionBatch() => new(this);

    /// <summary>Continues a text.</summary>
    /// <param name="prompt">What stands before; may be empty. It is not part of what is returned.</param>
    /// <param name="options">How to choose what is written.</param>
    /// <returns>Pieces of text as they come, to be written one after another.</returns>
    /// <exception cref="ArgumentException">The prompt holds something outside the vocabulary.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public IEnumerable<string> Generate(string prompt, GenerateOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        options ??= new();
        return Generate(Vocabulary.Encode(prompt), new TokenSampler(Vocabulary.Size, options), options.Length);
    }

    /// <summary>Measures how well the model predicts a text, as one stream from its beginning to its end.</summary>
    /// <param name="text">A text read with this model's vocabulary.</param>
    /// <param name="cancellation">Stops the measurement.</param>
    /// <exception cref="ArgumentException">The text was read with another vocabulary.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public Evaluation Evaluate(TextCorpus text, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        return LanguageModelEvaluator.Evaluate(this, text, cancellation);
    }

    /// <summary>A model of the given shape whose weights the caller fills.</summary>
    internal static LanguageModel CreateEmpty(Vocabulary vocabulary, LanguageModelOptions options) =>
        new(vocabulary, options, new LanguageModelWeights(options, vocabulary.Size));

    /// <summary>A model of tensors in a narrow format, in the order of <see cref="LanguageModelWeights.ShapesOf"/>.</summary>
    internal static LanguageModel CreateQuantized(Vocabulary vocabulary, LanguageModelOptions options, IReadOnlyList<StoredWeights> tensors) =>
        new(vocabulary, options, new QuantizedLanguageModelWeights(options, tensors));

    /// <summary>Identifies configuration and weights; changes when training changes them.</summary>
    internal byte[] Fingerprint() => network.Fingerprint(LanguageModelJson.WriteOptions(Options, Weights) + Vocabulary.ToJson());

    internal RecurrentStream OpenStream() => network.Stack.OpenStream();

    /// <summary>Fails unless the vocabulary has a token.</summary>
    internal void CheckToken(int token, string name)
    {
        if ((uint)token >= (uint)Vocabulary.Size)
            throw new ArgumentOutOfRangeException(name, $"Token {token} is outside the vocabulary (size {Vocabulary.Size}). Was the text encoded with another vocabulary?");
    }

    /// <summary>The vector of a token, [E].</summary>
    /// <param name="token">0 to the size of the vocabulary − 1.</param>
    /// <param name="scratch">[E], for models that have to widen it.</param>
    internal ReadOnlySpan<float> EmbeddingOf(int token, Span<float> scratch) => network.Embed(token, scratch);

    /// <summary>One step of one stream.</summary>
    /// <param name="input">[E].</param>
    /// <param name="stream">The recurrent state.</param>
    /// <param name="logits">[V], overwritten.</param>
    internal void Step(ReadOnlySpan<float> input, RecurrentStream stream, Span<float> logits) => network.Predict(stream.Step(input), logits);

    /// <summary>Mean nats over one window of one stream, without dropout.</summary>
    internal float MeanNats(Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, RecurrentState state) =>
        Weights == WeightFormat.Float32
            ? Loss(tape, inputs, targets, inputs.Length, batchSize: 1, state, default).Scalar
            : MeanNatsOfSteps(tape, inputs, targets, state);

    /// <summary>The same by the steps of a session: quantized weights have no other way to compute.</summary>
    private float MeanNatsOfSteps(Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, RecurrentState state)
    {
        var stream = OpenStream();
        stream.SetState(state);
        var logits = tape.Allocate(new(inputs.Length, Vocabulary.Size), requiresGradient: false);
        var embedded = tape.Allocate(new(Options.EmbeddingSize), requiresGradient: false);
        for (var step = 0; step < inputs.Length; step++)
            Step(EmbeddingOf(inputs[step], embedded.Values), stream, logits.Values.Slice(step * Vocabulary.Size, Vocabulary.Size));
        stream.CopyStateTo(state);
        return tape.CrossEntropy(logits, targets).Scalar;
    }

    private IEnumerable<string> Generate(int[] prompt, TokenSampler sampler, int length)
    {
        var session = OpenSession();
        var logits = new float[Vocabulary.Size];
        session.Step(StartToken, logits);
        foreach (var token in prompt)
            session.Step(token, logits);
        var decoder = Vocabulary.CreateDecoder();
        foreach (var token in prompt)
            decoder.Push(token);
        for (var written = 0; written < length; written++)
        {
            var token = sampler.Next(logits);
            var piece = decoder.Push(token);
            if (piece.Length > 0)
                yield return piece;
            session.Step(token, logits);
        }

        if (decoder.Finish() is { Length: > 0 } rest)
            yield return rest;
    }

    private Tensor Loss(
        Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, int timeSteps, int batchSize, RecurrentState state, TrainingStep step)
    {
        DropoutKey? dropout = step.IsTraining && Options.IsRandom ? new(step.Seed, step.Update) : null;
        var (embedding, rnn, head) = (Trainable.Embedding, Trainable.Rnn, Trainable.Head);
        var output = rnn.Forward(tape, embedding, inputs, timeSteps, batchSize, state, dropout: dropout);
        output.CopyFinalTo(state);
        var top = output.Output;
        if (dropout is { } key)
        {
            top = tape.DropoutInPlace(top, Options.Dropout, key.At(Options.Layers));
            top = tape.VariationalDropout(top, Options.VariationalDropout, key.At(RecurrentStack.VariationalPlace(Options.Layers, Options.Layers)), inPlace: true);
        }

        return tape.LinearSoftmaxCrossEntropy(top, head.Weight, head.Bias, targets);
    }

    private static int StartTokenOf(Vocabulary vocabulary) =>
        vocabulary.Encode("\n", out var tokens) is null && tokens.Length > 0 ? tokens[0] : 0;
}
