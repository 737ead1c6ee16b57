namespace Unroll.Kernels;

/// <summary>The left side, the start and the result of a product, as a block of it sees them.</summary>
internal unsafe struct ProductView
{
    /// <summary>Rows of A and C, at least 1.</summary>
    public int Rows;

    /// <summary>Length of the sums, K.</summary>
    public int Depth;

    /// <summary>Element (r, k) at <c>A + r · RowStride + k · DepthStride</c>; with <see cref="Tiled"/> as <see cref="TiledRows{T}"/> has it.</summary>
    public float* A;

    /// <summary>Floats between rows of A.</summary>
    public nint RowStride;

    /// <summary>Floats between values of k in A.</summary>
    public nint DepthStride;

    /// <summary>Whether A lies tile by tile; the strides then mean nothing.</summary>
    public bool Tiled;

    /// <summary>What the sums start from, or null for zero; may be <see cref="C"/>.</summary>
    public float* Source;

    /// <summary>Floats between rows of the source; 0 repeats one row.</summary>
    public nint SourceStride;

    /// <summary>Where the sums go.</summary>
    public float* C;

    /// <summary>Floats between rows of C.</summary>
    public nint CStride;

    /// <summary>The same rows from another column on.</summary>
    public readonly ProductView At(nint column)
    {
        var view = this;
        view.Source = Source is null ? null : Source + column;
        view.C = C + column;
        return view;
    }

    /// <summary>The same columns from another row on, A as it lies.</summary>
    public readonly ProductView From(int first, int end)
    {
        var view = this;
        view.Rows = end - first;
        view.A = A + (first * RowStride);
        view.Source = Source is null ? null : Source + (first * SourceStride);
        view.C = C + (first * CStride);
        return view;
    }

    /// <summary>A part of the depth, A as it lies; every part but the first goes on from what C holds.</summary>
    public readonly ProductView Part(int start, int end)
    {
        var view = this;
        view.A = A + (start * DepthStride);
        view.Depth = end - start;
        if (start > 0)
        {
            view.Source = C;
            view.SourceStride = CStride;
        }

        return view;
    }
}
