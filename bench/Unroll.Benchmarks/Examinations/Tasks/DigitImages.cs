using System.Buffers.Binary;
using System.IO.Compression;

namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>Handwritten digits and what they are, from the files of MNIST (LeCun et al. 1998).</summary>
internal sealed class DigitImages
{
    /// <summary>Pixels of an image, row by row.</summary>
    public const int PixelCount = 28 * 28;

    /// <summary>Digits.</summary>
    public const int ClassCount = 10;

    private const int ImageMagic = 0x00000803;
    private const int LabelMagic = 0x00000801;
    private const int ImageHeaderLength = 16;
    private const int LabelHeaderLength = 8;

    private readonly byte[] images;
    private readonly byte[] labels;

    private DigitImages(byte[] images, byte[] labels) => (this.images, this.labels) = (images, labels);

    /// <summary>How many there are.</summary>
    public int Count => labels.Length - LabelHeaderLength;

    /// <summary>Reads <c>PREFIX-images-idx3-ubyte.gz</c> and <c>PREFIX-labels-idx1-ubyte.gz</c>.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="prefix"><c>train</c> or <c>t10k</c>.</param>
    /// <exception cref="InvalidDataException">A file is no such file, or they do not belong together.</exception>
    public static DigitImages Load(DirectoryInfo folder, string prefix)
    {
        var (imagePath, labelPath) = (Path.Combine(folder.FullName, prefix + "-images-idx3-ubyte.gz"), Path.Combine(folder.FullName, prefix + "-labels-idx1-ubyte.gz"));
        var (images, labels) = (Unpack(imagePath, ImageMagic, ImageHeaderLength), Unpack(labelPath, LabelMagic, LabelHeaderLength));
        var count = BinaryPrimitives.ReadInt32BigEndian(images.AsSpan(4));
        if (images.Length != ImageHeaderLength + ((long)count * PixelCount))
            throw new InvalidDataException($"{imagePath}: {images.Length} bytes do not hold {count} images of 28×28 pixels and a header of {ImageHeaderLength}.");
        if (labels.Length != LabelHeaderLength + count)
            throw new InvalidDataException($"{labelPath}: {labels.Length - LabelHeaderLength} labels; {imagePath} has {count} images.");
        var set = new DigitImages(images, labels);
        for (var index = 0; index < count; index++)
        {
            if (set.LabelOf(index) >= ClassCount)
                throw new InvalidDataException($"{labelPath}: label {index} is {set.LabelOf(index)}; a digit is 0…9.");
        }

        return set;
    }

    /// <summary>The pixels of an image, 0 (paper) to 255 (ink).</summary>
    public ReadOnlySpan<byte> PixelsOf(int index) => images.AsSpan(ImageHeaderLength + (index * PixelCount), PixelCount);

    /// <summary>The digit.</summary>
    public int LabelOf(int index) => labels[LabelHeaderLength + index];

    private static byte[] Unpack(string path, int magic, int headerLength)
    {
        using var unpacked = new MemoryStream();
        using (var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress))
            packed.CopyTo(unpacked);
        var bytes = unpacked.ToArray();
        if (bytes.Length < headerLength || BinaryPrimitives.ReadInt32BigEndian(bytes) != magic)
            throw new InvalidDataException($"{path}: no IDX file; it has to start with the bytes {magic:X8}.");
        return bytes;
    }
}
