namespace Unroll.Kernels;

/// <summary>A packed copy of weights and the version of the values it was made from.</summary>
internal sealed class WeightPack(int panelWidth)
{
    private long packedVersion = -1;

    public PackedMatrix Matrix { get; } = new(panelWidth);

    /// <summary>Whether the copy is of this version.</summary>
    public bool IsFresh(long version) => Volatile.Read(ref packedVersion) == version;

    /// <summary>Says that the copy is now of this version.</summary>
    public void MarkFresh(long version) => Volatile.Write(ref packedVersion, version);
}
