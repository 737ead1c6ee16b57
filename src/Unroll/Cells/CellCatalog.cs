using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>
/// The cells of the library, in the order of lists. Those that give only their equations are checked like a cell from outside, and made when they are first
/// asked for: a program pays for none that it does not use.
/// </summary>
internal static class CellCatalog
{
    private static readonly Entry[] Entries =
    [
        ByHand<LstmCell>(),
        ByHand<GruCell>(),
        ByHand<ElmanCell<TanhActivation>>(),
        ByHand<ElmanCell<ReluActivation>>(),
        ByEquations<PeepholeLstmCell>(),
        ByEquations<CoupledLstmCell>(),
        ByEquations<ProjectedLstmCell>(),
        ByEquations<GruResetBeforeCell>(),
        ByEquations<MinimalGatedCell>(),
        ByEquations<LayerNormLstmCell>(),
        ByEquations<LayerNormGruCell>(),
        ByEquations<IndRnnCell>(),
        ByEquations<SruCell>(),
        ByEquations<QrnnCell>(),
        ByEquations<MinGruCell>(),
        ByEquations<MinLstmCell>(),
        ByEquations<LruCell>(),
        ByEquations<SLstmCell>(),
        ByEquations<JordanCell>(),
        ByEquations<EchoStateCell>(),
    ];

    /// <summary>What files call them.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.AsReadOnly(Array.ConvertAll(Entries, entry => entry.Name));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Cell> All => Array.ConvertAll(Entries, entry => entry.Cell());

    /// <summary>The one of a name, or null.</summary>
    public static Cell? Find(string name) => Array.Find(Entries, entry => entry.Name == name)?.Cell();

    /// <summary>The one of equations without constants.</summary>
    public static Cell Of<TCell>()
        where TCell : struct, ICell => Made<TCell>.Cell;

    /// <summary>Whether a cell of the library has a name and is another one than that of these equations.</summary>
    public static bool IsTaken(string name, Type equations) => Array.Exists(Entries, entry => entry.Name == name && entry.Maths != equations);

    private static Entry ByHand<TCell>()
        where TCell : struct, ICellKernel => new(TCell.Name, typeof(TCell), static () => CellOf<TCell>.Plain);

    private static Entry ByEquations<TCell>()
        where TCell : struct, ICell => new(TCell.Name, typeof(TCell), static () => Made<TCell>.Cell);

    private sealed record Entry(string Name, Type Maths, Func<Cell> Cell);

    private static class Made<TCell>
        where TCell : struct, ICell
    {
        public static readonly Cell Cell = new CellOf<CustomCellKernel<TCell>>(CellCheck.Run(default(TCell)));
    }
}
