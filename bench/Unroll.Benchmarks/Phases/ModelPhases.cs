using Unroll.Benchmarks.LanguageModels;
using Unroll.Benchmarks.Measurement;
using Unroll.Cells;
using Unroll.Cli.Measurement;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Models;
using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Training;

namespace Unroll.Benchmarks.Phases;

/// <summary>
/// The parts of an update of a language model: each layer forward and backward, the softmax with its loss, clipping and optimiser. The parts run alone,
/// on tapes of their own and the shapes of the model; the update is the trainer's, and what it takes beyond its parts is their difference.
/// </summary>
internal sealed class ModelPhases
{
    // Forward, and in backward once for the data and once for the weights.
    private const int Passes = 3;
    private const float SmallRate = 1e-6f;

    private readonly LanguageModelTask task;
    private readonly string name;
    private readonly Circumstances run;
    private readonly LanguageModel model;
    private readonly TrainingRun course;
    private readonly Optimizer optimizer;
    private readonly Tape tape = new();
    private readonly Embedding embedding;
    private readonly Recurrent first;
    private readonly Recurrent second;
    private readonly Tensor hidden;
    private readonly Parameter outputWeights;
    private readonly Parameter outputBias;
    private readonly float[] seed;
    private readonly int[] tokens;
    private readonly int vocabularySize;

    private ModelPhases(LanguageModelRow row, LanguageModelTexts texts, Circumstances run)
    {
        this.run = run;
        name = row.Name;
        task = row.Task(texts.Read(row.Tokens), run.Threads);
        model = UnrollLanguageModel.Create(task);
        course = UnrollLanguageModel.TrainerOf(model, task, LearningRateSchedule.Constant()).Begin(task.Training, TrainingLimit.After(int.MaxValue));
        // So small a rate changes nothing that a clock could see.
        optimizer = IsAdam ? new AdamW(SmallRate) : new Sgd(SmallRate);
        vocabularySize = model.Vocabulary.Size;
        tokens = [.. task.Training.Tokens.Span[..Rows]];
        embedding = new(vocabularySize, task.EmbeddingSize);
        first = new(Cell.Lstm, task.EmbeddingSize, task.HiddenSize);
        second = new(Cell.Lstm, task.HiddenSize, task.HiddenSize);
        hidden = new(new(task.WindowLength, task.BatchSize, task.HiddenSize), requiresGradient: true);
        outputWeights = new("weight", new(vocabularySize, task.HiddenSize));
        outputBias = new("bias", new(vocabularySize));
        seed = new float[Rows * task.HiddenSize];
        var random = new CounterRandom(seed: 1);
        foreach (var parameter in (Parameter[])[.. embedding.Parameters, .. first.Parameters, .. second.Parameters, outputWeights, outputBias])
            Initializer.TorchUniform(parameter, task.HiddenSize, ref random);
        foreach (ref var value in hidden.Values)
            value = random.NextSingle() - 0.5f;
        hidden.Values.CopyTo(seed);
    }

    private bool IsAdam => task.Rule == UpdateRule.AdamW;

    private int Rows => task.WindowLength * task.BatchSize;

    /// <summary>Measures one model.</summary>
    public static IReadOnlyList<PhaseFigure> Measure(LanguageModelRow row, LanguageModelTexts texts, Circumstances run)
    {
        Parallelism.ThreadCount = run.Threads;
        return new ModelPhases(row, texts, run).Measure();
    }

    private List<PhaseFigure> Measure()
    {
        var timings = Alternation.Time([() => course.StepOnce(), FirstLayer, SecondLayer, Softmax, Optimise], run.Rounds);
        var (whole, parts) = (timings[0].Median, timings[1..].Select(timing => timing.Median).ToArray());
        var peak = Roofline.Measure().Of(run.Threads);
        var gateProduct = 2.0 * Rows * 4 * task.HiddenSize;
        var operations = Passes * gateProduct * task.HiddenSize;
        // An input that is looked up costs one product over the vocabulary and no more.
        var lookedUp = vocabularySize < Rows / 2;
        // Rows of the embedding that no token names have no gradient, and are passed over.
        var parameters = model.Parameters.Sum(parameter => (double)parameter.Length) - ((vocabularySize - tokens.Distinct().Count()) * task.EmbeddingSize);
        // The norm reads the gradients; the update reads them, the weights and both moments of AdamW, and writes all but them.
        var bytes = sizeof(float) * parameters * (IsAdam ? 8 : 4);
        var inputOperations = lookedUp ? 0 : Passes * gateProduct * task.EmbeddingSize;
        return
        [
            Figure(lookedUp ? "layer 1, input looked up" : "embedding and layer 1", PhaseMethod.Alone, parts[0], operations + inputOperations, PhaseRoof.Operations, peak),
            Figure("layer 2", PhaseMethod.Alone, parts[1], 2 * operations, PhaseRoof.Operations, peak),
            Figure($"output layer, softmax and loss, {vocabularySize:N0} classes", PhaseMethod.Alone, parts[2], Passes * 2.0 * Rows * vocabularySize * task.HiddenSize, PhaseRoof.Operations, peak),
            Figure(IsAdam ? "clipping and AdamW" : "clipping and SGD", PhaseMethod.Alone, parts[3], bytes, PhaseRoof.Bytes, ReadBandwidth.Measure((long)(sizeof(float) * parameters * (IsAdam ? 4 : 2)), run.Threads)),
            Figure("the rest: dropout, state, windows", PhaseMethod.Difference, whole - parts.Sum(), null, PhaseRoof.Bytes, null),
            Figure("whole update", PhaseMethod.Inside, whole, (3 * operations) + inputOperations + (Passes * 2.0 * Rows * vocabularySize * task.HiddenSize), PhaseRoof.Operations, peak),
        ];

        PhaseFigure Figure(string phase, PhaseMethod method, double seconds, double? amount, PhaseRoof unit, double? roof) => new()
        {
            Work = name,
            Phase = phase,
            Method = method,
            Seconds = seconds,
            Share = seconds / whole,
            Rate = amount / seconds / 1e9,
            Unit = unit,
            Roof = roof,
            Run = run,
        };
    }

    private void FirstLayer()
    {
        Begin([.. embedding.Parameters, .. first.Parameters]);
        var output = first.Forward(tape, embedding, tokens, task.WindowLength, task.BatchSize).Output;
        output.SeedGradient(seed);
        tape.Backward();
    }

    private void SecondLayer()
    {
        Begin(second.Parameters);
        var output = second.Forward(tape, hidden).Output;
        output.SeedGradient(seed);
        tape.Backward();
    }

    private void Softmax()
    {
        Begin([outputWeights, outputBias]);
        tape.Backward(tape.LinearSoftmaxCrossEntropy(hidden, outputWeights, outputBias, tokens));
    }

    private void Optimise()
    {
        var norm = GradientClipping.GlobalNorm(model.Parameters);
        optimizer.Step(model.Parameters, GradientClipping.ScaleFor(norm, maximum: 1));
    }

    private void Begin(IReadOnlyList<Parameter> parameters)
    {
        tape.Reset();
        hidden.ClearGradient();
        foreach (var parameter in parameters)
        {
            parameter.ClearGradient();
            parameter.MarkChanged();
        }
    }
}
