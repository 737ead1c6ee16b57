using Unroll.Tensors;

namespace Unroll.Optimizers;

/// <summary>Something an optimiser remembers for each value of a parameter, such as a momentum.</summary>
/// <param name="Name">PyTorch's name of it and that of the parameter: <c>exp_avg.rnn.weight_ih_l0</c>.</param>
/// <param name="Shape">The shape of the parameter.</param>
/// <param name="Values">The remembered values themselves, not a copy; writing to them restores a saved optimiser.</param>
public sealed record OptimizerState(string Name, Shape Shape, Memory<float> Values);
