using Unroll.Cells;
using Unroll.Data;
using Unroll.Losses;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Models;

/// <summary>
/// A recurrent model that says which label a sequence has: a text as tokens, or time steps of some channels. Embedding or scaled channels, a stack of recurrent
/// layers in one direction or both, pooling over time, a linear output and a softmax. With <see cref="SequenceClassifierOptions.PerStep"/> nothing is pooled, and it says
/// which label each token or time step has.
/// </summary>
/// <remarks>
/// While nobody trains it, any number of threads may predict with one model. A saved model is one safetensors file with PyTorch's names.
/// </remarks>
public sealed class SequenceClassifier : IExampleModel<ClassifierExample>
{
    /// <summary>The most labels.</summary>
    internal const int MaximumLabels = 65_536;

    private readonly Stack<ClassifierPass> passes = [];
    private readonly Lock attributionLock = new();
    private readonly Dictionary<string, int> numbers;
    private readonly float[] labelWeights;

    private SequenceClassifier(IReadOnlyList<string> labels, SequenceEncoder encoder, SequenceClassifierOptions options, float[] labelWeights)
    {
        Labels = labels;
        Encoder = encoder;
        Options = options;
        this.labelWeights = labelWeights;
        numbers = labels.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
        Network = new(options, encoder, labels.Count);
    }

    /// <summary>The labels it knows, in ordinal order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The shape of the model.</summary>
    public SequenceClassifierOptions Options { get; }

    /// <summary>What the tokens mean, or null for a model of series.</summary>
    public Vocabulary? Vocabulary => Encoder.Vocabulary;

    /// <summary>How channels are scaled, or null for a model of texts.</summary>
    public SeriesScaler? Scaler => Encoder.Scaler;

    /// <summary>What logits are divided by before the softmax; 1 until <see cref="Calibrate"/>.</summary>
    public double Temperature { get; internal set; } = 1;

    /// <summary>What it was trained on, or null.</summary>
    public ClassifierTrainingRecord? Training { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Parameters => Network.Parameters;

    /// <summary>How many numbers training changes.</summary>
    public long ParameterCount => Parameters.Sum(parameter => (long)parameter.Length);

    string? IExampleModel<ClassifierExample>.Signature => Options.Cell.Signature;

    internal SequenceEncoder Encoder { get; }

    internal ClassifierNetwork Network { get; }

    /// <summary>A new model with random weights, for the labels, tokens or channels of a training part.</summary>
    /// <param name="training">What it is to be trained on, and nothing else: vocabulary and scale are taken from it.</param>
    /// <param name="options">Its shape; an LSTM of one layer of 128 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="InvalidDataException">There is only one label, or a sequence without one.</exception>
    public static SequenceClassifier Create(SequenceSet training, SequenceClassifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(training);
        options ??= new();
        options.Validate();
        CheckKind(training, options);
        if (training.Items.FirstOrDefault(item => (item.StepLabels ?? [item.Label]).Contains("")) is { } unlabelled)
            throw new InvalidDataException($"{unlabelled.Source}: the example has {(options.PerStep ? "a step without a label; every step" : "no label; every example")} to learn from needs one.");
        if (training.Labels.Count is 1 or > MaximumLabels)
        {
            throw new InvalidDataException(training.Labels.Count == 1
                ? $"{training.Name}: all {training.LabelCount} {(options.PerStep ? "steps" : "examples")} have the label '{training.Labels[0]}'; there is nothing to tell apart. At least two labels are needed."
                : $"{training.Name}: there are {training.Labels.Count} different labels; expected at most {MaximumLabels}. Is it the column of the labels?");
        }

        var model = new SequenceClassifier(training.Labels, SequenceEncoder.Fit(training, options), options, WeightsOf(training, options.BalanceLabels));
        model.Network.Initialize();
        return model;
    }

    /// <summary>Reads a model from its file and checks that it computes what was saved.</summary>
    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <param name="cells">Cells of your own that the file may name, as <see cref="Cell.Of{TCell}"/> makes them; none for a model of a built-in cell.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, holds something else, or computes something else; the message says what.</exception>
    public static SequenceClassifier Load(string path, params IReadOnlyList<Cell> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        foreach (var cell in cells)
            ArgumentNullException.ThrowIfNull(cell, nameof(cells));
        return ClassifierFile.Load(path, cells);
    }

    /// <summary>Writes the model to one file, replacing the file that is there only when the new one is complete.</summary>
    /// <param name="path">The file; its folder has to exist.</param>
    /// <exception cref="IOException">It could not be written; the file that was there is untouched.</exception>
    /// <exception cref="InvalidOperationException">A weight is not a finite number.</exception>
    public void Save(string path) => ClassifierFile.Save(this, path);

    /// <summary>What the model reads of a set, for a trainer.</summary>
    /// <param name="sequences">Sequences of the kind it classifies, with labels it knows.</param>
    /// <exception cref="InvalidDataException">A sequence is of another kind, or has a label that the training part did not have; the message names its line.</exception>
    public IReadOnlyList<ClassifierExample> Encode(SequenceSet sequences)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        CheckKind(sequences, Options);
        return [.. sequences.Items.Select(item => item.StepLabels is { } labels
            ? Encode(item, -1, [.. labels.Select((label, step) => NumberOf(label, item, step))])
            : Encode(item, NumberOf(item.Label, item, -1)))];
    }

