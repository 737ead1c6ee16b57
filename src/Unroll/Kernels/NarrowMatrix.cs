namespace Unroll.Kernels;

/// <summary>
/// <c>Wᵀ</c> for products of one row, its weights in 16 or 8 bits: panels of 128 columns as <see cref="PackedMatrix"/> has them, made of 32-bit words
/// that hold several weights each. Nothing else is kept of the weights, so they can be given back in the order of files.
/// </summary>
internal abstract unsafe class NarrowMatrix
{
    /// <summary>Columns of a panel.</summary>
    private const int PanelColumns = PackedMatrix.RowPanelColumns;

    private readonly int[]? rowOfColumn;
    private readonly FloatBuffer words;
    private readonly int steps;
    private readonly int blockWords;

    /// <summary>A matrix of zeros.</summary>
    /// <param name="rows">Rows of W.</param>
    /// <param name="depth">K: the length of a row of W.</param>
    /// <param name="rowOfColumn">For each column its row of W, or −1 for zeros; null for column j = row j.</param>
    /// <param name="steps">How many steps the product takes through the depth.</param>
    /// <param name="blockWords">Words of 32 columns at one step.</param>
    protected NarrowMatrix(int rows, int depth, int[]? rowOfColumn, int steps, int blockWords)
    {
        Rows = rows;
        Depth = depth;
        this.rowOfColumn = rowOfColumn;
        Columns = rowOfColumn?.Length ?? rows;
        this.steps = steps;
        this.blockWords = blockWords;
        words = new(checked(PaddedColumns / PackedMatrix.PanelColumns * blockWords * steps));
    }

    /// <summary>Rows of W.</summary>
    public int Rows { get; }

    /// <summary>K: the length of every sum.</summary>
    public int Depth { get; }

    /// <summary>N: the number of columns.</summary>
    public int Columns { get; }

    /// <summary>N with padding, a multiple of 32.</summary>
    public int PaddedColumns => OuterProduct.PaddedColumns(Columns);

    public int PanelCount => (Columns + PanelColumns - 1) / PanelColumns;

    /// <summary>The bytes that the weights take in memory.</summary>
    public abstract long ByteLength { get; }

    /// <summary>The bytes that the words take.</summary>
    protected long WordByteLength => (long)words.Length * sizeof(uint);

    /// <summary><c>c = s + a · Wᵀ</c> at the lane width of this process.</summary>
    /// <param name="a">[K].</param>
    /// <param name="source">What the sums start from, padded to a multiple of 32, or null for zero; may be <paramref name="c"/>.</param>
    /// <param name="c">[N], padded to a multiple of 32; the padding is written.</param>
    public void Multiply(Floats a, Floats source, Floats c) => Multiply(a, source, c, 0, PanelCount);

    /// <summary>Computes the columns of some panels; source and sums still begin at column 0.</summary>
    /// <param name="a">[K].</param>
    /// <param name="source">What the sums start from, or null for zero.</param>
    /// <param name="c">[N].</param>
    /// <param name="firstPanel">The first panel.</param>
    /// <param name="endPanel">The panel after the last.</param>
    public abstract void Multiply(Floats a, Floats source, Floats c, int firstPanel, int endPanel);

    /// <summary>Columns of a panel, a multiple of 32.</summary>
    public int PanelWidth(int index) => Math.Min(PanelColumns, PaddedColumns - (index * PanelColumns));

    /// <summary>The start of a panel, [steps, <see cref="StepWords"/>].</summary>
    public uint* Panel(int index) =>
        (uint*)words.Pointer.Pointer + ((nint)index * (PanelColumns / PackedMatrix.PanelColumns) * blockWords * steps);

    /// <summary>Words of one step of a panel.</summary>
    public int StepWords(int index) => PanelWidth(index) / PackedMatrix.PanelColumns * blockWords;

    /// <summary>The row of W in a column, or −1.</summary>
    protected int RowOf(int column) => rowOfColumn is null ? column : rowOfColumn[column];
}
