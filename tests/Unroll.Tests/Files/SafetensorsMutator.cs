using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Unroll.Tensors;

namespace Unroll.Tests.Files;

/// <summary>
/// Makes wrong files out of a good one. It knows the format: it changes single tokens of the header, moves, drops and doubles members, cuts and
/// splices, and mostly repairs the length and the hash afterwards, so that the change reaches the checks behind them. Each result depends
/// only on the seed and its number.
/// </summary>
internal sealed class SafetensorsMutator
{
    private const int LengthFieldSize = sizeof(ulong);
    private const int HashTextLength = 64;

    private static readonly byte[] HashMarker = Encoding.ASCII.GetBytes("\"sha256\":\"");

    private readonly byte[] original;
    private readonly byte[] data;
    private readonly HeaderText header;
    private readonly ulong seed;

    public SafetensorsMutator(byte[] original, ulong seed)
    {
        this.original = original;
        this.seed = seed;
        var headerLength = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(original));
        header = new(original[LengthFieldSize..(LengthFieldSize + headerLength)]);
        data = original[(LengthFieldSize + headerLength)..];
    }

    /// <summary>The wrong file of one number; a few turn out right.</summary>
    public byte[] Mutate(long number)
    {
        var random = new CounterRandom(seed, (ulong)number);
        if (random.NextInt32(8) == 0)
            return Raw(original, ref random);

        var newHeader = random.NextInt32(8) == 0 ? header.Bytes : header.Mutate(ref random);
        var newData = random.NextInt32(3) == 0 ? MutateData(ref random) : data;
        if (!ReferenceEquals(newData, data) && random.NextInt32(4) != 0)
            newHeader = WithHash(newHeader, newData);
        var file = Join(newHeader, newData, random.NextInt32(10) == 0 ? InterestingLength(ref random, newHeader.Length) : (ulong)newHeader.Length);
        return random.NextInt32(10) == 0 ? Raw(file, ref random) : file;
    }

    private static byte[] Join(byte[] header, byte[] data, ulong statedLength)
    {
        var file = new byte[LengthFieldSize + header.Length + data.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(file, statedLength);
        header.CopyTo(file, LengthFieldSize);
        data.CopyTo(file, LengthFieldSize + header.Length);
        return file;
    }

    /// <summary>The header with the hash of other data, where it states one.</summary>
    private static byte[] WithHash(byte[] header, byte[] data)
    {
        var start = header.AsSpan().IndexOf(HashMarker);
        if (start < 0 || start + HashMarker.Length + HashTextLength > header.Length)
            return header;
        var repaired = (byte[])header.Clone();
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(data)), repaired.AsSpan(start + HashMarker.Length));
        return repaired;
    }

    private static ulong InterestingLength(ref CounterRandom random, int length) => random.NextInt32(10) switch
    {
        0 => 0,
        1 => (ulong)length - 1,
        2 => (ulong)length + 1,
        3 => (ulong)length - 8,
        4 => (ulong)length + 8,
        5 => (16 << 20) + (ulong)random.NextInt32(3) - 1,
        6 => long.MaxValue - (ulong)random.NextInt32(16),
        7 => ulong.MaxValue - (ulong)random.NextInt32(16),
        8 => int.MaxValue + (ulong)random.NextInt32(3) - 1,
        _ => (ulong)random.NextInt32(2 * length),
    };

    /// <summary>Other values, or more or fewer of them.</summary>
    private byte[] MutateData(ref CounterRandom random)
    {
        var changed = (byte[])data.Clone();
        if (changed.Length < 8)
            return [.. changed, 0];
        var position = random.NextInt32(changed.Length - 7);
        switch (random.NextInt32(8))
        {
            case 0:
                return changed[..random.NextInt32(changed.Length)];
            case 1:
                return [.. changed, .. new byte[1 + random.NextInt32(64)]];
            case 2:
                BinaryPrimitives.WriteSingleLittleEndian(changed.AsSpan(position & ~3), float.NaN);
                break;
            case 3:
                BinaryPrimitives.WriteSingleLittleEndian(changed.AsSpan(position & ~3), float.NegativeInfinity);
                break;
            case 4:
                BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(position & ~7), long.MinValue);
                break;
            case 5:
                changed.AsSpan(position, Math.Min(random.NextInt32(64), changed.Length - position)).Fill(0xFF);
                break;
            case 6:
                BinaryPrimitives.WriteInt64LittleEndian(changed.AsSpan(position & ~7), random.NextInt32(300) - 20);
                break;
            default:
                changed[position] ^= (byte)(1 << random.NextInt32(8));
                break;
        }

        return changed;
    }

    /// <summary>Changes bytes without looking at what they mean.</summary>
    private static byte[] Raw(byte[] file, ref CounterRandom random)
    {
        var position = random.NextInt32(file.Length);
        switch (random.NextInt32(7))
        {
            case 0:
                return file[..position];
            case 1:
                return [.. file, .. file[position..]];
            case 2:
                return [.. file[..position], (byte)random.NextUInt32(), .. file[position..]];
            case 3:
                return [.. file[..position], .. file[Math.Min(file.Length, position + 1 + random.NextInt32(16))..]];
            case 4:
                var other = random.NextInt32(file.Length);
                return [.. file[..position], .. file[other..]];
            default:
                var changed = (byte[])file.Clone();
                for (var count = 1 + random.NextInt32(4); count > 0; count--)
                {
                    changed[position] = random.NextInt32(2) == 0 ? (byte)random.NextUInt32() : (byte)(changed[position] ^ (1 << random.NextInt32(8)));
                    position = random.NextInt32(file.Length);
                }

                return changed;
        }
    }
}
