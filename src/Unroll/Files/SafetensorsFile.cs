using System.Diagnostics.CodeAnalysis;
using Unroll.Tensors;

namespace Unroll.Files;

/// <summary>
/// A safetensors file in memory: named tensors and text metadata. Reading trusts nothing the file says: whatever is wrong with it ends in an
/// <see cref="InvalidDataException"/> of one line that names the file, the tensor, and what was expected.
/// </summary>
/// <remarks>
/// Limits: a header of 16 MiB, 65,536 tensors, 65,536 metadata entries, 8 dimensions, names of 1 KiB. Data offsets have to follow each other
/// without hole or overlap up to the end of the file. The data is held once, in memory of its own: the file may change or go after it was read.
/// </remarks>
public sealed class SafetensorsFile
{
    private readonly Dictionary<string, SafetensorsTensor> byName;

    internal SafetensorsFile(string name, Dictionary<string, string> metadata, SafetensorsTensor[] tensors)
    {
        Name = name;
        Sha256 = metadata.Remove(SafetensorsFormat.HashKey, out var hash) ? hash : null;
        Metadata = metadata.AsReadOnly();
        Tensors = Array.AsReadOnly(tensors);
        byName = new(tensors.Length, StringComparer.Ordinal);
        foreach (var tensor in tensors)
            byName.Add(tensor.Name, tensor);
    }

    /// <summary>The path it was read from, or the name it was given; messages start with it.</summary>
    public string Name { get; }

    /// <summary>The texts of <c>__metadata__</c>, without <c>sha256</c>, which is in <see cref="Sha256"/>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// The SHA-256 of all tensors' bytes in the order of the file, in lower-case hexadecimal, which the data matched when it was read; null
    /// when the file does not state one.
    /// </summary>
    public string? Sha256 { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="InvalidDataException">It is no valid safetensors file, or beyond the limits, or damaged.</exception>
    /// <exception cref="IOException">It does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static SafetensorsFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return SafetensorsReader.Read(path);
    }

    /// <summary>Reads a file that is already in memory.</summary>
    /// <param name="bytes">The file; the tensors refer to this memory, so it must not change while they are used.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is no valid safetensors file, or beyond the limits, or damaged.</exception>
    public static SafetensorsFile Read(ReadOnlyMemory<byte> bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return SafetensorsReader.Read(bytes, name);
    }

    /// <summary>Looks for a tensor.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="tensor">The tensor.</param>
    /// <returns>Whether the file has it.</returns>
    public bool TryGet(string name, [NotNullWhen(true)] out SafetensorsTensor? tensor) => byName.TryGetValue(name, out tensor);

    /// <summary>A tensor the file has to have.</summary>
    /// <param name="name">Its full name.</param>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public SafetensorsTensor Require(string name)
    {
        if (TryGet(name, out var tensor))
            return tensor;
        var present = Tensors.Count == 0 ? "none" : string.Join(", ", Tensors.Take(5).Select(each => SafetensorsFormat.Quote(each.Name)));
        throw Invalid(
            $"tensor {SafetensorsFormat.Quote(name)} is missing; the file has {present}{(Tensors.Count > 5 ? ", …" : "")}. Is it a model of another kind?");
    }

    /// <summary>A tensor the file has to have with one certain shape.</summary>
    /// <param name="name">Its full name.</param>
    /// <param name="shape">The shape it must have.</param>
    /// <param name="owner">Who needs it, for the message: <c>this LSTM</c>.</param>
    /// <param name="formula">How the shape follows, for the message: <c>4 · hiddenSize, hiddenSize</c>.</param>
    /// <exception cref="InvalidDataException">It is missing or has another shape.</exception>
    public SafetensorsTensor Require(string name, Shape shape, string owner = "this model", string? formula = null)
    {
        var tensor = Require(name);
        var matches = tensor.Shape.Length == shape.Rank;
        for (var dimension = 0; matches && dimension < shape.Rank; dimension++)
            matches = tensor.Shape[dimension] == shape[dimension];
        if (matches)
            return tensor;
        var explanation = formula is null ? "" : $" ({formula})";
        throw tensor.Invalid($"has shape {SafetensorsFormat.Text(tensor.Shape.AsSpan())}; {owner} needs {shape}{explanation}.");
    }

    /// <summary>A metadata text the file has to have.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    public string RequireMetadata(string key) =>
        Metadata.TryGetValue(key, out var text)
            ? text
            : throw Invalid($"the metadata has no {SafetensorsFormat.Quote(key)}. Was the file written by another program?");

    /// <summary>Checks that no tensor holds NaN or infinities.</summary>
    /// <exception cref="InvalidDataException">One does; the message names the tensor, the index and the value.</exception>
    public void RequireFinite()
    {
        foreach (var tensor in Tensors)
            tensor.RequireFinite();
    }

    private InvalidDataException Invalid(string problem) => new($"{Name}: {problem}");
}
