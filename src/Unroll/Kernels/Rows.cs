namespace Unroll.Kernels;

/// <summary>The number of rows of a product tile, as a type, so that the compiler specialises the tile for it.</summary>
internal interface IRows
{
    static abstract int Count { get; }
}

/// <summary>1 row.</summary>
internal readonly struct Rows1 : IRows
{
    public static int Count => 1;
}

/// <summary>2 rows.</summary>
internal readonly struct Rows2 : IRows
{
    public static int Count => 2;
}

/// <summary>3 rows.</summary>
internal readonly struct Rows3 : IRows
{
    public static int Count => 3;
}

/// <summary>4 rows.</summary>
internal readonly struct Rows4 : IRows
{
    public static int Count => 4;
}

/// <summary>5 rows.</summary>
internal readonly struct Rows5 : IRows
{
    public static int Count => 5;
}

/// <summary>6 rows.</summary>
internal readonly struct Rows6 : IRows
{
    public static int Count => 6;
}

/// <summary>7 rows.</summary>
internal readonly struct Rows7 : IRows
{
    public static int Count => 7;
}

/// <summary>8 rows.</summary>
internal readonly struct Rows8 : IRows
{
    public static int Count => 8;
}

/// <summary>9 rows.</summary>
internal readonly struct Rows9 : IRows
{
    public static int Count => 9;
}

/// <summary>10 rows.</summary>
internal readonly struct Rows10 : IRows
{
    public static int Count => 10;
}

/// <summary>11 rows.</summary>
internal readonly struct Rows11 : IRows
{
    public static int Count => 11;
}

/// <summary>12 rows.</summary>
internal readonly struct Rows12 : IRows
{
    public static int Count => 12;
}

/// <summary>The number of vectors in a row of a product tile, as a type.</summary>
internal interface IVectors
{
    static abstract int Count { get; }
}

/// <summary>1 vector.</summary>
internal readonly struct Vectors1 : IVectors
{
    public static int Count => 1;
}

/// <summary>2 vectors.</summary>
internal readonly struct Vectors2 : IVectors
{
    public static int Count => 2;
}
