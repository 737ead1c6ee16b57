using static TorchSharp.torch;

namespace Unroll.Benchmarks.Peers.Torch;

/// <summary>One step of libtorch for one sequence: by a cell, or by a layer that is given a sequence of one step.</summary>
internal interface ITorchStep : IDisposable
{
    /// <summary>Its name in the tables.</summary>
    string Name { get; }

    /// <summary>The shape it wants the input and each part of the state in.</summary>
    long[] StateShape { get; }

    /// <summary>The next state; the cell state is null unless the cell is an LSTM.</summary>
    (Tensor Hidden, Tensor? Cell) Step(Tensor input, Tensor hidden, Tensor? cell);
}
