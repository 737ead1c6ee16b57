namespace Unroll.Kernels;

/// <summary>A packed copy of weights, made again when they have changed. Several threads may ask for it at once: one of them packs.</summary>
/// <param name="panelWidth">Columns of a panel: 32 for tiles, 128 for products of one row.</param>
/// <param name="pack">Packs the weights as they are now.</param>
internal sealed class WeightPack(int panelWidth, Action<PackedMatrix> pack)
{
    private readonly PackedMatrix matrix = new(panelWidth);
    private readonly Lock packing = new();
    private long packedVersion = -1;

    /// <summary>The copy of this version.</summary>
    /// <param name="version">Counts the changes of the weights, from 0.</param>
    public PackedMatrix Of(long version)
    {
        if (Volatile.Read(ref packedVersion) != version)
            Pack(version);
        return matrix;
    }

    private void Pack(long version)
    {
        lock (packing)
        {
            if (packedVersion == version)
                return;
            pack(matrix);
            Volatile.Write(ref packedVersion, version);
        }
    }
}
