namespace Unroll.Tensors;

/// <summary>
/// A counter-based random generator: value number n depends on the seed, the stream and n alone, so that any part of a computation can draw
/// its numbers in any order, on any thread, and always gets the same ones.
/// </summary>
/// <remarks>
/// Philox 4×32 with 10 rounds (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011, section 4.3). The key is the
/// seed; the counter holds the number of the block of four values in its lower half and the stream in its upper half. A copy of the struct
/// continues on its own from where the original stood.
/// </remarks>
public struct CounterRandom
{
    private const int WordsPerBlock = 4;
    private const int Rounds = 10;

    // Multipliers and key increments of the paper, section 4.3 and table 2.
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint KeyIncrement0 = 0x9E3779B9;
    private const uint KeyIncrement1 = 0xBB67AE85;

    private PhiloxBlock block;
    private ulong blockIndex;
    private bool hasBlock;

    /// <summary>A generator that stands at its first value.</summary>
    /// <param name="seed">The key; any value.</param>
    /// <param name="stream">Which of the independent sequences of this seed; any value.</param>
    public CounterRandom(ulong seed, ulong stream = 0)
    {
        Seed = seed;
        Stream = stream;
    }

    /// <summary>The key.</summary>
    public ulong Seed { get; }

    /// <summary>Which of the independent sequences of this seed.</summary>
    public ulong Stream { get; }

    /// <summary>The number of the next 32-bit value; assigning it jumps there at no cost.</summary>
    public ulong Position { get; set; }

    /// <summary>The next 32 random bits; moves on by one value.</summary>
    public uint NextUInt32()
    {
        var wanted = Position / WordsPerBlock;
        if (!hasBlock || wanted != blockIndex)
        {
            block = Block(Seed, Stream, wanted);
            blockIndex = wanted;
            hasBlock = true;
        }

        return (Position++ % WordsPerBlock) switch { 0 => block.X0, 1 => block.X1, 2 => block.X2, _ => block.X3 };
    }

    /// <summary>The next number in [0, 1), a multiple of 2⁻²⁴; moves on by one value.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1f / (1 << 24));

    /// <summary>The next number in [0, 1), a multiple of 2⁻⁵³; moves on by two values.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>
    /// The next whole number from 0 up to, but not including, a maximum; moves on by two values. No number is likelier than another by more than
    /// one part in 2³².
    /// </summary>
    /// <param name="exclusiveMaximum">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is 0 or negative.</exception>
    public int NextInt32(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(exclusiveMaximum);
        return (int)Math.BigMul(NextUInt64(), (ulong)exclusiveMaximum, out _);
    }

    /// <summary>The next number of the standard normal distribution; moves on by four values.</summary>
    /// <remarks>Box and Muller (1958): √(−2 ln u) · cos 2πv, with u in (0, 1].</remarks>
    public float NextNormal()
    {
        var u = 1 - NextDouble();
        var v = NextDouble();
        return (float)(Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v));
    }

    /// <summary>Four values at once: those at positions 4·<paramref name="index"/> to 4·<paramref name="index"/> + 3.</summary>
    internal static PhiloxBlock Block(ulong seed, ulong stream, ulong index) =>
        Block(new((uint)index, (uint)(index >> 32), (uint)stream, (uint)(stream >> 32)), (uint)seed, (uint)(seed >> 32));

    /// <summary>The bijection itself: ten rounds over a counter of four words under a key of two.</summary>
    internal static PhiloxBlock Block(PhiloxBlock counter, uint key0, uint key1)
    {
        var (x0, x1, x2, x3) = counter;
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * x0;
            var product1 = (ulong)Multiplier1 * x2;
            x0 = (uint)(product1 >> 32) ^ x1 ^ key0;
            x1 = (uint)product1;
            x2 = (uint)(product0 >> 32) ^ x3 ^ key1;
            x3 = (uint)product0;
            key0 += KeyIncrement0;
            key1 += KeyIncrement1;
        }

        return new(x0, x1, x2, x3);
    }

    private ulong NextUInt64()
    {
        var low = NextUInt32();
        return low | ((ulong)NextUInt32() << 32);
    }
}

/// <summary>Four 32-bit words: a counter or the random values made of it.</summary>
internal readonly record struct PhiloxBlock(uint X0, uint X1, uint X2, uint X3);
