namespace Unroll.Tests.Oracles;

/// <summary>Matrix products in double precision, one plain loop each; row-major.</summary>
internal static class MatrixOracle
{
    /// <summary>C [M, N] = op(A) · op(B), where op(A) is [M, K] and op(B) is [K, N].</summary>
    public static double[] Product(
        ReadOnlySpan<double> a, bool transposeA, ReadOnlySpan<double> b, bool transposeB, (int M, int N, int K) size)
    {
        var (m, n, k) = size;
        Assert.Equal(m * k, a.Length);
        Assert.Equal(k * n, b.Length);
        var c = new double[m * n];
        for (var row = 0; row < m; row++)
        {
            for (var column = 0; column < n; column++)
            {
                var sum = 0.0;
                for (var inner = 0; inner < k; inner++)
                    sum += (transposeA ? a[(inner * m) + row] : a[(row * k) + inner]) * (transposeB ? b[(column * k) + inner] : b[(inner * n) + column]);
                c[(row * n) + column] = sum;
            }
        }

        return c;
    }

    /// <summary>y = W · x for W [rows, columns].</summary>
    public static double[] Apply(ReadOnlySpan<double> w, ReadOnlySpan<double> x)
    {
        var rows = x.Length == 0 ? 0 : w.Length / x.Length;
        return Product(w, false, x, false, (rows, 1, x.Length));
    }

    /// <summary>x = Wᵀ · y for W [rows, columns].</summary>
    public static double[] ApplyTransposed(ReadOnlySpan<double> w, ReadOnlySpan<double> y, int columns) =>
        Product(w, true, y, false, (columns, 1, y.Length));

    /// <summary>W += y · xᵀ.</summary>
    public static void AddOuter(Span<double> w, ReadOnlySpan<double> y, ReadOnlySpan<double> x)
    {
        for (var row = 0; row < y.Length; row++)
        {
            for (var column = 0; column < x.Length; column++)
                w[(row * x.Length) + column] += y[row] * x[column];
        }
    }

    /// <summary>target += source.</summary>
    public static void Add(Span<double> target, ReadOnlySpan<double> source)
    {
        Assert.Equal(target.Length, source.Length);
        for (var index = 0; index < target.Length; index++)
            target[index] += source[index];
    }
}
