using Unroll.Cells;
using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Lanes;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Layers;

/// <summary>Ways to compute the same with stacks of every kind. Alone, because the number of threads is the process's.</summary>
[Collection(AloneCollection.Name)]
[Trait(LaneRunsTests.Mark, "every")]
public sealed class StackEqualityTests
{
    private const int TimeSteps = 9;
    private const int BatchSize = 6;
    private const int VocabularySize = 11;

    private static readonly DropoutKey key = new(Seed: 1, Update: 2);

    public static TheoryData<string> Names => [.. StackCases.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Threads_and_memory_show_in_no_bit(string name)
    {
        var layer = StackCases.Create(Cell.Lstm, Masked(name, Cell.Lstm));
        var x = Tensor.FromArray(
            RandomValues.Singles(new Random(1), TimeSteps * BatchSize * StackCases.InputSize), new(TimeSteps, BatchSize, StackCases.InputSize), requiresGradient: true);
        var expected = With(1, () => Run(layer, new(), tape => layer.Forward(tape, x, dropout: key), x));
        Close.Bits("three threads", expected, With(3, () => Run(layer, new(), tape => layer.Forward(tape, x, dropout: key), x)));

        // The first pass under a budget keeps as little as it can, the second what there is room for.
        var tape = new Tape { MemoryBudget = 1 << 30 };
        for (var pass = 0; pass < 2; pass++)
            Close.Bits($"pass {pass} under a budget", expected, Run(layer, tape, recorded => layer.Forward(recorded, x, dropout: key), x));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Tokens_give_what_their_vectors_give(string name)
    {
        var layer = StackCases.Create(Cell.Gru, Masked(name, Cell.Gru));
        var embedding = new Embedding(VocabularySize, StackCases.InputSize);
        EngineRun.Write(embedding.Weight, RandomValues.Uniform(new Random(2), embedding.Weight.Length));
        int[] tokens = [.. Enumerable.Range(0, TimeSteps * BatchSize).Select(index => index * 7 % VocabularySize)];

        var expected = Run(layer, new(), tape => layer.Forward(tape, embedding.Forward(tape, tokens, TimeSteps, BatchSize), dropout: key), embedding.Weight);
        var actual = Run(layer, new(), tape => layer.Forward(tape, embedding, tokens, TimeSteps, BatchSize, dropout: key), embedding.Weight);
        Close.Relative("outputs and gradients", RandomValues.ToDouble(expected), actual, tolerance: 1e-5);
    }

    /// <summary>The caller's input stays as it was, whatever is laid on it.</summary>
    [Fact]
    public void Masks_leave_the_input_alone()
    {
        var layer = StackCases.Create(Cell.Gru, new() { Layers = 2, VariationalDropout = 0.5f, Dropout = 0.5f });
        var values = RandomValues.Singles(new Random(3), 2 * 3 * StackCases.InputSize);
        var x = Tensor.FromArray(values, new(2, 3, StackCases.InputSize));
        layer.Forward(new(), x, dropout: key);
        Assert.Equal(values, x.Values.ToArray());
    }

    private static RecurrentOptions Masked(string name, Cell cell) => StackCases.Options(name, cell) with { Dropout = 0.2f, VariationalDropout = 0.3f };

    /// <summary>The outputs, the gradients of all parameters, and that of the input.</summary>
    private static float[] Run(Recurrent layer, Tape tape, Func<Tape, RecurrentOutput> forward, Tensor input)
    {
        tape.Reset();
        input.ClearGradient();
        foreach (var parameter in layer.Parameters)
            parameter.ClearGradient();
        var output = forward(tape).Output;
        output.SeedGradient(RandomValues.Singles(new Random(4), output.Length));
        tape.Backward();
        return [.. output.Values, .. layer.Parameters.SelectMany(parameter => parameter.Gradient.ToArray()), .. input.Gradient];
    }

    private static float[] With(int threads, Func<float[]> run)
    {
        var before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = threads;
        try
        {
            return run();
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }
}
