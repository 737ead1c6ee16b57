using TorchSharp.Modules;
using Unroll.Data;
using static TorchSharp.torch;

namespace Unroll.Benchmarks.LanguageModels;

/// <summary>The model in libtorch's own modules.</summary>
internal sealed class TorchLanguageModel : IDisposable
{
    private readonly LanguageModelTask task;
    private readonly Embedding embedding;
    private readonly LSTM recurrent;
    private readonly Dropout dropout;
    private readonly Linear head;
    private Tensor hidden = zeros(0);
    private Tensor cell = zeros(0);

    public TorchLanguageModel(LanguageModelTask task)
    {
        this.task = task;
        manual_seed(task.Seed);
        var vocabularySize = task.Training.Vocabulary.Size;
        embedding = nn.Embedding(vocabularySize, task.EmbeddingSize);
        recurrent = nn.LSTM(task.EmbeddingSize, task.HiddenSize, task.Layers, dropout: task.Dropout);
        dropout = nn.Dropout(task.Dropout);
        head = nn.Linear(task.HiddenSize, vocabularySize);
    }

    /// <summary>All parameters, for the optimiser and the clipping.</summary>
    public Parameter[] Parameters() => [.. embedding.parameters(), .. recurrent.parameters(), .. head.parameters()];

    /// <summary>Takes over weights by the names that a saved model has: <c>embedding.weight</c>, <c>rnn.weight_ih_l0</c>, …, <c>head.bias</c>.</summary>
    public void CopyWeights(IEnumerable<Unroll.Tensors.Parameter> source)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var targets = Named();
        foreach (var parameter in source)
            targets[parameter.Name].copy_(tensor(parameter.Values.ToArray(), targets[parameter.Name].shape));
    }

    /// <summary>The gradients of the mean loss of a window, by the same names.</summary>
    public Dictionary<string, float[]> GradientsOf(TokenWindow window)
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in Parameters())
            parameter.grad?.zero_();
        Loss(window).backward();
        return Named().ToDictionary(entry => entry.Key, entry => entry.Value.grad!.data<float>().ToArray());
    }

    /// <summary>Switches dropout on or off.</summary>
    public void SetTraining(bool isTraining)
    {
        recurrent.train(isTraining);
        dropout.train(isTraining);
    }

    /// <summary>Sets the state of as many streams to zero.</summary>
    public void ResetState(int streams)
    {
        Carry(zeros(task.Layers, streams, task.HiddenSize), zeros(task.Layers, streams, task.HiddenSize));
    }

    /// <summary>The mean loss of a window from the state of the last one; the new state is kept, detached. Call in a dispose scope.</summary>
    public Tensor Loss(TokenWindow window)
    {
        var inputs = Ids(window.Inputs).reshape(window.TimeSteps, window.BatchSize);
        var (output, nextHidden, nextCell) = recurrent.call(embedding.call(inputs), (hidden, cell));
        Carry(nextHidden.detach(), nextCell.detach());
        var logits = head.call(dropout.call(output)).flatten(0, 1);
        return nn.functional.cross_entropy(logits, Ids(window.Targets));
    }

    public void Dispose()
    {
        hidden.Dispose();
        cell.Dispose();
        embedding.Dispose();
        recurrent.Dispose();
        dropout.Dispose();
        head.Dispose();
    }

    private Dictionary<string, Parameter> Named() => new (string Prefix, nn.Module Module)[] { ("embedding.", embedding), ("rnn.", recurrent), ("head.", head) }
        .SelectMany(part => part.Module.named_parameters().Select(entry => (Name: part.Prefix + entry.name, entry.parameter)))
        .ToDictionary(entry => entry.Name, entry => entry.parameter);

    private static Tensor Ids(ReadOnlySpan<int> tokens)
    {
        var ids = new long[tokens.Length];
        for (var index = 0; index < ids.Length; index++)
            ids[index] = tokens[index];
        return tensor(ids);
    }

    private void Carry(Tensor nextHidden, Tensor nextCell)
    {
        hidden.Dispose();
        cell.Dispose();
        hidden = nextHidden.DetachFromDisposeScope();
        cell = nextCell.DetachFromDisposeScope();
    }
}
