using System.Text;
using System.Text.Unicode;
using Unroll.Cli.Views;

namespace Unroll.Cli.Checks;

/// <summary>What a file is made of, before anyone takes it for text: read once, block by block.</summary>
internal sealed class FileBytes
{
    private const int Block = 1 << 20;

    /// <summary>The longest character of UTF-8.</summary>
    private const int LongestCharacter = 4;

    private FileBytes()
    {
    }

    public long Length { get; private set; }

    /// <summary>The name of the byte-order mark at the beginning, or null.</summary>
    public string? Mark { get; private set; }

    /// <summary>The encoding that readers will take.</summary>
    public string Encoding => Mark ?? "UTF-8";

    /// <summary>The line of the first byte that is not UTF-8, or 0.</summary>
    public int InvalidLine { get; private set; }

    /// <summary>That byte.</summary>
    public byte InvalidByte { get; private set; }

    /// <summary>Whether a byte of zero occurs, as in UTF-16 or in files that are no text.</summary>
    public bool HasZeros { get; private set; }

    /// <summary>Whether readers can decode it to its end.</summary>
    public bool IsText => InvalidLine == 0;

    public static FileBytes Read(string path)
    {
        using var file = File.OpenHandle(path, options: FileOptions.SequentialScan);
        var bytes = new FileBytes { Length = RandomAccess.GetLength(file) };
        var buffer = new byte[Block];
        var (position, kept, line) = (0L, 0, 1);
        while (RandomAccess.Read(file, buffer.AsSpan(kept), position) is > 0 and var read)
        {
            if (position == 0 && bytes.FindMark(buffer.AsSpan(0, read)))
                return bytes;
            position += read;
            var block = buffer.AsSpan(0, kept + read);
            // A character may go on in the next block.
            var whole = position < bytes.Length ? WholeCharacters(block) : block.Length;
            bytes.HasZeros |= block[..whole].Contains((byte)0);
            if (!Utf8.IsValid(block[..whole]))
            {
                var invalid = FirstInvalid(block[..whole]);
                bytes.InvalidLine = line + block[..invalid].Count((byte)'\n');
                bytes.InvalidByte = block[invalid];
                return bytes;
            }

            line += block[..whole].Count((byte)'\n');
            block[whole..].CopyTo(buffer);
            kept = block.Length - whole;
        }

        return bytes;
    }

    /// <summary>Adds what is wrong or worth knowing.</summary>
    public void AddTo(Findings findings, string name)
    {
        if (Length == 0)
            findings.Problem("empty", $"{name}: the file is empty.");
        else if (!IsText)
            findings.Problem("encoding", $"{name} line {InvalidLine}: the byte 0x{InvalidByte:X2} is not UTF-8; the file is in another encoding, such as Windows-1252. Convert it to UTF-8.");
        else if (HasZeros)
            findings.Warning("zeros", $"{name}: there are bytes of zero in it; is it UTF-16 without a byte-order mark, or no text at all? Convert it to UTF-8.");
        else if (Mark is not null)
            findings.Note("byte-order-mark", $"{name} begins with a byte-order mark of {Mark}, which is skipped.");
    }

    /// <summary>As <c>UTF-8, 9.3 MiB</c>.</summary>
    public override string ToString() => $"{Encoding}, {Figures.Size(Length)}";

    /// <summary>Finds a byte-order mark.</summary>
    /// <returns>Whether the file is in another encoding than UTF-8, which readers know by its mark and this class does not look into.</returns>
    private bool FindMark(ReadOnlySpan<byte> start)
    {
        Mark = start.StartsWith(System.Text.Encoding.UTF8.Preamble) ? "UTF-8"
            : start.StartsWith(System.Text.Encoding.UTF32.Preamble) ? "UTF-32"
            : start.StartsWith(System.Text.Encoding.Unicode.Preamble) ? "UTF-16, little-endian"
            : start.StartsWith(System.Text.Encoding.BigEndianUnicode.Preamble) ? "UTF-16, big-endian"
            : null;
        return Mark is not null and not "UTF-8";
    }

    /// <summary>How much of a block is before the character that its end may cut.</summary>
    private static int WholeCharacters(ReadOnlySpan<byte> block)
    {
        for (var back = 1; back <= LongestCharacter && back <= block.Length; back++)
        {
            // Bytes 10xxxxxx go on with a character; another one begins it.
            if ((block[^back] & 0xC0) != 0x80)
                return block.Length - back;
        }

        return block.Length;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> block)
    {
        var position = 0;
        while (Rune.DecodeFromUtf8(block[position..], out _, out var length) == System.Buffers.OperationStatus.Done)
            position += length;
        return position;
    }
}
