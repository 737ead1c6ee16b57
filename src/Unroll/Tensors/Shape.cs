using System.Globalization;

namespace Unroll.Tensors;

/// <summary>The sizes of a tensor's dimensions, outermost first; row-major; rank 0 (a scalar) to 4.</summary>
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>The highest rank a tensor in memory has.</summary>
    public const int MaximumRank = 4;

    /// <summary>The most values a tensor has: what one array of the runtime holds, less room for alignment.</summary>
    public const int MaximumLength = 0x7FFF_FF00;

    // Sizes that do not exist are 0, so that the default value is the scalar.
    private readonly int length;
    private readonly int size0;
    private readonly int size1;
    private readonly int size2;
    private readonly int size3;

    /// <summary>A shape of the given sizes.</summary>
    /// <param name="sizes">Zero to four sizes, each at least 0; their product at most <see cref="MaximumLength"/>.</param>
    /// <exception cref="ArgumentException">More than four sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A negative size, or a product over <see cref="MaximumLength"/>.</exception>
    public Shape(params ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > MaximumRank)
            throw new ArgumentException($"A tensor has at most {MaximumRank} dimensions; got {sizes.Length}.", nameof(sizes));
        long length = 1;
        foreach (var size in sizes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(sizes));
            length *= size;
            if (length > MaximumLength)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(sizes), $"A tensor holds at most {MaximumLength} values; got [{string.Join(", ", sizes.ToArray())}].");
            }
        }

        Rank = sizes.Length;
        this.length = (int)length;
        size0 = sizes.Length > 0 ? sizes[0] : 0;
        size1 = sizes.Length > 1 ? sizes[1] : 0;
        size2 = sizes.Length > 2 ? sizes[2] : 0;
        size3 = sizes.Length > 3 ? sizes[3] : 0;
    }

    /// <summary>The number of dimensions, 0 to 4.</summary>
    public int Rank { get; }

    /// <summary>The number of values: the product of all sizes, 1 for a scalar.</summary>
    public int Length => Rank == 0 ? 1 : length;

    /// <summary>The size of the last dimension, 1 for a scalar.</summary>
    public int Last => Rank == 0 ? 1 : this[Rank - 1];

    /// <summary>The product of all sizes but the last: the rows when the tensor is seen as a matrix.</summary>
    public int Rows => Last == 0 ? 0 : Length / Last;

    /// <summary>The size of one dimension.</summary>
    /// <param name="dimension">0 (outermost) to <see cref="Rank"/> − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension does not exist.</exception>
    public int this[int dimension]
    {
        get
        {
            if ((uint)dimension >= (uint)Rank)
                throw new ArgumentOutOfRangeException(nameof(dimension), $"The shape {this} has no dimension {dimension}.");
            return dimension switch { 0 => size0, 1 => size1, 2 => size2, _ => size3 };
        }
    }

    /// <summary>The same shape with another last dimension.</summary>
    /// <param name="last">The new size, at least 0.</param>
    public Shape WithLast(int last) => Rank switch
    {
        0 or 1 => new(last),
        2 => new(size0, last),
        3 => new(size0, size1, last),
        _ => new(size0, size1, size2, last),
    };

    /// <summary>The sizes as a new array.</summary>
    public int[] ToArray()
    {
        var sizes = new int[Rank];
        for (var dimension = 0; dimension < Rank; dimension++)
            sizes[dimension] = this[dimension];
        return sizes;
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) =>
        Rank == other.Rank && size0 == other.size0 && size1 == other.size1 && size2 == other.size2 && size3 == other.size3;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rank, size0, size1, size2, size3);

    /// <summary>Whether two shapes have the same sizes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The sizes in brackets, such as <c>[35, 20, 200]</c>.</summary>
    public override string ToString() =>
        $"[{string.Join(", ", ToArray().Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";
}
