using System.Globalization;

namespace Unroll.Tests.Golden;

/// <summary>A golden file of a training run: embedding → stacked cell → linear → mean cross entropy.</summary>
internal sealed class TrainingGolden
{
    public TrainingGolden(GoldenFile file)
    {
        File = file;
        (Updates, TimeSteps, BatchSize) = file.Shape("ids") is [var updates, var time, var batch]
            ? (updates, time, batch)
            : throw new NotSupportedException($"{file.Name}: ids are not (steps, T, B).");
        (VocabularySize, EmbeddingSize) = (file.Shape("init.embedding.weight")[0], file.Shape("init.embedding.weight")[1]);
        HiddenSize = file.Shape("init.cell.weight_hh_l0")[1];
        Layers = Enumerable.Range(0, int.MaxValue).TakeWhile(layer => file.Has($"init.cell.weight_ih_l{layer}")).Count();
        ClipNorm = double.Parse(file.Text("clip_grad_norm"), CultureInfo.InvariantCulture);
        Assert.DoesNotContain(file.Tensors, name => name.Contains("_reverse", StringComparison.Ordinal));
    }

    public GoldenFile File { get; }

    public int Updates { get; }

    public int TimeSteps { get; }

    public int BatchSize { get; }

    public int VocabularySize { get; }

    public int EmbeddingSize { get; }

    public int HiddenSize { get; }

    public int Layers { get; }

    public double ClipNorm { get; }

    public string Optimizer => File.Text("optimizer");

    /// <summary>The names of the parameters without <c>init.</c>.</summary>
    public IEnumerable<string> Parameters =>
        File.Tensors.Where(name => name.StartsWith("init.", StringComparison.Ordinal)).Select(name => name["init.".Length..]);

    /// <summary>A number of <c>lr 0.01, betas 0.9 0.999, eps 1e-8</c>.</summary>
    public double Hyperparameter(string name, int index = 0)
    {
        foreach (var part in File.Text("hyperparameters").Split(','))
        {
            var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] == name)
                return double.Parse(words[index + 1], CultureInfo.InvariantCulture);
        }

        throw new KeyNotFoundException($"{File.Name}: the hyperparameters '{File.Text("hyperparameters")}' have no '{name}'.");
    }
}
