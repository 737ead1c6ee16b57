using System.Buffers.Binary;
using System.IO.Compression;
using Unroll.Benchmarks.Examinations.Tasks;

namespace Unroll.Tests.Examinations;

/// <summary>Digits by pixels, from small files in the format of MNIST.</summary>
public sealed class PixelDigitsTests : IDisposable
{
    private const int ImageCount = 20;
    private const int BatchSize = 5;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("unroll-digits-");
    private readonly byte[] pixels = new byte[ImageCount * DigitImages.PixelCount];
    private readonly byte[] labels = new byte[ImageCount];

    public PixelDigitsTests()
    {
        var random = new Random(5);
        random.NextBytes(pixels);
        // Digit 3 nine times, the others at most twice.
        for (var index = 0; index < ImageCount; index++)
            labels[index] = (byte)(index < 9 ? 3 : index % 10);
        foreach (var prefix in new[] { "train", "t10k" })
        {
            Write($"{prefix}-images-idx3-ubyte.gz", [0x803, ImageCount, 28, 28], pixels);
            Write($"{prefix}-labels-idx1-ubyte.gz", [0x801, ImageCount], labels);
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Pixels_come_row_by_row_and_the_answer_is_the_digit()
    {
        var task = new PixelDigits(folder, permuted: false);
        var batch = new SequenceBatch(task, task.TimeSteps, BatchSize);
        for (var number = 0; number < ImageCount / BatchSize; number++)
        {
            task.FillForTest(batch, number);
            for (var row = 0; row < BatchSize; row++)
            {
                var image = (number * BatchSize) + row;
                Assert.Equal(labels[image], batch.Classes[row]);
                for (var step = 0; step < task.TimeSteps; step++)
                    Assert.Equal(pixels[(image * task.TimeSteps) + step] / 255f, batch[step, row, 0]);
            }
        }

        Assert.Equal(10 / 20.0, task.Guess);
        Assert.Equal((ImageCount, ImageCount), (task.TestSize, task.EpochSize));
    }

    [Fact]
    public void One_order_is_drawn_for_all_images()
    {
        var (plain, permuted) = (new PixelDigits(folder, permuted: false), new PixelDigits(folder, permuted: true));
        var (rows, drawn) = (new SequenceBatch(plain, plain.TimeSteps, BatchSize), new SequenceBatch(permuted, plain.TimeSteps, BatchSize));
        plain.FillForTest(rows, 1);
        permuted.FillForTest(drawn, 1);

        // What stands at each step, seen in all rows at once: five random bytes are hardly ever those of another step.
        string At(SequenceBatch batch, int step) => string.Join(' ', Enumerable.Range(0, BatchSize).Select(row => batch[step, row, 0]));
        var steps = Enumerable.Range(0, plain.TimeSteps).ToArray();
        Assert.Equal(steps.Select(step => At(rows, step)).Order(), steps.Select(step => At(drawn, step)).Order());
        Assert.NotEqual(steps.Select(step => At(rows, step)), steps.Select(step => At(drawn, step)));
        Assert.Equal(rows.Classes, drawn.Classes);
    }

    [Fact]
    public void Files_that_do_not_fit_are_refused()
    {
        Write("train-labels-idx1-ubyte.gz", [0x801, ImageCount - 1], labels[1..]);
        var exception = Assert.Throws<InvalidDataException>(() => DigitImages.Load(folder, "train"));
        Assert.Contains("19 labels", exception.Message, StringComparison.Ordinal);

        Write("t10k-labels-idx1-ubyte.gz", [0x803, ImageCount], labels);
        exception = Assert.Throws<InvalidDataException>(() => DigitImages.Load(folder, "t10k"));
        Assert.Contains("00000801", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_folder_it_says_what_is_missing()
    {
        Assert.Contains("--mnist", new PixelDigits(null, permuted: false).Missing!, StringComparison.Ordinal);
        Assert.Contains("nowhere", new PixelDigits(new DirectoryInfo("nowhere"), permuted: false).Missing!, StringComparison.Ordinal);
        Assert.Null(new PixelDigits(folder, permuted: false).Missing);
    }

    private void Write(string name, int[] header, byte[] values)
    {
        using var packed = new GZipStream(File.Create(Path.Combine(folder.FullName, name)), CompressionLevel.Fastest);
        var word = new byte[sizeof(int)];
        foreach (var number in header)
        {
            BinaryPrimitives.WriteInt32BigEndian(word, number);
            packed.Write(word);
        }

        packed.Write(values);
    }
}
