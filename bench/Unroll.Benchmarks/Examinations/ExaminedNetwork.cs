using Unroll.Benchmarks.Examinations.Tasks;
using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Tensors;

namespace Unroll.Benchmarks.Examinations;

/// <summary>What is examined: recurrent layers of a cell and a linear layer that reads their output.</summary>
internal sealed class ExaminedNetwork
{
    private readonly SequenceTask task;
    private readonly Recurrent recurrent;
    private readonly Linear head;

    /// <summary>A network with drawn weights.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="task">Gives the sizes of input and answers.</param>
    /// <param name="size">H and L.</param>
    /// <param name="settings">Where the weights come from.</param>
    public ExaminedNetwork(Cell cell, SequenceTask task, NetworkSize size, ExaminationSettings settings)
    {
        this.task = task;
        (recurrent, head) = Layers(cell, task, size);
        NetworkInitialization.Draw(recurrent, head, settings);
        Parameters = [.. recurrent.Named("rnn"), .. head.Named("head")];
    }

    /// <summary>All of its parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The number of trained values of such a network.</summary>
    public static long CountOf(Cell cell, SequenceTask task, NetworkSize size)
    {
        var (recurrent, head) = Layers(cell, task, size);
        return recurrent.ParameterCount + head.ParameterCount;
    }

    /// <summary>The mean loss of a batch: squared error or nats of an answer.</summary>
    /// <returns>A scalar.</returns>
    public Tensor Loss(Tape tape, SequenceBatch batch)
    {
        var read = Read(tape, batch);
        return batch.Numbers is { } numbers
            ? tape.MeanSquaredError(head.Forward(tape, read), numbers)
            : tape.LinearSoftmaxCrossEntropy(read, head.Weight, head.Bias, batch.Classes);
    }

    /// <summary>What the network answers: numbers, or the logits of classes.</summary>
    /// <returns>[1, B, O] or [T, B, O].</returns>
    public Tensor Answer(Tape tape, SequenceBatch batch) => head.Forward(tape, Read(tape, batch));

    private static (Recurrent Recurrent, Linear Head) Layers(Cell cell, SequenceTask task, NetworkSize size)
    {
        var recurrent = new Recurrent(cell, task.InputSize, size.HiddenSize, new() { Layers = size.Layers });
        return (recurrent, new(recurrent.OutputSize, task.OutputSize));
    }

    private Tensor Read(Tape tape, SequenceBatch batch)
    {
        var output = recurrent.Forward(tape, batch.Input, lengths: batch.Lengths);
        return task.Answers == AnswerPlace.EveryStep ? output.Output : tape.Slice(output.FinalHidden, 0, recurrent.LayerCount - 1, 1);
    }
}
