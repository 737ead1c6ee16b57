using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Unroll.Layers;

namespace Unroll.Models;

/// <summary>
/// The state of a session as bytes, little-endian: "UNRS", version, fingerprint of the model [32], number of values, values as float32, SHA-256 of all
/// before [32]. For one model every snapshot has the same length, so nothing in it decides how much memory is taken.
/// </summary>
internal static class SessionSnapshot
{
    private const uint Version = 1;
    private const int HashLength = SHA256.HashSizeInBytes;
    private const int FingerprintOffset = 8;
    private const int CountOffset = FingerprintOffset + HashLength;
    private const int ValuesOffset = CountOffset + sizeof(int);

    private static ReadOnlySpan<byte> Magic => "UNRS"u8;

    public static byte[] Write(ReadOnlySpan<byte> fingerprint, RecurrentState state)
    {
        var snapshot = new byte[LengthFor(state)];
        Magic.CopyTo(snapshot);
        BinaryPrimitives.WriteUInt32LittleEndian(snapshot.AsSpan(Magic.Length), Version);
        fingerprint.CopyTo(snapshot.AsSpan(FingerprintOffset));
        BinaryPrimitives.WriteInt32LittleEndian(snapshot.AsSpan(CountOffset), CountFor(state));
        var hidden = MemoryMarshal.AsBytes(state.Hidden.Values);
        hidden.CopyTo(snapshot.AsSpan(ValuesOffset));
        if (state.Cell is { } cell)
            MemoryMarshal.AsBytes(cell.Values).CopyTo(snapshot.AsSpan(ValuesOffset + hidden.Length));
        SHA256.HashData(snapshot.AsSpan(..^HashLength), snapshot.AsSpan(snapshot.Length - HashLength));
        return snapshot;
    }

    /// <summary>Reads a snapshot of one model.</summary>
    /// <param name="snapshot">Any bytes.</param>
    /// <param name="fingerprint">That of the model.</param>
    /// <param name="state">A state of the model; overwritten when all is well, else untouched.</param>
    /// <exception cref="InvalidDataException">The bytes are no snapshot of this model.</exception>
    public static void Read(ReadOnlySpan<byte> snapshot, ReadOnlySpan<byte> fingerprint, RecurrentState state)
    {
        Check(snapshot, fingerprint, state);
        var values = MemoryMarshal.Cast<byte, float>(snapshot[ValuesOffset..^HashLength]);
        if (BinaryPrimitives.ReadInt32LittleEndian(snapshot[CountOffset..]) != CountFor(state) || !values.AreFinite())
            throw new InvalidDataException("The session snapshot holds values that are no state: a wrong count, NaN or infinity.");
        state.IsStart = false;
        values[..state.Hidden.Length].CopyTo(state.Hidden.Values);
        if (state.Cell is { } cell)
            values[state.Hidden.Length..].CopyTo(cell.Values);
    }

    private static void Check(ReadOnlySpan<byte> snapshot, ReadOnlySpan<byte> fingerprint, RecurrentState state)
    {
        if (snapshot.Length < ValuesOffset || !snapshot.StartsWith(Magic))
            throw new InvalidDataException($"These {snapshot.Length} bytes are no session snapshot; give what Save returned.");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(snapshot[Magic.Length..]);
        if (version != Version)
            throw new InvalidDataException($"The session snapshot is of version {version}; this version of Unroll reads version {Version}.");
        if (!snapshot.Slice(FingerprintOffset, HashLength).SequenceEqual(fingerprint))
            throw new InvalidDataException("The session snapshot was taken on another model, or on this one before it was trained further. Restore it on the model it came from.");
        if (snapshot.Length != LengthFor(state))
            throw new InvalidDataException($"The session snapshot has {snapshot.Length} bytes; one of this model has {LengthFor(state)}. It was cut or added to.");
        Span<byte> hash = stackalloc byte[HashLength];
        SHA256.HashData(snapshot[..^HashLength], hash);
        if (!hash.SequenceEqual(snapshot[^HashLength..]))
            throw new InvalidDataException("The session snapshot is damaged: its checksum does not fit its content.");
    }

    private static int CountFor(RecurrentState state) => state.Hidden.Length + (state.Cell?.Length ?? 0);

    private static int LengthFor(RecurrentState state) => ValuesOffset + (CountFor(state) * sizeof(float)) + HashLength;
}
