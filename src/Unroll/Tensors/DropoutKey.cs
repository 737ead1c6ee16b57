namespace Unroll.Tensors;

/// <summary>Names one dropout mask: the same key gives the same mask on every machine and for any number of threads.</summary>
/// <param name="Seed">The seed of the training run.</param>
/// <param name="Update">The number of the update.</param>
/// <param name="Place">Which dropout of the model.</param>
public readonly record struct DropoutKey(ulong Seed, long Update, int Place = 0)
{
    /// <summary>The key of another dropout of the same model and update.</summary>
    /// <param name="place">Which dropout of the model.</param>
    public DropoutKey At(int place) => this with { Place = place };

    /// <summary>All three numbers mixed into 64 bits (the finaliser of SplitMix64, Steele, Lea and Flood 2014).</summary>
    internal ulong Bits => Mix(Mix(Mix(Seed) ^ (ulong)Update) ^ (uint)Place);

    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
