using Unroll.Tensors;
using Unroll.Tests.Oracles;

namespace Unroll.Tests.Tensors;

/// <summary>What a parameter knows of its gradient never shows in the values, whoever contributes and whoever looks.</summary>
public sealed class ParameterGradientTests
{
    private const int Rows = 70;
    private const int Columns = 3;

    [Fact]
    public void The_first_contribution_overwrites_and_the_next_adds()
    {
        var parameter = Make();
        Contribute(parameter, 1);
        Contribute(parameter, 2);
        AssertAll(3, parameter.GradientValues);

        parameter.ClearGradient();
        Assert.True(parameter.IsGradientZero);
        Contribute(parameter, 5);
        AssertAll(5, parameter.GradientValues);
    }

    [Fact]
    public void A_cleared_gradient_reads_as_zero_for_everybody()
    {
        var parameter = Make();
        Contribute(parameter, 1);
        parameter.ClearGradient();
        AssertAll(0, parameter.GradientValues);

        Contribute(parameter, 1);
        parameter.ClearGradient();
        AssertAll(0, parameter.GradientPointer.Span(parameter.Length));

        Contribute(parameter, 1);
        parameter.ClearGradient();
        AssertAll(0, parameter.Gradient);
    }

    [Fact]
    public void A_span_that_somebody_holds_is_cleared_too_and_counts_when_written()
    {
        var parameter = Make();
        var span = parameter.Gradient;
        span.Fill(4);
        parameter.ClearGradient();
        AssertAll(0, span);
        span[7] = 2;

        Assert.False(parameter.IsGradientZero);
        Assert.Equal(2, parameter.GradientValues[7]);
        Contribute(parameter, 1);
        Assert.Equal(3, span[7]);
    }

    [Fact]
    public void Rows_that_were_touched_are_cleared_and_no_others_are_written()
    {
        var parameter = Make();
        Touch(parameter, [3, 69, 3]);
        Assert.Equal([3, 69], Touched(parameter));
        Assert.Equal(2, parameter.GradientValues[3 * Columns]);
        Assert.Equal(3f * Columns, Sum(parameter));

        parameter.ClearGradient();
        Assert.True(parameter.IsGradientZero);
        Touch(parameter, [0]);
        Assert.Equal([0], Touched(parameter));
        Assert.Equal((float)Columns, Sum(parameter));
    }

    [Fact]
    public void Rows_after_a_whole_gradient_and_a_whole_gradient_after_rows()
    {
        var parameter = Make();
        Contribute(parameter, 9);
        parameter.ClearGradient();
        Touch(parameter, [5]);
        Assert.Equal((float)Columns, Sum(parameter));

        Contribute(parameter, 1);
        Assert.Equal(2, parameter.GradientValues[5 * Columns]);
        Assert.Equal(1, parameter.GradientValues[0]);
        Assert.True(parameter.GradientRows.IsAll);

        Touch(parameter, [6]);
        Assert.Equal(2, parameter.GradientValues[6 * Columns]);
        Assert.True(parameter.GradientRows.IsAll);
    }

    /// <summary>Operations that write a part of a gradient, and a table that is a matrix as well.</summary>
    [Fact]
    public void Every_operation_sees_zeros_where_nothing_was_added()
    {
        var parameter = Make();
        RandomValues.Singles(new(1), parameter.Length).CopyTo(parameter.Values);
        var tape = new Tape();
        float[]? expected = null;
        for (var pass = 0; pass < 3; pass++)
        {
            tape.Reset();
            parameter.ClearGradient();
            var slice = tape.Slice(parameter, 0, 2, 4);
            var looked = tape.Embedding(parameter, [1, 1, 69], 3, 1);
            var product = tape.Linear(looked, parameter);
            tape.Backward(tape.Add(tape.Sum(slice), tape.Add(tape.Sum(product), tape.Sum(tape.Multiply(parameter, parameter)))));
            expected ??= [.. parameter.GradientValues];
            Close.Bits("gradient", expected, parameter.GradientValues);
        }

        var oracle = new double[parameter.Length];
        for (var index = 0; index < oracle.Length; index++)
            oracle[index] = (2.0 * parameter.Values[index]) + (index / Columns is >= 2 and < 6 ? 1 : 0);
        AddProductOracle(oracle, parameter.Values, [1, 1, 69]);
        Close.Relative("gradient", oracle, parameter.Gradient);
    }

    // Σ over n and v of e(n) · w(v): each looked-up row gets Σ w(v), each row of the matrix Σ e(n).
    private static void AddProductOracle(double[] gradient, ReadOnlySpan<float> values, int[] ids)
    {
        for (var column = 0; column < Columns; column++)
        {
            var (all, looked) = (0.0, 0.0);
            for (var row = 0; row < Rows; row++)
                all += values[(row * Columns) + column];
            foreach (var id in ids)
                looked += values[(id * Columns) + column];
            for (var row = 0; row < Rows; row++)
                gradient[(row * Columns) + column] += looked + (ids.Count(id => id == row) * all);
        }
    }

    private static Parameter Make() => new("table", new(Rows, Columns));

    private static void Contribute(Parameter parameter, float value)
    {
        var accumulate = parameter.BeginGradient();
        foreach (ref var gradient in parameter.GradientPointer.Span(parameter.Length))
            gradient = accumulate ? gradient + value : value;
    }

    private static void Touch(Parameter parameter, int[] rows)
    {
        var gradient = parameter.UseGradientRows(rows).Span(parameter.Length);
        foreach (var row in rows)
        {
            foreach (ref var value in gradient.Slice(row * Columns, Columns))
                value++;
        }
    }

    private static List<int> Touched(Parameter parameter)
    {
        var rows = new List<int>();
        for (var row = 0; parameter.GradientRows.Next(ref row, Rows) > 0; row++)
            rows.Add(row);
        return rows;
    }

    private static float Sum(Parameter parameter)
    {
        var sum = 0f;
        foreach (var value in parameter.GradientValues)
            sum += value;
        return sum;
    }

    private static void AssertAll(float expected, ReadOnlySpan<float> values)
    {
        foreach (var value in values)
            Assert.Equal(expected, value);
    }
}
