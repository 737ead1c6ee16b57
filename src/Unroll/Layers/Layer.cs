using Unroll.Tensors;

namespace Unroll.Layers;

/// <summary>Parameters and the forward pass that uses them. A layer holds no state of a sequence: states are values of their own.</summary>
public abstract class Layer
{
    /// <summary>The parameters, in the order and with the names of PyTorch's <c>state_dict</c>.</summary>
    public abstract IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The number of trainable values.</summary>
    public long ParameterCount
    {
        get
        {
            long count = 0;
            foreach (var parameter in Parameters)
                count += parameter.Length;
            return count;
        }
    }
}
