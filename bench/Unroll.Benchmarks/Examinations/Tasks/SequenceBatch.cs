using Unroll.Tensors;

namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>Sequences with their answers. A task fills the same one again for each update.</summary>
internal sealed class SequenceBatch
{
    private readonly int[] lengths;

    /// <summary>A batch that a task can fill.</summary>
    /// <param name="task">Gives the sizes of input and answers.</param>
    /// <param name="timeSteps">T, at least 1.</param>
    /// <param name="batchSize">B, at least 1.</param>
    public SequenceBatch(SequenceTask task, int timeSteps, int batchSize)
    {
        Input = new(new(timeSteps, batchSize, task.InputSize));
        lengths = new int[batchSize];
        if (task.Measure == TaskMeasure.SquaredError)
            Numbers = new(new(1, batchSize, task.OutputSize));
        else
            Classes = new int[task.Answers == AnswerPlace.LastStep ? batchSize : timeSteps * batchSize];
        Clear();
    }

    /// <summary>[T, B, I].</summary>
    public Tensor Input { get; }

    /// <summary>T.</summary>
    public int TimeSteps => Input.Shape[0];

    /// <summary>B.</summary>
    public int BatchSize => Input.Shape[1];

    /// <summary>The right class of each answer: [B] after the last step, or [T, B] after every step.</summary>
    public int[] Classes { get; } = [];

    /// <summary>The right numbers [1, B, O], of a task that asks for numbers.</summary>
    public Tensor? Numbers { get; }

    /// <summary>The length of each row, or empty where all are T long, as a layer takes them.</summary>
    public ReadOnlySpan<int> Lengths => Array.TrueForAll(lengths, length => length == TimeSteps) ? [] : lengths;

    /// <summary>Steps of all sequences.</summary>
    public int Tokens => lengths.Sum();

    /// <summary>One value of the input.</summary>
    public ref float this[int step, int row, int column] => ref Input.Values[(((step * BatchSize) + row) * Input.Shape[2]) + column];

    /// <summary>Sets the input to zero and all lengths to T.</summary>
    public void Clear()
    {
        Input.Values.Clear();
        Array.Fill(lengths, TimeSteps);
    }

    /// <summary>Says that a row is shorter than T; its input beyond stays zero.</summary>
    public void SetLength(int row, int length) => lengths[row] = length;

    /// <summary>The length of a row.</summary>
    public int LengthOf(int row) => lengths[row];
}
