using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Unroll.Tensors;

namespace Unroll.Files;

/// <summary>
/// Collects tensors and metadata and writes them as one safetensors file. The same content gives the same bytes, in whatever order it was
/// added; the SHA-256 of the data goes into the metadata.
/// </summary>
/// <remarks>
/// Tensors stand in the file by falling size of their elements, then by name, so that every one is aligned; the header is padded with spaces
/// to a multiple of eight bytes. The limits are those of <see cref="SafetensorsFile"/>: what is written can be read.
/// </remarks>
public sealed class SafetensorsWriter
{
    private readonly Dictionary<string, SafetensorsTensor> tensors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> metadata = new(StringComparer.Ordinal);

    /// <summary>The texts of <c>__metadata__</c>. The key <c>sha256</c> is the writer's own.</summary>
    public IDictionary<string, string> Metadata => metadata;

    /// <summary>Adds a copy of single-precision values; every bit is kept, NaN included.</summary>
    /// <param name="name">The full name, 1 to 1,024 bytes of UTF-8.</param>
    /// <param name="shape">The sizes; their product is the number of values.</param>
    /// <param name="values">The values, row-major.</param>
    /// <exception cref="ArgumentException">The name is taken, reserved, too long or no valid Unicode; or the shape does not fit the values.</exception>
    public void Add(string name, Shape shape, ReadOnlySpan<float> values) =>
        Add(name, SafetensorsType.F32, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a copy of double-precision values; every bit is kept, NaN included.</summary>
    /// <inheritdoc cref="Add(string, Shape, ReadOnlySpan{float})"/>
    public void Add(string name, Shape shape, ReadOnlySpan<double> values) =>
        Add(name, SafetensorsType.F64, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a copy of 64-bit integers.</summary>
    /// <inheritdoc cref="Add(string, Shape, ReadOnlySpan{float})"/>
    public void Add(string name, Shape shape, ReadOnlySpan<long> values) =>
        Add(name, SafetensorsType.I64, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a copy of 32-bit integers.</summary>
    /// <inheritdoc cref="Add(string, Shape, ReadOnlySpan{float})"/>
    public void Add(string name, Shape shape, ReadOnlySpan<int> values) =>
        Add(name, SafetensorsType.I32, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a copy of bytes.</summary>
    /// <inheritdoc cref="Add(string, Shape, ReadOnlySpan{float})"/>
    public void Add(string name, Shape shape, ReadOnlySpan<byte> values) => Add(name, SafetensorsType.U8, shape, values);

    /// <summary>Adds a copy of signed bytes.</summary>
    /// <inheritdoc cref="Add(string, Shape, ReadOnlySpan{float})"/>
    public void Add(string name, Shape shape, ReadOnlySpan<sbyte> values) =>
        Add(name, SafetensorsType.I8, shape, MemoryMarshal.AsBytes(values));

    /// <summary>Adds a tensor that was read from another file, as it stands there.</summary>
    /// <param name="tensor">The tensor; its data is not copied.</param>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(SafetensorsTensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        CheckName(tensor.Name);
        tensors.Add(tensor.Name, tensor);
    }

    /// <summary>Adds a copy of values of any type.</summary>
    /// <param name="name">The full name, 1 to 1,024 bytes of UTF-8.</param>
    /// <param name="type">What the values are.</param>
    /// <param name="shape">The sizes, at most eight; their product is the number of values.</param>
    /// <param name="bytes">The values, row-major, little-endian.</param>
    /// <exception cref="ArgumentException">The name is taken, reserved, too long or no valid Unicode; or the shape does not fit the bytes.</exception>
    public void Add(string name, SafetensorsType type, ReadOnlySpan<long> shape, ReadOnlySpan<byte> bytes)
    {
        CheckName(name);
        if (!SafetensorsFormat.TryGetByteLength(shape, SafetensorsFormat.SizeOf(type), out var length, out var problem))
            throw new ArgumentException($"The tensor {SafetensorsFormat.Quote(name)} {problem}.", nameof(shape));
        if (length != bytes.Length)
        {
            throw new ArgumentException(
                $"The tensor {SafetensorsFormat.Quote(name)} got {SafetensorsFormat.Number(bytes.Length)} bytes; "
                + $"{SafetensorsFormat.NameOf(type)} {SafetensorsFormat.Text(shape)} needs {SafetensorsFormat.Number(length)}.",
                nameof(bytes));
        }

        var copy = GC.AllocateUninitializedArray<byte>(bytes.Length);
        bytes.CopyTo(copy);
        tensors.Add(name, new(name, new(name, type, [.. shape], 0, length), copy));
    }

    /// <summary>
    /// Writes the file so that a crash, a full disk or a failing one leaves either the file that was there before or the new one, whole.
    /// </summary>
    /// <param name="path">The path; a file that is there is replaced. It may be the one the content was read from.</param>
    /// <exception cref="IOException">It could not be written; the message says what is at the path now.</exception>
    /// <exception cref="InvalidDataException">The content is beyond the limits of a file.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var (header, order) = Arrange();
        DurableFile.Write(path, stream => WriteTo(stream, header, order));
    }

    /// <summary>Writes the file to a stream, from its current position.</summary>
    /// <param name="stream">A stream that can be written.</param>
    /// <exception cref="InvalidDataException">The content is beyond the limits of a file.</exception>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var (header, order) = Arrange();
        WriteTo(stream, header, order);
    }

    /// <summary>The file as a new array.</summary>
    /// <exception cref="InvalidDataException">The content is beyond the limits of a file or of an array.</exception>
    public byte[] ToArray()
    {
        var (header, order) = Arrange();
        var length = header.Length + order.Sum(tensor => (long)tensor.Bytes.Length);
        if (length > Array.MaxLength)
            throw new InvalidDataException($"The file would have {SafetensorsFormat.Number(length)} bytes; an array holds {SafetensorsFormat.Number(Array.MaxLength)}. Save it to disk.");
        var bytes = GC.AllocateUninitializedArray<byte>((int)length);
        using var stream = new MemoryStream(bytes);
        WriteTo(stream, header, order);
        return bytes;
    }

    private static void WriteTo(Stream stream, byte[] header, SafetensorsTensor[] order)
    {
        stream.Write(header);
        foreach (var tensor in order)
            stream.Write(tensor.Bytes);
    }

    /// <summary>The start of the file up to the data, and the tensors in the order of their data.</summary>
    private (byte[] Header, SafetensorsTensor[] Order) Arrange()
    {
        SafetensorsFormat.RequireLittleEndian();
        var order = tensors.Values.ToArray();
        Array.Sort(order, static (left, right) =>
            left.Type == right.Type || SafetensorsFormat.SizeOf(left.Type) == SafetensorsFormat.SizeOf(right.Type)
                ? string.CompareOrdinal(left.Name, right.Name)
                : SafetensorsFormat.SizeOf(right.Type).CompareTo(SafetensorsFormat.SizeOf(left.Type)));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in order)
            hash.AppendData(tensor.Bytes);
        return (SafetensorsHeaderWriter.Write(metadata, Convert.ToHexStringLower(hash.GetHashAndReset()), order), order);
    }

