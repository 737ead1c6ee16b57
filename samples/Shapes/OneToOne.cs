using Unroll.Cells;
using Unroll.Layers;
using Unroll.Losses;
using Unroll.Models;
using Unroll.Tensors;

namespace Shapes;

/// <summary>One to one: a picture of a digit in, the digit out. One step from a state of zeros: here a recurrent layer is a feed-forward one.</summary>
internal static class OneToOne
{
    private const int Digits = 10;
    private const int HiddenSize = 64;
    private const int BatchSize = 64;
    private const int Updates = 2000;

    /// <summary>Trains and tries it.</summary>
    public static void Run(string? folder)
    {
        var training = folder is null ? DigitSet.OfDisplay(20_000, seed: 1) : DigitSet.Load(folder, "train");
        var heldOut = folder is null ? DigitSet.OfDisplay(10_000, seed: 2) : DigitSet.Load(folder, "t10k");
        Console.WriteLine($"{training.Labels.Length} pictures of {training.Images[0].Length} values to learn from, {heldOut.Labels.Length} held out");
        var layer = new Recurrent(Cell.RnnTanh, training.Images[0].Length, HiddenSize);
        var head = new Linear(HiddenSize, Digits);
        Tensor Scores(Tape tape, Tensor pictures) => head.Forward(tape, layer.Forward(tape, pictures).Output);

        var random = new CounterRandom(seed: 3);
        new Training(layer, head).Run(Updates, 5e-3f, tape =>
        {
            var rows = new int[BatchSize];
            foreach (ref var row in rows.AsSpan())
                row = random.NextInt32(training.Labels.Length);
            return tape.CrossEntropy(Scores(tape, Pictures(training, rows)), [.. rows.Select(row => training.Labels[row])]);
        });

        var scores = Scores(new(recording: false), Pictures(heldOut, [.. Enumerable.Range(0, heldOut.Labels.Length)]));
        var answers = Enumerable.Range(0, heldOut.Labels.Length).Select(row => TokenSampler.Likeliest(scores.Values.Slice(row * Digits, Digits)));
        Console.WriteLine($"held out: {Share(answers, heldOut):P1} right");
        Console.WriteLine($"baseline: {Share(NearestMeans(training, heldOut), heldOut):P1} by the digit whose mean picture is nearest{(folder is null ? $"; nothing can do better than {DigitSet.BestOfDisplay():P1}" : "")}");
    }

    /// <summary>[1, B, I]: one step of B pictures.</summary>
    private static Tensor Pictures(DigitSet set, int[] rows)
    {
        var size = set.Images[0].Length;
        var tensor = new Tensor(new(1, rows.Length, size));
        for (var row = 0; row < rows.Length; row++)
            set.Images[rows[row]].CopyTo(tensor.Values[(row * size)..]);
        return tensor;
    }

    private static IEnumerable<int> NearestMeans(DigitSet training, DigitSet heldOut)
    {
        var means = Enumerable.Range(0, Digits).Select(_ => new double[training.Images[0].Length]).ToArray();
        var counts = training.Labels.CountBy(label => label).ToDictionary();
        for (var index = 0; index < training.Labels.Length; index++)
        {
            var mean = means[training.Labels[index]];
            for (var pixel = 0; pixel < mean.Length; pixel++)
                mean[pixel] += training.Images[index][pixel] / (double)counts[training.Labels[index]];
        }

        return heldOut.Images.Select(image => Enumerable.Range(0, Digits).MinBy(digit => Distance(image, means[digit])));
    }

    private static double Distance(float[] image, double[] mean)
    {
        var sum = 0.0;
        for (var pixel = 0; pixel < mean.Length; pixel++)
            sum += (image[pixel] - mean[pixel]) * (image[pixel] - mean[pixel]);
        return sum;
    }

    private static double Share(IEnumerable<int> answers, DigitSet set) => answers.Zip(set.Labels).Count(pair => pair.First == pair.Second) / (double)set.Labels.Length;
}