    /// <inheritdoc/>
    double IExampleModel<ClassifierExample>.WeightOf(ClassifierExample example) =>
        Options.PerStep ? example.StepLabels.Sum(label => (double)labelWeights[label]) : labelWeights[example.Label];

    /// <inheritdoc/>
    public Tensor Loss(Tape tape, ReadOnlySpan<ClassifierExample> batch, TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(tape);
        DropoutKey? dropout = step.IsTraining ? new(step.Seed, step.Update) : null;
        var pass = Rent(batch);
        var logits = Network.Logits(tape, Network.Input(tape, batch, pass, dropout), pass, dropout);
        Tensor loss;
        var targets = Options.PerStep ? pass.StepTargets(batch) : pass.Targets;
        if (Options.BalanceLabels)
        {
            var weights = pass.Weights(targets.Length);
            for (var row = 0; row < targets.Length; row++)
                weights[row] = labelWeights[targets[row]];
            loss = tape.WeightedCrossEntropy(logits, targets, weights);
        }
        else
        {
            loss = tape.CrossEntropy(logits, targets);
        }

        Return(pass);
        return loss;
    }

    /// <summary>
    /// Finds the temperature whose probabilities fit a set best, which was not trained on: the model becomes neither more nor less right, and says more truly how
    /// sure it is.
    /// </summary>
    /// <param name="validation">Sequences with labels, as many as there can be.</param>
    /// <exception cref="InvalidDataException">A sequence or label does not fit the model.</exception>
    public void Calibrate(SequenceSet validation)
    {
        var examples = Encode(validation);
        Temperature = TemperatureSoftmax.Fit(ClassifierEvaluator.Logits(this, examples, CancellationToken.None), ClassifierEvaluator.LabelsOf(this, examples));
    }

    /// <summary>Says which label a text has.</summary>
    /// <param name="text">Not blank. Characters or words that the training part did not have are read as the unknown token.</param>
    /// <exception cref="InvalidDataException">The text is blank or no valid Unicode, or the model classifies series.</exception>
    public Classification Predict(string text) => Predict(LabelledSequence.OfText(text));

    /// <summary>Says which label a series has.</summary>
    /// <param name="values">[T, C] in their own units, time step after time step; finite.</param>
    /// <exception cref="InvalidDataException">There is no step, the last is not whole, a value is not finite, or the model classifies texts.</exception>
    public Classification Predict(ReadOnlyMemory<float> values) => Predict(LabelledSequence.OfValues(values, Scaler?.Channels ?? 1));

    /// <summary>Says which label a sequence has; its own label, if any, is not looked at.</summary>
    /// <param name="sequence">A sequence of the kind the model classifies.</param>
    /// <exception cref="InvalidDataException">It is of another kind.</exception>
    /// <exception cref="InvalidOperationException">The model labels every step: use <see cref="Tag(LabelledSequence)"/>.</exception>
    public Classification Predict(LabelledSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        RequireWhole();
        var probabilities = new double[Labels.Count];
        TemperatureSoftmax.Probabilities(LogitsOf(Encode(sequence, -1)), Temperature, probabilities);
        return Classification.Of(Labels, probabilities);
    }