    private void Add(string name, SafetensorsType type, Shape shape, ReadOnlySpan<byte> bytes)
    {
        Span<long> sizes = stackalloc long[shape.Rank];
        for (var dimension = 0; dimension < sizes.Length; dimension++)
            sizes[dimension] = shape[dimension];
        Add(name, type, sizes, bytes);
    }

    private void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name == SafetensorsFormat.MetadataKey)
            throw new ArgumentException($"The name '{name}' is reserved for the metadata of the file.", nameof(name));
        if (!SafetensorsFormat.TryGetUtf8Length(name, out var length))
            throw new ArgumentException($"The name {SafetensorsFormat.Quote(name)} holds half of a surrogate pair; expected valid Unicode.", nameof(name));
        if (length > SafetensorsFormat.MaximumNameLength)
            throw new ArgumentException($"The name {SafetensorsFormat.Quote(name)} has {length} bytes; the limit is {SafetensorsFormat.MaximumNameLength}.", nameof(name));
        if (tensors.ContainsKey(name))
            throw new ArgumentException($"There is a tensor {SafetensorsFormat.Quote(name)} already.", nameof(name));
        if (tensors.Count == SafetensorsFormat.MaximumTensors)
            throw new ArgumentException($"A file holds at most {SafetensorsFormat.Number(SafetensorsFormat.MaximumTensors)} tensors; {SafetensorsFormat.Quote(name)} is one more.", nameof(name));
    }
}
