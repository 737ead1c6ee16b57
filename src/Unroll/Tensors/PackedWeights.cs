using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>A weight matrix [out, in] as products read it, packed once for each change of its values.</summary>
internal sealed class PackedWeights
{
    private readonly Parameter parameter;
    private readonly WeightPack forward;
    private readonly WeightPack forwardRow;
    private readonly WeightPack backward;

    public PackedWeights(Parameter parameter)
    {
        this.parameter = parameter;
        forward = new(PackedMatrix.PanelColumns, PackTransposed);
        forwardRow = new(PackedMatrix.RowPanelColumns, PackTransposed);
        backward = new(PackedMatrix.PanelColumns, Pack);
    }

    /// <summary>Wᵀ: depth in, columns out; for <c>y = x · Wᵀ</c>.</summary>
    public PackedMatrix Forward => forward.Of(parameter.Version);

    /// <summary>Wᵀ for one row.</summary>
    public PackedMatrix ForwardRow => forwardRow.Of(parameter.Version);

    /// <summary>W: depth out, columns in; for <c>dx = dy · W</c>.</summary>
    public PackedMatrix Backward => backward.Of(parameter.Version);

    private void Pack(PackedMatrix matrix) =>
        matrix.Pack(parameter.Pointer, parameter.Shape.Last, parameter.Shape.Rows, parameter.Shape.Last);

    private void PackTransposed(PackedMatrix matrix) =>
        matrix.PackTransposed(parameter.Pointer, parameter.Shape.Last, parameter.Shape.Last, parameter.Shape.Rows);
}
