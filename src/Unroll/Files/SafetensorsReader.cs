using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Unroll.Files;

/// <summary>Reads safetensors files: the header first, and only when all of it agrees with the size of the file, the data.</summary>
internal static class SafetensorsReader
{
    /// <summary>Pieces are hashed while they are still in the cache.</summary>
    private const int PieceLength = 1 << 20;

    public static SafetensorsFile Read(ReadOnlyMemory<byte> bytes, string name)
    {
        SafetensorsFormat.RequireLittleEndian();
        var headerLength = CheckStart(bytes.Span, bytes.Length, name);
        var data = bytes[(SafetensorsFormat.LengthFieldSize + headerLength)..];
        var header = SafetensorsHeader.Parse(bytes.Span.Slice(SafetensorsFormat.LengthFieldSize, headerLength), name);
        CheckDataLength(header, data.Length, name);
        var tensors = new SafetensorsTensor[header.Entries.Count];
        using var hash = StartHash(header);
        for (var i = 0; i < tensors.Length; i++)
        {
            var entry = header.Entries[i];
            tensors[i] = new(name, entry, data[(int)entry.Begin..(int)entry.End]);
        }

        hash?.AppendData(data.Span);
        CheckHash(header, hash, name);
        return new(name, header.Metadata, tensors);
    }

    public static SafetensorsFile Read(string path)
    {
        SafetensorsFormat.RequireLittleEndian();
        using var handle = Open(path);
        var length = RandomAccess.GetLength(handle);
        var header = ReadHeader(handle, length, path, out var position);
        var tensors = new SafetensorsTensor[header.Entries.Count];
        using var hash = StartHash(header);
        for (var i = 0; i < tensors.Length; i++)
        {
            var entry = header.Entries[i];
            var bytes = GC.AllocateUninitializedArray<byte>((int)(entry.End - entry.Begin));
            for (var start = 0; start < bytes.Length; start += PieceLength)
            {
                var piece = bytes.AsSpan(start, Math.Min(PieceLength, bytes.Length - start));
                ReadExactly(handle, piece, position + entry.Begin + start, path);
                hash?.AppendData(piece);
            }

            tensors[i] = new(path, entry, bytes);
        }

        CheckHash(header, hash, path);
        return new(path, header.Metadata, tensors);
    }

    private static SafeFileHandle Open(string path)
    {
        if (Directory.Exists(path))
            throw new IOException($"'{path}' is a folder; expected a safetensors file. Name the file inside it.");

        if (!LibC.IsRegularFile(path))
            throw new IOException($"'{path}' is a device, a pipe or a socket; expected a file on a disk.");

        // Delete is shared so that another process may replace the file by renaming a new one over it while this one reads.
        return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
    }

    /// <summary>Reads and checks the header in memory that is free again when the data is read.</summary>
    private static SafetensorsHeader ReadHeader(SafeFileHandle handle, long length, string path, out long dataStart)
    {
        var start = new byte[(int)Math.Min(length, ForeignFile.SignatureLength)];
        ReadExactly(handle, start, 0, path);
        var text = new byte[CheckStart(start, length, path)];
        ReadExactly(handle, text, SafetensorsFormat.LengthFieldSize, path);
        var header = SafetensorsHeader.Parse(text, path);
        dataStart = SafetensorsFormat.LengthFieldSize + text.Length;
        CheckDataLength(header, length - dataStart, path);
        return header;
    }

    /// <summary>Checks the first bytes of a file and gives the length of its header.</summary>
    private static int CheckStart(ReadOnlySpan<byte> start, long fileLength, string file)
    {
        const int SmallestFile = SafetensorsFormat.LengthFieldSize + 2;
        if (fileLength == 0)
            throw new InvalidDataException($"{file}: the file is empty (0 bytes); expected a safetensors file. Was it saved or downloaded completely?");
        var headerLength = fileLength < SmallestFile ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (headerLength is < 2 or > SafetensorsFormat.MaximumHeaderLength || start[SafetensorsFormat.LengthFieldSize] != (byte)'{')
            throw NoSafetensors(start, fileLength, headerLength, file);
        var available = fileLength - SafetensorsFormat.LengthFieldSize;
        if ((long)headerLength > available)
        {
            throw Unfinished(
                file, $"the header takes {Number((long)headerLength)} bytes but only {Number(available)} are there");
        }

        return (int)headerLength;
    }

    private static InvalidDataException NoSafetensors(ReadOnlySpan<byte> start, long fileLength, ulong headerLength, string file)
    {
        if (ForeignFile.Describe(start) is { } other)
            return new($"{file}: {other}");
        var reason = fileLength < SafetensorsFormat.LengthFieldSize + 2 ? $"it has {fileLength} bytes; the smallest one has 10"
            : headerLength is < 2 or > SafetensorsFormat.MaximumHeaderLength
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"its first 8 bytes give a header of {headerLength:N0} bytes; expected 2 to {SafetensorsFormat.MaximumHeaderLength:N0}")
            : $"its header starts with byte 0x{start[SafetensorsFormat.LengthFieldSize]:X2}; expected '{{'";
        return new($"{file}: this is no safetensors file: {reason}. Is it the right file, and complete?");
    }

    private static void CheckDataLength(SafetensorsHeader header, long available, string file)
    {
        if (available < header.DataLength)
        {
            throw Unfinished(
                file,
                $"the tensors take {Number(header.DataLength)} bytes but only {Number(available)} are there");
        }

        if (available > header.DataLength)
        {
            throw new InvalidDataException(
                $"{file}: {Number(available - header.DataLength)} bytes follow the last tensor; expected none. "
                + "The file was damaged or badly written; get it again.");
        }
    }

    private static string Number(long value) => SafetensorsFormat.Number(value);

    private static InvalidDataException Unfinished(string file, string what) =>
        new($"{file}: {what}. Was the download or the copy interrupted? Get the file again.");

    private static void ReadExactly(SafeFileHandle handle, Span<byte> destination, long position, string path)
    {
        while (destination.Length > 0)
        {
            var count = RandomAccess.Read(handle, destination, position);
            if (count == 0)
                throw new InvalidDataException($"{path}: the file became shorter while it was read. Try again when nothing writes to it.");
            destination = destination[count..];
            position += count;
        }
    }

    private static IncrementalHash? StartHash(SafetensorsHeader header) =>
        header.Metadata.ContainsKey(SafetensorsFormat.HashKey) ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;

    private static void CheckHash(SafetensorsHeader header, IncrementalHash? hash, string file)
    {
        if (hash is null)
            return;
        var stated = header.Metadata[SafetensorsFormat.HashKey];
        var found = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (stated != found)
        {
            throw new InvalidDataException(
                $"{file}: the data has SHA-256 {found}; the header states {SafetensorsFormat.Quote(stated)}. The file is damaged; get it again.");
        }
    }
}