    /// <summary>Says which label each word of a text has.</summary>
    /// <param name="text">Words with white space between them; not blank.</param>
    /// <returns>One for each word, in their order.</returns>
    /// <exception cref="InvalidDataException">The text is blank, or the model labels series.</exception>
    /// <exception cref="InvalidOperationException">The model gives a sequence one label: use <see cref="Predict(string)"/>.</exception>
    public IReadOnlyList<Classification> Tag(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return Tag(LabelledSequence.OfTokens(words, [.. words.Select(_ => "")], "text"));
    }

    /// <summary>Says which label each token or time step of a sequence has; its own labels, if any, are not looked at.</summary>
    /// <param name="sequence">A sequence of the kind the model labels.</param>
    /// <returns>One for each, in their order.</returns>
    /// <exception cref="InvalidDataException">It is of another kind.</exception>
    /// <exception cref="InvalidOperationException">The model gives a sequence one label: use <see cref="Predict(LabelledSequence)"/>.</exception>
    public IReadOnlyList<Classification> Tag(LabelledSequence sequence)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        if (!Options.PerStep)
            throw new InvalidOperationException("This model gives a sequence one label, not one for each step. Use Predict, or train one with PerStep.");
        return [.. LogitsOf(Encode(sequence, -1)).Chunk(Labels.Count).Select(logits =>
        {
            var probabilities = new double[Labels.Count];
            TemperatureSoftmax.Probabilities(logits, Temperature, probabilities);
            return Classification.Of(Labels, probabilities);
        })];
    }

    /// <summary>
    /// Says which parts of a sequence speak for a label: the derivative of the label's logit by each input, times the input (gradient × input). What is above 0 speaks
    /// for the label, what is below against it.
    /// </summary>
    /// <remarks>Shrikumar, Greenside, Shcherbina and Kundaje, "Not Just a Black Box" (2016). For tokens the sum over the values of a token's vector.</remarks>
    /// <param name="sequence">A sequence of the kind the model classifies.</param>
    /// <param name="label">The label, or null for the most probable one.</param>
    /// <returns>For a text one number a token; for a series [T, C], time step after time step.</returns>
    /// <exception cref="InvalidDataException">The sequence is of another kind.</exception>
    /// <exception cref="ArgumentException">The model has no such label.</exception>
    /// <exception cref="InvalidOperationException">The model labels every step.</exception>
    public IReadOnlyList<float> Attribute(LabelledSequence sequence, string? label = null)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        RequireWhole();
        label ??= Predict(sequence).Label;
        if (!numbers.TryGetValue(label, out var number))
            throw new ArgumentException($"The model has no label '{label}'; it has {LabelList()}.", nameof(label));
        var example = Encode(sequence, -1);
        // The pass leaves gradients in the parameters, of which there is one set.
        lock (attributionLock)
            return Attribute(example, number);
    }

    /// <summary>Opens a stream of time steps: the label so far after each of them. Any number may be open at once.</summary>
    /// <exception cref="InvalidOperationException">The model is bidirectional, which needs the end of a sequence first, or classifies texts.</exception>
    public ClassifierSession OpenSession() => new(this);

    /// <summary>Measures how well the model classifies a set.</summary>
    /// <param name="sequences">Sequences with labels that the model knows.</param>
    /// <param name="cancellation">Stops the measurement.</param>
    /// <exception cref="InvalidDataException">A sequence or label does not fit the model.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public ClassificationReport Evaluate(SequenceSet sequences, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        return ClassifierEvaluator.Evaluate(this, sequences, cancellation);
    }

    /// <summary>A model of the given shape whose weights the caller fills.</summary>
    internal static SequenceClassifier CreateEmpty(IReadOnlyList<string> labels, SequenceEncoder encoder, SequenceClassifierOptions options) =>
        new(labels, encoder, options, [.. labels.Select(_ => 1f)]);

    /// <summary>How many rows of logits an example has: one, or one for each step.</summary>
    internal int RowsOf(ClassifierExample example) => Options.PerStep ? example.TimeSteps : 1;

    /// <summary>The logits of one sequence, or of each of its steps.</summary>
    internal float[] LogitsOf(ClassifierExample example)
    {
        var logits = new float[RowsOf(example) * Labels.Count];
        Logits([example], logits);
        return logits;
    }

    /// <summary>The logits of a batch.</summary>
    /// <param name="batch">The sequences.</param>
    /// <param name="logits">[B, K], or a row for each step, sequence after sequence; overwritten.</param>
    internal void Logits(ReadOnlySpan<ClassifierExample> batch, Span<float> logits)
    {
        var pass = Rent(batch);
        pass.Tape.Reset();
        var values = Network.Logits(pass.Tape, Network.Input(pass.Tape, batch, pass, null), pass, null).Values;
        if (Options.PerStep)
            Unpack(values, batch, pass.TimeSteps, logits);
        else
            values.CopyTo(logits);
        Return(pass);
    }

    /// <summary>From the order of packed steps, time-major, to sequence after sequence.</summary>
    private void Unpack(ReadOnlySpan<float> packed, ReadOnlySpan<ClassifierExample> batch, int timeSteps, Span<float> logits)
    {
        var count = Labels.Count;
        var source = 0;
        for (var step = 0; step < timeSteps; step++)
        {
            var first = 0;
            foreach (var example in batch)
            {
                if (step < example.TimeSteps)
                    packed.Slice(source++ * count, count).CopyTo(logits[((first + step) * count)..]);
                first += example.TimeSteps;
            }
        }
    }

    private static void CheckKind(SequenceSet sequences, SequenceClassifierOptions options)
    {
        if (sequences.IsPerStep == options.PerStep)
        {
            if (!options.PerStep || !sequences.IsText || options.Tokens == TokenKind.Word)
                return;
            throw new ArgumentOutOfRangeException(nameof(options), $"Tokens is {options.Tokens}; tokens that come with a label each are read as words. Set it to Word.");
        }

        throw new InvalidDataException(options.PerStep
            ? $"{sequences.Name}: each sequence has one label; a model with PerStep needs one for each token or time step."
            : $"{sequences.Name}: each token or time step has a label; a model of whole sequences needs one for each sequence. Set PerStep to label every step.");
    }

    private void RequireWhole()
    {
        if (Options.PerStep)
            throw new InvalidOperationException("This model labels every token or time step, not the whole sequence. Use Tag.");
    }

    private static float[] WeightsOf(SequenceSet training, bool balance) =>
        [.. training.Labels.Select(label => balance ? (float)(training.LabelCount / ((double)training.Labels.Count * training.CountOf(label))) : 1)];

    private ClassifierExample Encode(LabelledSequence sequence, int label, int[]? stepLabels = null)
    {
        var (tokens, values, timeSteps) = Encoder.Encode(sequence);
        return timeSteps > 0 ? new(tokens, values, timeSteps, label, stepLabels) : throw new InvalidDataException($"{sequence.Source}: the text holds no token.");
    }

    private float[] Attribute(ClassifierExample example, int label)
    {
        ReadOnlySpan<ClassifierExample> batch = [example];
        var pass = Rent(batch);
        var tape = new Tape();
        var input = Network.Input(tape, batch, pass, null, needsGradient: true);
        var logits = Network.Logits(tape, input, pass, null);
        Return(pass);
        var seed = new float[Labels.Count];
        seed[label] = 1;
        logits.SeedGradient(seed);
        tape.Backward();
        foreach (var parameter in Parameters)
            parameter.ClearGradient();
        // One number a token, the sum over its vector; or one a channel.
        var width = Encoder.Vocabulary is null ? 1 : Network.Rnn.InputSize;
        var contributions = new float[input.Length / width];
        for (var index = 0; index < input.Length; index++)
            contributions[index / width] += input.Gradient[index] * input.Values[index];
        return contributions;
    }

    private ClassifierPass Rent(ReadOnlySpan<ClassifierExample> batch)
    {
        ClassifierPass? pass;
        lock (passes)
            passes.TryPop(out pass);
        pass ??= new();
        pass.Begin(batch);
        return pass;
    }

    private void Return(ClassifierPass pass)
    {
        lock (passes)
            passes.Push(pass);
    }

    private int NumberOf(string label, LabelledSequence item, int step)
    {
        if (numbers.TryGetValue(label, out var number))
            return number;
        var source = step < 0 ? item.Source : $"{item.Source}, step {step + 1}";
        throw UnknownLabel(source, label);
    }

    private InvalidDataException UnknownLabel(string source, string label) => new(label.Length == 0
        ? $"{source}: the example has no label."
        : $"{source}: the label '{label}' is none of those the model was trained on ({LabelList()}). Train with examples of it, or leave it out.");

    private string LabelList()
    {
        const int Shown = 20;
        return string.Join(", ", Labels.Take(Shown)) + (Labels.Count > Shown ? $" and {Labels.Count - Shown} more" : "");
    }
}
