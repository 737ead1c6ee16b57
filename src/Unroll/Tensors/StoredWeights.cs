using System.Runtime.InteropServices;
using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>
/// A parameter that is no longer trained, in a weight format: its values row by row as they stand in a file. In between products read them packed, and this
/// is made anew where somebody asks.
/// </summary>
internal sealed class StoredWeights
{
    private readonly ReadOnlyMemory<byte> values;
    private readonly float[] scales;

    /// <summary>Wraps values that are known to be good.</summary>
    /// <param name="name">The name in a model file.</param>
    /// <param name="shape">The sizes; [rows, columns] for narrow formats.</param>
    /// <param name="format">What the values are.</param>
    /// <param name="values">The values, row-major, little-endian.</param>
    /// <param name="scales">For <see cref="WeightFormat.Int8"/> a finite positive scale for each row; else empty.</param>
    public StoredWeights(string name, Shape shape, WeightFormat format, ReadOnlyMemory<byte> values, float[] scales)
    {
        Name = name;
        Shape = shape;
        Format = format;
        this.values = values;
        this.scales = scales;
    }

    /// <summary>The name in a model file.</summary>
    public string Name { get; }

    /// <summary>The sizes.</summary>
    public Shape Shape { get; }

    /// <summary>What the values are.</summary>
    public WeightFormat Format { get; }

    /// <summary>The values, row-major, little-endian.</summary>
    public ReadOnlySpan<byte> Values => values.Span;

    /// <summary>For <see cref="WeightFormat.Int8"/> the scale of each row; else empty.</summary>
    public ReadOnlySpan<float> Scales => scales;

    /// <summary>The values as float32, for <see cref="WeightFormat.Float32"/>.</summary>
    public ReadOnlySpan<float> Singles => MemoryMarshal.Cast<byte, float>(Values);

    private ReadOnlySpan<ushort> Halves => MemoryMarshal.Cast<byte, ushort>(Values);

    private ReadOnlySpan<sbyte> Bytes => MemoryMarshal.Cast<byte, sbyte>(Values);

    /// <summary>Fails unless a format is one that weights can be brought into.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is float32 or unknown.</exception>
    public static void CheckNarrow(WeightFormat format, string name)
    {
        if (format is not (WeightFormat.BFloat16 or WeightFormat.Int8))
            throw new ArgumentOutOfRangeException(name, format, $"Weights are quantized to {WeightFormat.BFloat16} or {WeightFormat.Int8}; got {format}.");
    }

    /// <summary>Rounds a parameter: a matrix to the format, a vector to float32, which is what it was.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="format">The format of matrices.</param>
    /// <exception cref="InvalidOperationException">A value is not finite, or too large for the format.</exception>
    public static StoredWeights Of(Parameter parameter, WeightFormat format)
    {
        ReadOnlySpan<float> source = parameter.Values;
        if (source.ContainsAnyExceptInRange(-Largest(format), Largest(format)))
            throw new InvalidOperationException($"The weights '{parameter.Name}' are not all finite numbers within the range of {format}; a model that diverged is not quantized.");
        if (parameter.Shape.Rank != 2 || format == WeightFormat.Float32)
            return new(parameter.Name, parameter.Shape, WeightFormat.Float32, MemoryMarshal.AsBytes(source).ToArray(), []);
        return format == WeightFormat.BFloat16 ? Rounded(parameter, source) : Scaled(parameter, source);
    }

    /// <summary>Takes a packed matrix apart.</summary>
    /// <param name="name">The name in a model file.</param>
    /// <param name="matrix">The matrix.</param>
    public static StoredWeights Of(string name, NarrowMatrix matrix)
    {
        var shape = new Shape(matrix.Rows, matrix.Depth);
        if (matrix is BFloat16Matrix halves)
        {
            var bits = new byte[shape.Length * sizeof(ushort)];
            halves.CopyTo(MemoryMarshal.Cast<byte, ushort>(bits.AsSpan()));
            return new(name, shape, WeightFormat.BFloat16, bits, []);
        }

        var (bytes, scales) = (new byte[shape.Length], new float[matrix.Rows]);
        ((Int8Matrix)matrix).CopyTo(MemoryMarshal.Cast<byte, sbyte>(bytes.AsSpan()), scales);
        return new(name, shape, WeightFormat.Int8, bytes, scales);
    }

    /// <summary>Packs the matrix for products of one row.</summary>
    /// <param name="rowOfColumn">For each column its row, or −1 for zeros; null for column j = row j.</param>
    public NarrowMatrix Pack(int[]? rowOfColumn = null) => Format == WeightFormat.BFloat16
        ? new BFloat16Matrix(Halves, Shape[0], Shape[1], rowOfColumn)
        : new Int8Matrix(Bytes, Scales, Shape[1], rowOfColumn);

    /// <summary>Widens one row.</summary>
    /// <param name="row">Which.</param>
    /// <param name="target">[columns].</param>
    public void CopyRow(int row, Span<float> target)
    {
        var start = row * Shape[1];
        if (Format == WeightFormat.BFloat16)
        {
            var halves = Halves.Slice(start, target.Length);
            for (var column = 0; column < target.Length; column++)
                target[column] = BFloat16.Widen(halves[column]);
            return;
        }

        var bytes = Bytes.Slice(start, target.Length);
        for (var column = 0; column < target.Length; column++)
            target[column] = scales[row] * bytes[column];
    }

    /// <summary>The largest value that does not become infinite.</summary>
    private static float Largest(WeightFormat format) => format switch
    {
        WeightFormat.BFloat16 => BFloat16.LargestFinite,
        WeightFormat.Int8 => Int8Matrix.Largest * Int8Matrix.LargestScale,
        _ => float.MaxValue,
    };

    private static StoredWeights Rounded(Parameter parameter, ReadOnlySpan<float> source)
    {
        var bits = new byte[source.Length * sizeof(ushort)];
        var halves = MemoryMarshal.Cast<byte, ushort>(bits.AsSpan());
        for (var index = 0; index < source.Length; index++)
            halves[index] = BFloat16.Round(source[index]);
        return new(parameter.Name, parameter.Shape, WeightFormat.BFloat16, bits, []);
    }

    private static StoredWeights Scaled(Parameter parameter, ReadOnlySpan<float> source)
    {
        var (rows, columns) = (parameter.Shape[0], parameter.Shape[1]);
        var (bytes, scales) = (new byte[source.Length], new float[rows]);
        var target = MemoryMarshal.Cast<byte, sbyte>(bytes.AsSpan());
        for (var row = 0; row < rows; row++)
            scales[row] = Int8Row.Round(source.Slice(row * columns, columns), target.Slice(row * columns, columns));
        return new(parameter.Name, parameter.Shape, WeightFormat.Int8, bytes, scales);
    }
}
