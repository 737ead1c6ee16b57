using Unroll.Layers;
using Unroll.Tensors;
using Unroll.Tests.Tensors;

namespace Unroll.Tests.Layers;

public sealed class PoolingTests
{
    private const int Steps = 5;
    private const int Batch = 3;
    private const int Size = 4;
    private const int Reverse = 2;

    private static readonly int[] Lengths = [5, 1, 3];

    [Theory]
    [InlineData(PoolingKind.Last)]
    [InlineData(PoolingKind.Mean)]
    [InlineData(PoolingKind.Max)]
    [InlineData(PoolingKind.Attention)]
    public void Values_and_gradients_are_those_of_plain_loops_over_the_steps_of_each_row(PoolingKind kind)
    {
        var random = new Random(7);
        var pooling = new Pooling(kind, Size);
        var input = TapeCheck.Random(random, Steps, Batch, Size);
        foreach (var parameter in pooling.Parameters)
            TapeCheck.RandomParameter(random, parameter.Shape.ToArray()).Values.CopyTo(parameter.Values);
        TapeCheck.Run(
            kind.ToString(), tape => pooling.Forward(tape, input, Lengths, Reverse), values => Oracle(kind, values), [input, .. pooling.Parameters]);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var pooling = new Pooling(PoolingKind.Mean, Size);
        var input = new Tensor(new(Steps, Batch, Size));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Pooling((PoolingKind)9, Size));
        Assert.Throws<ArgumentException>(() => pooling.Forward(new(), new Tensor(new(Steps, Batch, Size + 1)), Lengths, Size));
        Assert.Throws<ArgumentException>(() => pooling.Forward(new(), input, [1, 2], Size));
        Assert.Contains("A length is 6", Assert.Throws<ArgumentException>(() => pooling.Forward(new(), input, [6, 1, 1], Size)).Message);
        Assert.Throws<ArgumentException>(() => pooling.Forward(new(), input, Lengths, Size + 1));
    }

    private static double[] Oracle(PoolingKind kind, double[][] values)
    {
        var x = values[0];
        double At(int step, int row, int index) => x[(((step * Batch) + row) * Size) + index];
        var pooled = new double[Batch * Size];
        for (var row = 0; row < Batch; row++)
        {
            double[] weights = [.. Enumerable.Range(0, Lengths[row]).Select(step => kind == PoolingKind.Attention
                ? Math.Exp(Score(values, [.. Enumerable.Range(0, Size).Select(index => At(step, row, index))]))
                : 1)];
            for (var index = 0; index < Size; index++)
            {
                double[] own = [.. Enumerable.Range(0, Lengths[row]).Select(step => At(step, row, index))];
                pooled[(row * Size) + index] = kind switch
                {
                    PoolingKind.Last => index < Reverse ? own[^1] : own[0],
                    PoolingKind.Max => own.Max(),
                    _ => own.Zip(weights, (value, weight) => value * weight).Sum() / weights.Sum(),
                };
            }
        }

        return pooled;
    }

    /// <summary>v · tanh(W · h + b)</summary>
    private static double Score(double[][] values, double[] hidden)
    {
        var score = 0.0;
        for (var row = 0; row < Size; row++)
            score += values[3][row] * Math.Tanh(values[2][row] + Enumerable.Range(0, Size).Sum(column => values[1][(row * Size) + column] * hidden[column]));
        return score;
    }
}
