using System.Collections;

namespace Unroll.Layers;

/// <summary>Sizes of layers that nobody changes any more and that are equal where their numbers are, so that options are, too.</summary>
internal sealed class LayerSizeList(IEnumerable<int> sizes) : IReadOnlyList<int>, IEquatable<LayerSizeList>
{
    private readonly int[] sizes = [.. sizes];

    /// <inheritdoc/>
    public int Count => sizes.Length;

    /// <inheritdoc/>
    public int this[int index] => sizes[index];

    /// <summary>A copy, or null of null.</summary>
    public static LayerSizeList? Of(IEnumerable<int>? sizes) => sizes is null ? null : new(sizes);

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)sizes).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(LayerSizeList? other) => other is not null && sizes.AsSpan().SequenceEqual(other.sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LayerSizeList);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var size in sizes)
            hash.Add(size);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"[{string.Join(", ", sizes)}]";
}
