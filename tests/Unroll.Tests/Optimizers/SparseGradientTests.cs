using Unroll.Optimizers;
using Unroll.Tensors;
using Unroll.Tests.Oracles;
using Unroll.Tests.Recurrence;

namespace Unroll.Tests.Optimizers;

/// <summary>
/// Norms and steps where few rows of a table have a gradient: the bits are those of a gradient full of zeros, on any number of threads. Alone, because
/// that number is the whole process's.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SparseGradientTests
{
    private const int Steps = 4;
    private const int TableRows = 500;

    /// <summary>Whole vectors, a rest, and less than a vector.</summary>
    private static readonly int[] widths = [200, 37, 5];

    private static readonly int[] threadCounts = [1, 2, 3, 7];

    [Theory]
    [MemberData(nameof(OptimizerTests.Names), MemberType = typeof(OptimizerTests))]
    public void Few_rows_and_any_number_of_threads_give_the_bits_of_the_whole_on_one(string name)
    {
        foreach (var width in widths)
        {
            var expected = Run(name, width, threads: 1, showGradients: true);
            foreach (var threads in threadCounts)
            {
                foreach (var shows in (bool[])[true, false])
                {
                    var actual = Run(name, width, threads, shows);
                    Assert.Equal(expected.Norms, actual.Norms);
                    Close.Bits("weights", expected.Weights, actual.Weights);
                    Close.Bits("state", expected.State, actual.State);
                }
            }
        }
    }

    /// <summary>A zero over zero has always been a NaN; leaving it out would hide it.</summary>
    [Fact]
    public void Adagrad_without_epsilon_visits_every_row()
    {
        var optimizer = new Adagrad(epsilon: 0);
        var table = new Parameter("table", new(TableRows, 3));
        Touch(table, [4], new(1));
        optimizer.Step([table]);

        Assert.True(float.IsNaN(table.Values[0]));
        Assert.True(float.IsFinite(table.Values[4 * 3]));
    }

    [Fact]
    public void A_parameter_that_got_no_gradient_steps_with_zeros()
    {
        var (dropped, zero) = (new Parameter("w", new(40)), new Parameter("w", new(40)));
        var (first, second) = (new AdamW(0.1f, weightDecay: 0.5f), new AdamW(0.1f, weightDecay: 0.5f));
        dropped.Values.Fill(1);
        zero.Values.Fill(1);
        for (var step = 0; step < Steps; step++)
        {
            if (step == 1)
            {
                dropped.BeginGradient();
                dropped.GradientPointer.Span(dropped.Length).Fill(3);
                zero.Gradient.Fill(3);
            }

            first.Step([dropped]);
            second.Step([zero]);
            dropped.ClearGradient();
            zero.ClearGradient();
        }

        Close.Bits("weights", zero.Values, dropped.Values);
        Assert.Equal(0, GradientClipping.GlobalNorm([dropped]));
    }

    [Fact]
    public void Clipping_reaches_the_rows_that_have_a_gradient()
    {
        var (sparse, whole) = (new Parameter("table", new(TableRows, 11)), new Parameter("table", new(TableRows, 11)));
        Touch(sparse, [3, 4, 499], new(5));
        sparse.GradientValues.CopyTo(whole.Gradient);

        Assert.Equal(GradientClipping.ByGlobalNorm([whole], 0.5f), GradientClipping.ByGlobalNorm([sparse], 0.5f));
        Close.Bits("by norm", whole.Gradient, sparse.GradientValues);
        GradientClipping.ByValue([whole], 0.05f);
        GradientClipping.ByValue([sparse], 0.05f);
        Close.Bits("by value", whole.Gradient, sparse.GradientValues);
        Assert.False(sparse.GradientRows.IsAll);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_row_that_is_no_number_shows_in_the_norm(float bad)
    {
        var table = new Parameter("table", new(TableRows, 9));
        Touch(table, [77], new(1));
        table.GradientValues[(77 * 9) + 8] = bad;

        Assert.False(double.IsFinite(GradientClipping.GlobalNorm([table])));
    }

    private static (double[] Norms, float[] Weights, float[] State) Run(string name, int width, int threads, bool showGradients)
    {
        var before = Parallelism.ThreadCount;
        Parallelism.ThreadCount = threads;
        try
        {
            var random = new Random(width);
            Parameter[] parameters = [new("table", new(TableRows, width)), new("vector", new(40_000)), new("bias", new(3))];
            foreach (var parameter in parameters)
                RandomValues.Singles(random, parameter.Length).CopyTo(parameter.Values);
            var optimizer = OptimizerTests.Create(name);
            var norms = new double[Steps];
            for (var step = 0; step < Steps; step++)
            {
                foreach (var parameter in parameters)
                    parameter.ClearGradient();
                Touch(parameters[0], [.. Enumerable.Range(0, 30).Select(_ => random.Next(TableRows)), TableRows - 1], random);
                for (var index = 1; index < parameters.Length; index++)
                    RandomValues.Singles(random, parameters[index].Length).CopyTo(parameters[index].GradientPointer.Span(parameters[index].Length));
                if (showGradients)
                    _ = parameters[0].Gradient;
                norms[step] = GradientClipping.GlobalNorm(parameters);
                optimizer.Step(parameters, GradientClipping.ScaleFor(norms[step], 1));
            }

            return (
                norms, [.. parameters.SelectMany(parameter => parameter.Values.ToArray())],
                [.. optimizer.State.SelectMany(state => state.Values.ToArray())]);
        }
        finally
        {
            Parallelism.ThreadCount = before;
        }
    }

    private static void Touch(Parameter table, int[] rows, Random random)
    {
        var gradient = table.UseGradientRows(rows).Span(table.Length);
        foreach (var row in rows)
        {
            foreach (ref var value in gradient.Slice(row * table.Shape.Last, table.Shape.Last))
                value += (float)random.NextDouble() - 0.5f;
        }
    }
}
