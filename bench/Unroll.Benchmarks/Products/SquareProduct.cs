using Unroll.Kernels;

namespace Unroll.Benchmarks.Products;

/// <summary>C = A · B of three square matrices, B packed beforehand.</summary>
internal sealed class SquareProduct
{
    private readonly FloatBuffer a = new();
    private readonly FloatBuffer c = new();
    private readonly PackedMatrix packed = new();
    private readonly int size;

    /// <summary>Fills the matrices.</summary>
    /// <param name="size">M, N and K.</param>
    public SquareProduct(int size)
    {
        this.size = size;
        var random = new Random(size);
        var b = new FloatBuffer();
        foreach (var buffer in (FloatBuffer[])[a, b, c])
        {
            buffer.EnsureLength(size * size);
            foreach (ref var value in buffer.Span)
                value = random.NextSingle() - 0.5f;
        }

        packed.Pack(b.Pointer, size, size, size);
        GC.KeepAlive(b);
    }

    /// <summary>One multiplication and one addition for each of M·N·K.</summary>
    public double Operations => 2.0 * size * size * size;

    /// <summary>Multiplies once.</summary>
    public void Run() => MatrixProduct.Shared.Run(size, a.Pointer, size, packed, default, 0, c.Pointer, size);
}
