namespace Unroll.Kernels;

/// <summary>A kind of weight that a cell has for each hidden unit besides its matrices, such as a peephole or a decay rate.</summary>
/// <param name="Name">What files call it, with the layer behind: lower-case letters, digits and single underscores.</param>
/// <param name="Low">New weights are drawn uniformly from here…</param>
/// <param name="High">…to here.</param>
public sealed record UnitWeight(string Name, float Low, float High);
