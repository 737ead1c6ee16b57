using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>A weight matrix [out, in] as products read it, packed once for each change of its values.</summary>
internal sealed class PackedWeights(Parameter parameter)
{
    private readonly WeightPack forward = new(PackedMatrix.PanelColumns);
    private readonly WeightPack forwardRow = new(PackedMatrix.RowPanelColumns);
    private readonly WeightPack backward = new(PackedMatrix.PanelColumns);
    private readonly Lock packing = new();

    /// <summary>Wᵀ: depth in, columns out; for <c>y = x · Wᵀ</c>.</summary>
    public PackedMatrix Forward => Transposed(forward);

    /// <summary>Wᵀ for one row.</summary>
    public PackedMatrix ForwardRow => Transposed(forwardRow);

    /// <summary>W: depth out, columns in; for <c>dx = dy · W</c>.</summary>
    public PackedMatrix Backward
    {
        get
        {
            if (!backward.IsFresh(parameter.Version))
            {
                lock (packing)
                {
                    var version = parameter.Version;
                    if (backward.IsFresh(version))
                        return backward.Matrix;
                    backward.Matrix.Pack(parameter.Pointer, parameter.Shape.Last, parameter.Shape.Rows, parameter.Shape.Last);
                    backward.MarkFresh(version);
                }
            }

            return backward.Matrix;
        }
    }

    private PackedMatrix Transposed(WeightPack pack)
    {
        if (!pack.IsFresh(parameter.Version))
        {
            lock (packing)
            {
                var version = parameter.Version;
                if (pack.IsFresh(version))
                    return pack.Matrix;
                pack.Matrix.PackTransposed(parameter.Pointer, parameter.Shape.Last, parameter.Shape.Last, parameter.Shape.Rows);
                pack.MarkFresh(version);
            }
        }

        return pack.Matrix;
    }
}
