using Unroll.Cells;

namespace Unroll.Cli.Gradients;

/// <summary>A network whose gradients are looked at.</summary>
/// <param name="Name">What pictures call it.</param>
/// <param name="Family">The number of its colour: networks of one cell share it.</param>
/// <param name="Variant">Which one of its family, from 0.</param>
/// <param name="Cell">Its cell.</param>
/// <param name="Radius">The largest magnitude of an eigenvalue of its recurrent matrices at first.</param>
/// <param name="KeepBias">What the bias of the gate that keeps the past is at first: an LSTM's forget gate, a GRU's update gate.</param>
internal sealed record GradientSubject(string Name, int Family, int Variant, Cell Cell, float Radius, float KeepBias = 0)
{
    /// <summary>
    /// The networks that the command compares. Recurrent matrices start as orthogonal ones times the radius, those of the rectifier as the identity times it
    /// (Le, Jaitly and Hinton 2015). The forget bias of 1 is that of Jozefowicz, Zaremba and Sutskever (2015); with 5 the gate starts at 0.993, as one chooses it
    /// for memories of hundreds of steps (Tallec and Ollivier 2018).
    /// </summary>
    public static IReadOnlyList<GradientSubject> All { get; } =
    [
        new("tanh, radius 0.9", 0, 0, Cell.RnnTanh, 0.9f),
        new("tanh, radius 1", 0, 1, Cell.RnnTanh, 1),
        new("tanh, radius 1.5", 0, 2, Cell.RnnTanh, 1.5f),
        new("relu, radius 1", 1, 0, Cell.RnnRelu, 1),
        new("relu, radius 1.1", 1, 1, Cell.RnnRelu, 1.1f),
        new("LSTM, forget bias 0", 2, 0, Cell.Lstm, 1),
        new("LSTM, forget bias 1", 2, 1, Cell.Lstm, 1, 1),
        new("LSTM, forget bias 5", 2, 2, Cell.Lstm, 1, 5),
        new("GRU, update bias 0", 3, 0, Cell.Gru, 1),
        new("GRU, update bias 5", 3, 1, Cell.Gru, 1, 5),
    ];

    /// <summary>Whether it has a state besides its output.</summary>
    public bool HasState => Cell.StateCount > 0;

    /// <summary>The gate that keeps the past when its sum is large, or null.</summary>
    public int? KeepGate => Cell == Cell.Gru ? 1 : Cell.ForgetGate;
}
