using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Tensors;

namespace Unroll.Tests.Layers;

/// <summary>Wrong sizes, lengths, states and tokens fail at once, and the message has the numbers. Each of these crashed a well-known peer once.</summary>
public sealed class BadInputTests
{
    private static readonly Recurrent lstm = new(Cell.Lstm, 5, 7, new() { Layers = 2 });

    private readonly Tape tape = new();

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Sizes_below_one(int size)
    {
        Rejects<ArgumentOutOfRangeException>(() => new Recurrent(Cell.Gru, 3, size), $"{size}", "hiddenSize");
        Rejects<ArgumentOutOfRangeException>(() => new Recurrent(Cell.Gru, size, 3), $"{size}", "inputSize");
        Rejects<ArgumentOutOfRangeException>(() => new Recurrent(Cell.Gru, 3, 3, new() { Layers = size }), $"{size}");
        Rejects<ArgumentOutOfRangeException>(() => new Linear(size, 3), $"{size}", "inputSize");
        Rejects<ArgumentOutOfRangeException>(() => new Linear(3, size), $"{size}", "outputSize");
        Rejects<ArgumentOutOfRangeException>(() => new Embedding(size, 3), $"{size}", "vocabularySize");
        Rejects<ArgumentOutOfRangeException>(() => new Embedding(3, size), $"{size}", "embeddingSize");
        Rejects<ArgumentOutOfRangeException>(() => lstm.CreateState(size), $"{size}", "batchSize");
    }

    [Theory]
    [InlineData(1 << 29)]
    [InlineData(1 << 30)]
    [InlineData(int.MaxValue)]
    public void Sizes_no_memory_holds(int size)
    {
        Rejects<ArgumentOutOfRangeException>(() => new Recurrent(Cell.Lstm, 3, size), $"{size}");
        Rejects<ArgumentOutOfRangeException>(() => new Linear(size, 8), $"{size}");
        Rejects<ArgumentOutOfRangeException>(() => new Tensor(new(size, 4)), $"{size}");
        Rejects<ArgumentOutOfRangeException>(() => new Tensor(new(int.MaxValue)), $"{int.MaxValue}");
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(-0.1f)]
    [InlineData(float.NaN)]
    public void Dropout_rates_outside_their_range(float rate)
    {
        Rejects<ArgumentOutOfRangeException>(() => new Recurrent(Cell.Lstm, 3, 3, new() { Dropout = rate }), "below 1");
        Rejects<ArgumentOutOfRangeException>(() => tape.Dropout(new Tensor(new(2, 2)), rate, default), "below 1");
    }

    [Fact]
    public void No_cell() => Rejects<ArgumentNullException>(() => new Recurrent(null!, 3, 3), "cell");

    [Fact]
    public void Inputs_that_do_not_fit()
    {
        Rejects<ArgumentException>(() => lstm.Forward(tape, new Tensor(new(4, 3, 6))), "[4, 3, 6]", "5");
        Rejects<ArgumentException>(() => lstm.Forward(tape, new Tensor(new(4, 5))), "[4, 5]");
        Rejects<ArgumentException>(() => lstm.Forward(tape, new Tensor(new(0, 3, 5))), "[0, 3, 5]");
        Rejects<ArgumentException>(() => lstm.Forward(tape, new Tensor(new(4, 0, 5))), "[4, 0, 5]");
        Rejects<ArgumentException>(() => lstm.OpenStream().Step(new float[4]), "5", "4");
        Rejects<ArgumentException>(() => new Linear(3, 2).Forward(tape, new Tensor(new(2, 4))), "[2, 4]");
        Rejects<ArgumentException>(() => new Linear(3, 2).Step(new float[2], new float[2]), "3", "2");
        Rejects<ArgumentException>(() => new Linear(3, 2).Step(new float[3], new float[1]), "2", "1");
    }

    [Fact]
    public void Lengths_that_do_not_fit()
    {
        var x = new Tensor(new(4, 3, 5));
        Rejects<ArgumentException>(() => lstm.Forward(tape, x, null, [4, 0, 2]), "Row 1", "0");
        Rejects<ArgumentException>(() => lstm.Forward(tape, x, null, [4, 4, 5]), "Row 2", "5", "4");
        Rejects<ArgumentException>(() => lstm.Forward(tape, x, null, [4, -1, 2]), "Row 1", "-1");
        Rejects<ArgumentException>(() => lstm.Forward(tape, x, null, [4, 4]), "2", "3");
    }

