using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Unroll.Tensors;

namespace Unroll.Files;

/// <summary>One tensor of a safetensors file: a name, a type, a shape and its bytes, row-major, little-endian.</summary>
public sealed class SafetensorsTensor
{
    private readonly string file;
    private readonly ReadOnlyMemory<byte> bytes;

    internal SafetensorsTensor(string file, SafetensorsEntry entry, ReadOnlyMemory<byte> bytes)
    {
        this.file = file;
        this.bytes = bytes;
        Name = entry.Name;
        Type = entry.Type;
        Shape = entry.Shape;
        Length = bytes.Length / SafetensorsFormat.SizeOf(entry.Type);
    }

    /// <summary>Its name, such as <c>rnn.weight_hh_l0</c>.</summary>
    public string Name { get; }

    /// <summary>What it is made of.</summary>
    public SafetensorsType Type { get; }

    /// <summary>The sizes of its dimensions, outermost first; none for a scalar.</summary>
    public ImmutableArray<long> Shape { get; }

    /// <summary>The number of values.</summary>
    public int Length { get; }

    /// <summary>The values as they stand in the file.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.Span;

    /// <summary>The values as they stand in the file, for who keeps them.</summary>
    internal ReadOnlyMemory<byte> Memory => bytes;

    /// <summary>The shape as tensors in memory have it.</summary>
    /// <exception cref="InvalidDataException">It has more than four dimensions, or sizes no tensor in memory has.</exception>
    public Shape ToShape()
    {
        if (Shape.Length > Tensors.Shape.MaximumRank || Shape.Any(size => size > int.MaxValue))
            throw Invalid($"has shape {SafetensorsFormat.Text(Shape.AsSpan())}; expected at most {Tensors.Shape.MaximumRank} dimensions of 31 bits each.");
        Span<int> sizes = stackalloc int[Shape.Length];
        for (var dimension = 0; dimension < sizes.Length; dimension++)
            sizes[dimension] = (int)Shape[dimension];
        try
        {
            return new(sizes);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Invalid($"has shape {SafetensorsFormat.Text(Shape.AsSpan())}; its sizes are too large for memory.");
        }
    }

    /// <summary>Copies the values; F16, BF16 and F64 are converted, F32 keeps every bit.</summary>
    /// <param name="destination">Exactly <see cref="Length"/> values.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="InvalidDataException">The tensor holds integers.</exception>
    public void CopyTo(Span<float> destination)
    {
        CheckLength(destination.Length);
        if (!SafetensorsValues.TryConvert(Type, Bytes, destination))
            throw WrongType("floating-point values (F32, F64, F16 or BF16)");
    }

    /// <summary>Copies the values; the smaller floating-point types are widened, F64 keeps every bit.</summary>
    /// <param name="destination">Exactly <see cref="Length"/> values.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="InvalidDataException">The tensor holds integers.</exception>
    public void CopyTo(Span<double> destination)
    {
        CheckLength(destination.Length);
        if (Type == SafetensorsType.F64)
        {
            MemoryMarshal.Cast<byte, double>(Bytes).CopyTo(destination);
            return;
        }

        var singles = ToSingleArray();
        for (var i = 0; i < singles.Length; i++)
            destination[i] = singles[i];
    }

    /// <summary>Copies the values of an integer type.</summary>
    /// <param name="destination">Exactly <see cref="Length"/> values.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="InvalidDataException">The tensor holds floating-point values.</exception>
    public void CopyTo(Span<long> destination)
    {
        CheckLength(destination.Length);
        if (!SafetensorsValues.TryConvert(Type, Bytes, destination))
            throw WrongType("integers (I64, I32, I8, U8 or BOOL)");
    }

    /// <summary>The values as a new array, as <see cref="CopyTo(Span{float})"/> gives them.</summary>
    /// <exception cref="InvalidDataException">The tensor holds integers.</exception>
    public float[] ToSingleArray()
    {
        var values = GC.AllocateUninitializedArray<float>(Length);
        CopyTo(values.AsSpan());
        return values;
    }

    /// <summary>The values as a new array, as <see cref="CopyTo(Span{double})"/> gives them.</summary>
    /// <exception cref="InvalidDataException">The tensor holds integers.</exception>
    public double[] ToDoubleArray()
    {
        var values = new double[Length];
        CopyTo(values.AsSpan());
        return values;
    }

    /// <summary>The values as a new array, as <see cref="CopyTo(Span{long})"/> gives them.</summary>
    /// <exception cref="InvalidDataException">The tensor holds floating-point values.</exception>
    public long[] ToInt64Array()
    {
        var values = new long[Length];
        CopyTo(values.AsSpan());
        return values;
    }

    /// <summary>The values of an integer type as a new array, such as token ids.</summary>
    /// <exception cref="InvalidDataException">The tensor holds floating-point values, or a value that 32 bits do not hold.</exception>
    public int[] ToInt32Array()
    {
        var values = new int[Length];
        var wide = ToInt64Array();
        for (var i = 0; i < wide.Length; i++)
        {
            values[i] = wide[i] is >= int.MinValue and <= int.MaxValue
                ? (int)wide[i]
                : throw Invalid(string.Create(CultureInfo.InvariantCulture, $"holds {wide[i]} at index {i}; expected values of 32 bits."));
        }

        return values;
    }

    /// <summary>Checks that no value is NaN or infinite; integers always pass.</summary>
    /// <exception cref="InvalidDataException">One is; the message names the tensor, the index and the value.</exception>
    public void RequireFinite()
    {
        var index = SafetensorsValues.IndexOfNonFinite(Type, Bytes);
        if (index >= 0)
        {
            throw Invalid(string.Create(
                CultureInfo.InvariantCulture,
                $"holds {ToDoubleArray()[index]} at index {index}; expected finite values. Was it saved after training had diverged?"));
        }
    }

    internal InvalidDataException Invalid(string problem) => new($"{file}: tensor {SafetensorsFormat.Quote(Name)} {problem}");

    private InvalidDataException WrongType(string expected) =>
        Invalid($"holds {SafetensorsFormat.NameOf(Type)}; expected {expected}.");

    private void CheckLength(int length)
    {
        if (length != Length)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"The tensor {SafetensorsFormat.Quote(Name)} has {Length} values; the destination has room for {length}."));
        }
    }
}
