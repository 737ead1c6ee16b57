using Unroll.Kernels;

namespace Unroll.Cells;

/// <summary>
/// The cells of the library, in the order of lists. Those that give only their equations are checked like a cell from outside, and made when they are first
/// asked for: a program pays for none that it does not use.
/// </summary>
internal static class CellCatalog
{
    /// <summary>What files call the number of heads of a cell of which it can be chosen.</summary>
    public const string HeadsName = "heads";

    private static readonly Entry[] Entries =
    [
        ByHand<LstmCell, LstmEquations>(),
        ByHand<GruCell, GruEquations>(),
        ByHand<ElmanCell<TanhActivation>, ElmanEquations<TanhActivation>>(),
        ByHand<ElmanCell<ReluActivation>, ElmanEquations<ReluActivation>>(),
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
        ByEquations<SLstmCell>() with { OfHeads = static heads => Of(new SLstmCell(heads)) },
        ByEquations<JordanCell>(),
        ByEquations<EchoStateCell>(),
    ];

    /// <summary>What files call them.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.AsReadOnly(Array.ConvertAll(Entries, entry => entry.Name));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Cell> All => Array.ConvertAll(Entries, entry => entry.Cell());

    /// <summary>Of which the units can be split into heads.</summary>
    public static IEnumerable<string> NamesWithHeads => Entries.Where(entry => entry.OfHeads is not null).Select(entry => entry.Name);

    /// <summary>How many heads a list of constants asks for, or null.</summary>
    public static double? HeadsOf(IEnumerable<CellConstant> constants) => constants.FirstOrDefault(constant => constant.Name == HeadsName)?.Value;

    /// <summary>The one of a name, or null.</summary>
    public static Cell? Find(string name) => EntryOf(name)?.Cell();

    /// <summary>The one of a name with so many heads, or null where there is none.</summary>
    public static Cell? WithHeads(string name, int heads) => EntryOf(name)?.OfHeads?.Invoke(heads);

    /// <summary>The one of equations without constants.</summary>
    public static Cell Of<TCell>()
        where TCell : struct, ICell => Made<TCell>.Cell;

    /// <summary>The one whose backward is written by hand.</summary>
    /// <typeparam name="TCell">Its maths.</typeparam>
    /// <typeparam name="TEquations">The equations alone, for choices.</typeparam>
    public static Cell ByHandOf<TCell, TEquations>()
        where TCell : struct, ICellKernel
        where TEquations : struct, ICell => MadeByHand<TCell, TEquations>.Cell;

    /// <summary>The one of equations with constants.</summary>
    public static CellOf<CustomCellKernel<TCell>> Of<TCell>(TCell cell)
        where TCell : struct, ICell => new(CellCheck.Run(cell), new CellChooser<TCell>(cell));

    /// <summary>Whether a cell of the library has a name and is another one than that of these equations.</summary>
    public static bool IsTaken(string name, Type equations) => Array.Exists(Entries, entry => entry.Name == name && entry.Maths != equations);

    private static Entry? EntryOf(string name) => Array.Find(Entries, entry => entry.Name == name);

    private static Entry ByHand<TCell, TEquations>()
        where TCell : struct, ICellKernel
        where TEquations : struct, ICell => new(TCell.Name, typeof(TCell), static () => ByHandOf<TCell, TEquations>());

    private static Entry ByEquations<TCell>()
        where TCell : struct, ICell => new(TCell.Name, typeof(TCell), static () => Made<TCell>.Cell);

    private sealed record Entry(string Name, Type Maths, Func<Cell> Cell)
    {
        /// <summary>Makes the cell with so many heads, at least 1; null where its units cannot be split.</summary>
        public Func<int, Cell>? OfHeads { get; init; }
    }

    private static class Made<TCell>
        where TCell : struct, ICell
    {
        public static readonly Cell Cell = Of(default(TCell));
    }

    private static class MadeByHand<TCell, TEquations>
        where TCell : struct, ICellKernel
        where TEquations : struct, ICell
    {
        public static readonly Cell Cell = new CellOf<TCell>(default, new CellChooser<TEquations>(default));
    }
}
