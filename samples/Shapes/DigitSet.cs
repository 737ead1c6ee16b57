using System.Buffers.Binary;
using System.IO.Compression;
using Unroll.Tensors;

namespace Shapes;

/// <summary>Pictures of digits, values from 0 to 1, and what they show.</summary>
internal sealed record DigitSet(float[][] Images, int[] Labels)
{
    private const int ImageHeader = 16;
    private const int LabelHeader = 8;
    private const float FaultRate = 0.1f;

    /// <summary>The segments of each digit on a display: top, upper left, upper right, middle, lower left, lower right, bottom.</summary>
    private static readonly string[] segments =
        ["1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111", "1010010", "1111111", "1111011"];

    /// <summary>
    /// Digits on a display of seven segments of which each is wrong one time in ten (Breiman, Friedman, Olshen and Stone, "Classification and Regression Trees",
    /// 1984, section 2.6.1).
    /// </summary>
    public static DigitSet OfDisplay(int count, ulong seed)
    {
        var random = new CounterRandom(seed);
        var (images, labels) = (new float[count][], new int[count]);
        for (var index = 0; index < count; index++)
        {
            labels[index] = random.NextInt32(segments.Length);
            images[index] = [.. segments[labels[index]].Select(segment => (segment == '1') != (random.NextSingle() < FaultRate) ? 1f : 0f)];
        }

        return new(images, labels);
    }

    /// <summary>The share of such displays that can be read at all: for each of the 128 pictures, the likeliest digit.</summary>
    public static double BestOfDisplay() => Enumerable.Range(0, 128).Sum(picture => segments.Max(digit =>
        Enumerable.Range(0, 7).Aggregate(0.1, (chance, bit) => chance * ((digit[bit] == '1') == ((picture >> bit & 1) == 1) ? 1 - FaultRate : FaultRate))));

    /// <summary>Reads <c>PREFIX-images-idx3-ubyte.gz</c> and <c>PREFIX-labels-idx1-ubyte.gz</c>, as MNIST has them (LeCun, Bottou, Bengio and Haffner, 1998).</summary>
    public static DigitSet Load(string folder, string prefix)
    {
        var images = Unpack(Path.Combine(folder, prefix + "-images-idx3-ubyte.gz"), 0x803, ImageHeader);
        var labels = Unpack(Path.Combine(folder, prefix + "-labels-idx1-ubyte.gz"), 0x801, LabelHeader);
        var count = labels.Length - LabelHeader;
        var pixels = BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(8)) * BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(12));
        if (count < 1 || pixels < 1 || images.Length != ImageHeader + ((long)count * pixels))
            throw new InvalidDataException($"{folder}: the images of '{prefix}' are not {count} of {pixels} pixels, as their header and labels say.");
        return new(
            [.. Enumerable.Range(0, count).Select(index => images[(ImageHeader + (index * pixels))..(ImageHeader + ((index + 1) * pixels))].Select(value => value / 255f).ToArray())],
            [.. labels[LabelHeader..].Select(label => (int)label)]);
    }

    private static byte[] Unpack(string path, int magic, int header)
    {
        using var unpacked = new MemoryStream();
        using (var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
            packed.CopyTo(unpacked);
        var bytes = unpacked.ToArray();
        return bytes.Length >= header && BinaryPrimitives.ReadInt32BigEndian(bytes) == magic
            ? bytes
            : throw new InvalidDataException($"{path}: no IDX file; it has to start with the bytes {magic:X8}.");
    }
}
