using Unroll.Kernels;

namespace Unroll.Recurrence;

/// <summary>Rows of a tensor, or some columns of them: row r is <see cref="Width"/> floats at <c>pointer + r · stride</c>.</summary>
internal readonly struct RowsView
{
    public RowsView(Floats pointer, int width, nint stride)
    {
        Pointer = pointer;
        Width = width;
        Stride = stride;
    }

    public Floats Pointer { get; }

    public int Width { get; }

    public nint Stride { get; }

    public bool IsNull => Pointer.IsNull;

    /// <summary>One of several equal groups of columns.</summary>
    public RowsView Part(int index, int parts) => new(Pointer + (index * (Width / parts)), Width / parts, Stride);

    public Span<float> Row(int row) => (Pointer + (row * Stride)).Span(Width);

    public void CopyRow(int row, Floats source) => source.Span(Width).CopyTo(Row(row));

    public void AddRow(int row, Floats source) => VectorKernels.Add(source, Pointer + (row * Stride), Width);

    public void Clear(int rows)
    {
        for (var row = 0; row < rows; row++)
            Row(row).Clear();
    }
}
