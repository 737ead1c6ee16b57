using Unroll.Tensors;

namespace Unroll.Benchmarks.Examinations.Tasks;

/// <summary>
/// Sequential and permuted MNIST (Le, Jaitly and Hinton 2015): the 784 pixels of a digit one by one, row by row or in an order drawn once. The answer is the digit.
/// </summary>
/// <param name="folder">Where the four files lie, or null.</param>
/// <param name="permuted">Whether the order is drawn.</param>
internal sealed class PixelDigits(DirectoryInfo? folder, bool permuted) : SequenceTask
{
    // Any order will do as long as it is one for all.
    private const ulong OrderSeed = 784;

    private readonly Lazy<DigitImages> training = new(() => DigitImages.Load(folder!, "train"));
    private readonly Lazy<DigitImages> test = new(() => DigitImages.Load(folder!, "t10k"));
    private readonly int[] order = permuted ? DrawnOrder() : [.. Enumerable.Range(0, DigitImages.PixelCount)];

    /// <inheritdoc/>
    public override string Name => permuted ? "permuted-mnist" : "mnist";

    /// <inheritdoc/>
    public override string Question => permuted
        ? "Permuted MNIST: which digit it was whose 784 pixels came one by one, in one order drawn for all; test images answered right. Guessing is the most frequent digit. (Le et al. 2015.)"
        : "Sequential MNIST: which digit it was whose 784 pixels came one by one, row by row; test images answered right. Guessing is the most frequent digit. (Le et al. 2015.)";

    /// <inheritdoc/>
    public override int InputSize => 1;

    /// <inheritdoc/>
    public override int OutputSize => DigitImages.ClassCount;

    /// <inheritdoc/>
    public override int TimeSteps => DigitImages.PixelCount;

    /// <inheritdoc/>
    public override AnswerPlace Answers => AnswerPlace.LastStep;

    /// <inheritdoc/>
    public override TaskMeasure Measure => TaskMeasure.SequencesRight;

    /// <inheritdoc/>
    public override double Guess
    {
        get
        {
            var labels = Enumerable.Range(0, test.Value.Count).Select(test.Value.LabelOf);
            return labels.CountBy(label => label).Max(digit => digit.Value) / (double)test.Value.Count;
        }
    }

    /// <inheritdoc/>
    public override int? EpochSize => training.Value.Count;

    /// <inheritdoc/>
    public override int TestSize => test.Value.Count;

    /// <inheritdoc/>
    public override string? Missing => folder is { Exists: true } ? null : folder is null ? "no folder was given with --mnist" : $"there is no folder {folder}";

    /// <summary>Images are drawn one by one: an epoch is as many as there are, not each of them once.</summary>
    /// <inheritdoc/>
    public override void FillForTraining(SequenceBatch batch, ulong seed, long update)
    {
        var random = new CounterRandom(seed, (ulong)update);
        for (var row = 0; row < batch.BatchSize; row++)
            Write(batch, row, training.Value, random.NextInt32(training.Value.Count));
    }

    /// <inheritdoc/>
    public override void FillForTest(SequenceBatch batch, int number)
    {
        for (var row = 0; row < batch.BatchSize; row++)
            Write(batch, row, test.Value, (number * batch.BatchSize) + row);
    }

    private static int[] DrawnOrder()
    {
        var random = new CounterRandom(OrderSeed);
        var places = Enumerable.Range(0, DigitImages.PixelCount).ToArray();
        for (var last = places.Length - 1; last > 0; last--)
        {
            var other = random.NextInt32(last + 1);
            (places[last], places[other]) = (places[other], places[last]);
        }

        return places;
    }

    private void Write(SequenceBatch batch, int row, DigitImages images, int index)
    {
        var pixels = images.PixelsOf(index);
        for (var step = 0; step < order.Length; step++)
            batch[step, row, 0] = pixels[order[step]] / 255f;
        batch.Classes[row] = images.LabelOf(index);
    }
}
