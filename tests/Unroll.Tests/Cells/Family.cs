using Unroll.Cells;
using Unroll.Kernels;

namespace Unroll.Tests.Cells;

/// <summary>Something to do with the equations of a cell.</summary>
internal interface IFamilyTest
{
    void Run<TCell>()
        where TCell : struct, ICell;
}

/// <summary>The cells of the library that give only their equations.</summary>
internal static class Family
{
    public static TheoryData<string> Names =>
    [
        "peephole-lstm", "coupled-lstm", "projected-lstm", "gru-reset-before", "minimal-gated", "layer-norm-lstm", "layer-norm-gru", "indrnn", "sru", "qrnn",
        "mingru", "minlstm", "lru", "slstm", "jordan", "echo-state",
    ];

    public static void Run(string name, IFamilyTest test)
    {
        switch (name)
        {
            case "peephole-lstm": test.Run<PeepholeLstmCell>(); break;
            case "coupled-lstm": test.Run<CoupledLstmCell>(); break;
            case "projected-lstm": test.Run<ProjectedLstmCell>(); break;
            case "gru-reset-before": test.Run<GruResetBeforeCell>(); break;
            case "minimal-gated": test.Run<MinimalGatedCell>(); break;
            case "layer-norm-lstm": test.Run<LayerNormLstmCell>(); break;
            case "layer-norm-gru": test.Run<LayerNormGruCell>(); break;
            case "indrnn": test.Run<IndRnnCell>(); break;
            case "sru": test.Run<SruCell>(); break;
            case "qrnn": test.Run<QrnnCell>(); break;
            case "mingru": test.Run<MinGruCell>(); break;
            case "minlstm": test.Run<MinLstmCell>(); break;
            case "lru": test.Run<LruCell>(); break;
            case "slstm": test.Run<SLstmCell>(); break;
            case "jordan": test.Run<JordanCell>(); break;
            case "echo-state": test.Run<EchoStateCell>(); break;
            default: throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such cell.");
        }
    }
}
