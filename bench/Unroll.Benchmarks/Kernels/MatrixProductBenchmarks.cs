using BenchmarkDotNet.Attributes;
using Unroll.Kernels;

namespace Unroll.Benchmarks.Kernels;

/// <summary>Square products: C = A · B with B packed beforehand, and the weight gradient's C = Aᵀ · B, which packs as it goes.</summary>
public class MatrixProductBenchmarks : ICountedBenchmark
{
    private readonly FloatBuffer a = new();
    private readonly FloatBuffer b = new();
    private readonly FloatBuffer c = new();
    private readonly PackedMatrix packed = new();

    /// <summary>M, N and K.</summary>
    [Params(128, 200, 256, 512, 1024)]
    public int Size { get; set; }

    public double Operations => 2.0 * Size * Size * Size;

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(1);
        foreach (var buffer in (FloatBuffer[])[a, b, c])
        {
            buffer.EnsureLength(OuterProduct.PaddedColumns(Size) * Size);
            foreach (ref var value in buffer.Span)
                value = random.NextSingle() - 0.5f;
        }

        packed.Pack(b.Pointer, Size, Size, Size);
    }

    [Benchmark]
    public void Product() => MatrixProduct.Shared.Run(Size, a.Pointer, Size, packed, default, 0, c.Pointer, Size);

    [Benchmark]
    public void WeightGradient() =>
        OuterProduct.Shared.Run(Size, Size, Size, a.Pointer, Size, b.Pointer, Size, c.Pointer, OuterProduct.PaddedColumns(Size));
}