    [Fact]
    public void States_that_do_not_fit()
    {
        var x = new Tensor(new(4, 3, 5));
        RecurrentState State(int rows, int batch, int hidden, bool cell = true) =>
            new(new(new(rows, batch, hidden)), cell ? new(new(rows, batch, hidden)) : null);

        Rejects<ArgumentException>(() => lstm.Forward(tape, x, State(1, 3, 7)), "[1, 3, 7]", "[2, 3, 7]");
        Rejects<ArgumentException>(() => lstm.Forward(tape, x, State(2, 2, 7)), "[2, 2, 7]", "[2, 3, 7]");
        Rejects<ArgumentException>(() => lstm.Forward(tape, x, State(2, 3, 8)), "[2, 3, 8]", "[2, 3, 7]");
        Rejects<ArgumentException>(() => lstm.Forward(tape, x, State(2, 3, 7, cell: false)), "cell state");
        Rejects<ArgumentException>(() => new Recurrent(Cell.Gru, 5, 7).Forward(tape, x, State(1, 3, 7)), "cell state");
        Rejects<ArgumentException>(() => new RecurrentState(new(new(2, 3, 7)), new(new(2, 4, 7))), "[2, 4, 7]", "[2, 3, 7]");
        Rejects<ArgumentException>(() => lstm.Forward(tape, x, new RecurrentState(new(new(2, 3, 7)), new(new(2, 3, 8)))), "[2, 3, 8]", "1 · 7");
        Rejects<ArgumentException>(() => new RecurrentState(new(new(2, 3))), "[2, 3]");
        Rejects<ArgumentException>(() => lstm.CreateState(3).CopyFrom(lstm.CreateState(2)), "[2, 2, 7]", "[2, 3, 7]");
        Rejects<ArgumentException>(() => lstm.OpenStream().SetState(lstm.CreateState(2)), "[2, 2, 7]", "[2, 1, 7]");
    }

    [Fact]
    public void Tokens_and_targets_outside_the_vocabulary()
    {
        var embedding = new Embedding(10, 4);
        var head = new Linear(4, 10);
        var hidden = new Tensor(new(2, 3, 4), requiresGradient: true);
        Rejects<ArgumentException>(() => embedding.Forward(tape, [1, 2, 3, 10, 0, 0], 2, 3), "Token 10", "position 3", "size 10");
        Rejects<ArgumentException>(() => embedding.Forward(tape, [1, 2, -1, 0, 0, 0], 2, 3), "Token -1", "position 2");
        Rejects<ArgumentException>(() => embedding.Forward(tape, [1, 2, 3], 2, 3), "6", "3");
        Rejects<ArgumentException>(() => tape.LinearSoftmaxCrossEntropy(hidden, head.Weight, head.Bias, [0, 1, 2, 3, 4, 10]), "Target 10", "position 5", "size 10");
        Rejects<ArgumentException>(() => tape.LinearSoftmaxCrossEntropy(hidden, head.Weight, head.Bias, [0, 1]), "2", "6");
        Rejects<ArgumentException>(() => tape.CrossEntropy(hidden, [0, 1, 2, 3, 4, 5]), "Target 4", "size 4");
    }

    [Fact]
    public void Calls_in_the_wrong_order()
    {
        Assert.Throws<InvalidOperationException>(() => new Recurrent(Cell.Gru, 5, 7, new() { Bidirectional = true }).OpenStream());
        Assert.Throws<InvalidOperationException>(() => new Tape(recording: false).Backward());
        Assert.Throws<InvalidOperationException>(() => tape.Backward(new Tensor(new(2), requiresGradient: true)));
        Assert.Throws<InvalidOperationException>(() => tape.Backward(new Tensor(new())));

        var output = new Linear(2, 2).Forward(tape, new Tensor(new(1, 2)));
        output.SeedGradient([1, 1]);
        tape.Backward();
        Assert.Throws<InvalidOperationException>(tape.Backward);
        tape.Reset();
        tape.Backward();
    }

    /// <summary>A refused call leaves the tape as it was: the next pass computes what it should.</summary>
    [Fact]
    public void A_refused_call_leaves_the_tape_usable()
    {
        var embedding = new Embedding(10, 4);
        embedding.Weight.Values.Fill(1);
        Assert.ThrowsAny<ArgumentException>(() => embedding.Forward(tape, [1, 99], 2, 1));

        var output = embedding.Forward(tape, [1, 2], 2, 1);
        output.SeedGradient([1, 1, 1, 1, 2, 2, 2, 2]);
        tape.Backward();

        Assert.Equal([1f, 1, 1, 1, 2, 2, 2, 2], embedding.Weight.Gradient.Slice(4, 8).ToArray());
        Assert.Equal(12, embedding.Weight.Gradient.ToArray().Sum());
    }

    private static void Rejects<TException>(Func<object?> call, params string[] parts)
        where TException : ArgumentException
    {
        var exception = Assert.ThrowsAny<TException>(call);
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
    }

    private static void Rejects<TException>(Action call, params string[] parts)
        where TException : ArgumentException => Rejects<TException>(
            () =>
            {
                call();
                return null;
            },
            parts);
}
