using static TorchSharp.torch;

namespace Unroll.Benchmarks.Peers.Torch;

/// <summary>Puts the shared weights into a module of libtorch.</summary>
internal static class TorchWeights
{
    /// <summary>Copies them into a layer or a cell, whose parameters differ by a suffix only: weight_ih_l0 and weight_ih.</summary>
    public static void Copy(SharedValues values, nn.Module target)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        foreach (var (name, parameter) in target.named_parameters())
        {
            var source = name.Replace("_l0", "", StringComparison.Ordinal) switch
            {
                "weight_ih" => values.InputWeights,
                "weight_hh" => values.RecurrentWeights,
                "bias_ih" => values.InputBias,
                "bias_hh" => values.RecurrentBias,
                _ => throw new ArgumentException($"{name} is no parameter of a recurrent cell.", nameof(target)),
            };
            parameter.copy_(tensor(source, parameter.shape));
        }
    }
}
