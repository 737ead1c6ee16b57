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

    /// <summary>
    /// Puts the layer's name in a model before the names of its parameters, <c>weight</c> becoming <c>head.weight</c>: the names of a model are unique.
    /// </summary>
    /// <param name="name">The layer's name, such as <c>head</c>.</param>
    /// <returns>The parameters.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public IReadOnlyList<Parameter> Named(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        foreach (var parameter in Parameters)
            parameter.Name = $"{name}.{parameter.Name}";
        return Parameters;
    }
}
