using Unroll.Tensors;

namespace Unroll.Models;

/// <summary>One tensor of a model.</summary>
/// <param name="Name">Its name in a model file, PyTorch's: <c>rnn.weight_hh_l0</c>.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Format">What its values are.</param>
public readonly record struct ModelTensor(string Name, Shape Shape, WeightFormat Format);
