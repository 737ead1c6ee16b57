namespace Unroll.Kernels;

/// <summary>
/// <c>Wᵀ</c> in signed bytes −127…127 with a scale for each column (a row of W), for products of one row. A word holds four weights of one column whose depths lie
/// a quarter of the depth apart, so that the input is brought into the same order without moving values between the lanes of a vector.
/// </summary>
internal sealed unsafe class Int8Matrix : NarrowMatrix
{
    /// <summary>Weights in a word.</summary>
    public const int WordBytes = sizeof(uint);

    /// <summary>The largest magnitude.</summary>
    public const int Largest = 127;

    /// <summary>2¹²¹: with it the largest byte is 127 · 2¹²¹, the last such number below 2¹²⁸, and exact; a larger scale may make bytes infinite.</summary>
    public const float LargestScale = 2.658455991569832e36f;

    private readonly FloatBuffer scales;

    /// <summary>Packs W.</summary>
    /// <param name="values">[rows, depth], row-major, in −127…127.</param>
    /// <param name="rowScales">What the values of each row are multiplied with, [rows].</param>
    /// <param name="depth">K.</param>
    /// <param name="rowOfColumn">For each column its row of W, or −1 for zeros; null for column j = row j.</param>
    public Int8Matrix(ReadOnlySpan<sbyte> values, ReadOnlySpan<float> rowScales, int depth, int[]? rowOfColumn = null)
        : base(rowScales.Length, depth, rowOfColumn, StepsOf(depth), PackedMatrix.PanelColumns)
    {
        scales = new(PaddedColumns);
        for (var column = 0; column < Columns; column++)
        {
            if (RowOf(column) is not (var row and >= 0))
                continue;
            scales.Span[column] = rowScales[row];
            var first = First(column, out var stride);
            for (var k = 0; k < depth; k++)
                first[(k % Steps * stride) + (k / Steps)] = values[(row * depth) + k];
        }
    }

    /// <summary>How many words a column has: a quarter of the depth, rounded up.</summary>
    public int Steps => StepsOf(Depth);

    /// <summary>The scale of each column, padded to a multiple of 32.</summary>
    public Floats Scales => scales.Pointer;

    /// <inheritdoc/>
    public override long ByteLength => WordByteLength + ((long)scales.Length * sizeof(float));

    /// <summary>A quarter of a depth, rounded up.</summary>
    public static int StepsOf(int depth) => (depth + WordBytes - 1) / WordBytes;

    /// <summary>Gives values and scales back.</summary>
    /// <param name="values">[rows, depth], row-major.</param>
    /// <param name="rowScales">[rows].</param>
    public void CopyTo(Span<sbyte> values, Span<float> rowScales)
    {
        for (var column = 0; column < Columns; column++)
        {
            if (RowOf(column) is not (var row and >= 0))
                continue;
            rowScales[row] = scales.Span[column];
            var first = First(column, out var stride);
            for (var k = 0; k < Depth; k++)
                values[(row * Depth) + k] = first[(k % Steps * stride) + (k / Steps)];
        }

        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public override void Multiply(Floats a, Floats source, Floats c, int firstPanel, int endPanel)
    {
        switch (LaneSelection.Current)
        {
            case LaneWidth.Bits512: Int8Product<Lanes512>.Run(a, this, source, c, firstPanel, endPanel); break;
            case LaneWidth.Bits256: Int8Product<Lanes256>.Run(a, this, source, c, firstPanel, endPanel); break;
            case LaneWidth.Bits128: Int8Product<Lanes128>.Run(a, this, source, c, firstPanel, endPanel); break;
            default: Int8Product<LanesScalar>.Run(a, this, source, c, firstPanel, endPanel); break;
        }

        GC.KeepAlive(this);
    }

    /// <summary>The lowest byte of the first word of a column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="stride">Bytes between words.</param>
    private sbyte* First(int column, out nint stride)
    {
        var panel = column / PackedMatrix.RowPanelColumns;
        stride = (nint)StepWords(panel) * sizeof(uint);
        return (sbyte*)(Panel(panel) + (column % PackedMatrix.RowPanelColumns));
    }
}
