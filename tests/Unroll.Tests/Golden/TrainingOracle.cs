using Unroll.Tests.Oracles;

namespace Unroll.Tests.Golden;

/// <summary>The training run of a golden file in double precision.</summary>
internal sealed class TrainingOracle
{
    private readonly TrainingGolden golden;
    private readonly Dictionary<string, (double[] First, double[] Second)> moments;
    private readonly OracleWeights[] weights;
    private double[] hidden;
    private double[] cell;

    public TrainingOracle(TrainingGolden golden)
    {
        this.golden = golden;
        Parameters = golden.Parameters.ToDictionary(name => name, name => golden.File.Doubles("init." + name));
        moments = Parameters.ToDictionary(p => p.Key, p => (new double[p.Value.Length], new double[p.Value.Length]));
        weights = new OracleWeights[golden.Layers];
        for (var layer = 0; layer < golden.Layers; layer++)
        {
            weights[layer] = new(
                golden.File.Cell,
                layer == 0 ? golden.EmbeddingSize : golden.HiddenSize,
                golden.HiddenSize,
                Parameters[$"cell.weight_ih_l{layer}"],
                Parameters[$"cell.weight_hh_l{layer}"],
                Parameters.GetValueOrDefault($"cell.bias_ih_l{layer}"),
                Parameters.GetValueOrDefault($"cell.bias_hh_l{layer}"));
        }

        hidden = new double[golden.Layers * golden.BatchSize * golden.HiddenSize];
        cell = golden.File.Cell == OracleCell.Lstm ? new double[hidden.Length] : [];
    }

    public Dictionary<string, double[]> Parameters { get; }

    /// <summary>One update on ids and targets [T·B]; returns the loss and the norm of all gradients before clipping.</summary>
    public (double Loss, double Norm) Update(int update, int[] ids, int[] targets)
    {
        var (loss, gradients) = Gradients(ids, targets);
        var norm = Math.Sqrt(gradients.Values.Sum(gradient => gradient.Sum(value => value * value)));
        // clip_grad_norm_ of PyTorch: factor = max_norm / (norm + 1e-6), at most 1
        var factor = Math.Min(1, golden.ClipNorm / (norm + 1e-6));
        foreach (var (name, gradient) in gradients)
        {
            for (var index = 0; index < gradient.Length; index++)
                Parameters[name][index] -= Change(name, index, gradient[index] * factor, update + 1);
        }

        return (loss, norm);
    }

    private (double Loss, Dictionary<string, double[]> Gradients) Gradients(int[] ids, int[] targets)
    {
        var embedding = Parameters["embedding.weight"];
        var head = Parameters["head.weight"];
        var size = (golden.TimeSteps * golden.BatchSize, golden.HiddenSize, golden.VocabularySize);
        var sequence = new OracleSequence(
            golden.TimeSteps, golden.BatchSize, LayerOracles.Embedding(embedding, ids, golden.EmbeddingSize), hidden, cell);
        var stack = new RecurrentOracle(weights, bidirectional: false);
        var forward = stack.Forward(sequence);
        var logits = LayerOracles.Linear(forward.Y, head, Parameters["head.bias"], size);
        var (loss, dLogits) = LayerOracles.SoftmaxCrossEntropy(logits, targets, golden.VocabularySize);
        var dHead = LayerOracles.LinearBackward(forward.Y, head, dLogits, size);
        var dStack = stack.Backward(sequence, dHead.X, new double[hidden.Length], new double[cell.Length]);
        (hidden, cell) = (forward.Hn, forward.Cn);

        var gradients = new Dictionary<string, double[]>
        {
            ["embedding.weight"] = LayerOracles.EmbeddingBackward(embedding.Length, ids, golden.EmbeddingSize, dStack.X),
            ["head.weight"] = dHead.W,
            ["head.bias"] = dHead.Bias,
        };
        for (var layer = 0; layer < golden.Layers; layer++)
        {
            foreach (var (name, values) in dStack.Weights[layer].Named())
                gradients[$"cell.{name}_l{layer}"] = values;
        }

        return (loss, gradients);
    }

    /// <summary>What one update takes off a parameter.</summary>
    private double Change(string name, int index, double gradient, int step)
    {
        var (first, second) = moments[name];
        var rate = golden.Hyperparameter("lr");
        switch (golden.Optimizer)
        {
            // v = μ·v + g
            case "sgd_momentum":
                first[index] = (golden.Hyperparameter("momentum") * first[index]) + gradient;
                return rate * first[index];

            // m̂ / (√v̂ + ε), Kingma and Ba 2015
            case "adam":
                var (beta1, beta2) = (golden.Hyperparameter("betas", 0), golden.Hyperparameter("betas", 1));
                first[index] = (beta1 * first[index]) + ((1 - beta1) * gradient);
                second[index] = (beta2 * second[index]) + ((1 - beta2) * gradient * gradient);
                return rate * (first[index] / (1 - Math.Pow(beta1, step)))
                    / (Math.Sqrt(second[index] / (1 - Math.Pow(beta2, step))) + golden.Hyperparameter("eps"));

            default:
                throw new NotSupportedException($"{golden.File.Name}: optimizer '{golden.Optimizer}' has no oracle.");
        }
    }
}
