namespace Unroll.Cells;

/// <summary>A weight matrix of a one-step class, with its gradient.</summary>
public sealed class StepMatrix : StepParameter
{
    /// <summary>A matrix of zeros.</summary>
    /// <param name="rows">Size of its results, at least 1.</param>
    /// <param name="columns">Size of what it is multiplied with, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public StepMatrix(int rows, int columns)
        : base(checked(Size(rows) * Size(columns)))
    {
        Rows = rows;
        Columns = columns;
    }

    /// <summary>Size of its results.</summary>
    public int Rows { get; }

    /// <summary>Size of what it is multiplied with.</summary>
    public int Columns { get; }

    /// <summary><c>W·x</c>: each result is the sum over a row.</summary>
    /// <param name="w">W [rows, columns].</param>
    /// <param name="x">[columns].</param>
    /// <returns>[rows].</returns>
    /// <exception cref="ArgumentException">x has another size.</exception>
    public static StepVector operator *(StepMatrix w, StepVector x)
    {
        ArgumentNullException.ThrowIfNull(w);
        w.Check(x.Length, w.Columns, "multiplies", nameof(x));
        var result = new float[w.Rows];
        for (var row = 0; row < w.Rows; row++)
        {
            for (var column = 0; column < w.Columns; column++)
                result[row] += w.Values[(row * w.Columns) + column] * x[column];
        }

        return result;
    }

    /// <summary><c>Wᵀ·d</c>: takes the gradient of <c>W·x</c> back to x.</summary>
    /// <param name="d">[rows].</param>
    /// <returns>[columns].</returns>
    /// <exception cref="ArgumentException">d has another size.</exception>
    public StepVector TransposedTimes(StepVector d)
    {
        Check(d.Length, Rows, "transposed multiplies", nameof(d));
        var result = new float[Columns];
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
                result[column] += Values[(row * Columns) + column] * d[row];
        }

        return result;
    }

    /// <summary><c>dW += d·xᵀ</c>: the gradient of W, given that of <c>W·x</c>.</summary>
    /// <param name="d">[rows].</param>
    /// <param name="x">[columns].</param>
    /// <exception cref="ArgumentException">A size differs.</exception>
    public void AddGradient(StepVector d, StepVector x)
    {
        Check(d.Length, Rows, "has gradients of products of", nameof(d));
        Check(x.Length, Columns, "multiplies", nameof(x));
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
                Gradient[(row * Columns) + column] += d[row] * x[column];
        }
    }

    private void Check(int got, int expected, string does, string name)
    {
        if (got != expected)
            throw new ArgumentException($"A matrix [{Rows}, {Columns}] {does} {expected} values; got {got}.", name);
    }
}
