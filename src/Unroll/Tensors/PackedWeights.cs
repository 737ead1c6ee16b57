using Unroll.Kernels;

namespace Unroll.Tensors;

/// <summary>A weight matrix [out, in] as products read it, packed once for each change of its values.</summary>
internal sealed class PackedWeights(Parameter parameter)
{
    private readonly PackedMatrix forward = new();
    private readonly PackedMatrix backward = new();
    private readonly Lock packing = new();
    private long forwardVersion = -1;
    private long backwardVersion = -1;

    /// <summary>Wᵀ: depth in, columns out; for <c>y = x · Wᵀ</c>.</summary>
    public PackedMatrix Forward
    {
        get
        {
            lock (packing)
            {
                if (forwardVersion != parameter.Version)
                    forward.PackTransposed(parameter.Pointer, parameter.Shape.Last, parameter.Shape.Last, parameter.Shape.Rows);
                forwardVersion = parameter.Version;
            }

            return forward;
        }
    }

    /// <summary>W: depth out, columns in; for <c>dx = dy · W</c>.</summary>
    public PackedMatrix Backward
    {
        get
        {
            lock (packing)
            {
                if (backwardVersion != parameter.Version)
                    backward.Pack(parameter.Pointer, parameter.Shape.Last, parameter.Shape.Rows, parameter.Shape.Last);
                backwardVersion = parameter.Version;
            }

            return backward;
        }
    }
}
