using System.Globalization;
using Unroll.Benchmarks.Examinations.Tasks;
using Unroll.Data;

namespace Unroll.Benchmarks.Classification;

/// <summary>Reads training and test part of each data set from the files that its authors give out.</summary>
internal static class ClassificationParts
{
    private const int ImageRows = 28;

    private static readonly string[] polarities = ["neg", "pos"];

    /// <summary><c>NAME_TRAIN.ts</c> and <c>NAME_TEST.ts</c>: the split of the archive.</summary>
    public static Func<string, ulong, (SequenceSet, SequenceSet)> Archive(string name) => (folder, _) =>
        (TimeSeriesFile.Read(Path.Combine(folder, $"{name}_TRAIN.ts")), TimeSeriesFile.Read(Path.Combine(folder, $"{name}_TEST.ts")));

    /// <summary>A tenth of every language, drawn with the seed, is the test.</summary>
    public static (SequenceSet Training, SequenceSet Test) Names(string folder, ulong seed) => Drawn(LabelledTextFolder.Read(folder), 0.1, seed);

    /// <summary>Lines 10, 20, … of both files are the test.</summary>
    public static (SequenceSet Training, SequenceSet Test) Reviews(string folder, ulong seed) => ReviewFold(folder, fold: 9);

    /// <summary>Every tenth line of both files is the test, from another line for each of the seeds 1 to 10.</summary>
    public static (SequenceSet Training, SequenceSet Test) ReviewFolds(string folder, ulong seed) => ReviewFold(folder, (int)(seed % 10));

    /// <summary>Environments 1 and 2 are learned from, 3 is the test.</summary>
    public static (SequenceSet Training, SequenceSet Test) Movements(string folder, ulong seed)
    {
        var environments = Pairs(Path.Combine(folder, "groups", "MovementAAL_DatasetGroup.csv"));
        var items = Pairs(Path.Combine(folder, "dataset", "MovementAAL_target.csv")).Select(pair =>
        {
            var name = $"MovementAAL_RSS_{pair.Key}.csv";
            var rows = File.ReadLines(Path.Combine(folder, "dataset", name)).Skip(1).SelectMany(row => Numbers(row, name)).ToArray();
            return (LabelledSequence.OfValues(rows, channels: 4, pair.Value, name), environments[pair.Key] == "3");
        });
        return Divided("indoor movement", items);
    }

    /// <summary>The last quarter of the rows of each gesture, in the order of the file, is the test; rows next to each other overlap.</summary>
    public static (SequenceSet Training, SequenceSet Test) GestureBlocks(string folder, ulong seed)
    {
        var groups = Gestures(folder).Items.GroupBy(item => item.Label, StringComparer.Ordinal).Select(group => group.ToArray());
        return Divided("point history", groups.SelectMany(group => group.Select((item, index) => (item, index >= group.Length * 3 / 4))));
    }

    /// <summary>A quarter of the rows, drawn with the seed, is the test.</summary>
    public static (SequenceSet Training, SequenceSet Test) GesturesDrawn(string folder, ulong seed) => Drawn(Gestures(folder), 0.25, seed);

    /// <summary>MNIST's own parts; a row of pixels is a time step.</summary>
    public static (SequenceSet Training, SequenceSet Test) Digits(string folder, ulong seed) => (Rows(folder, "train"), Rows(folder, "t10k"));

    private static (SequenceSet Training, SequenceSet Test) ReviewFold(string folder, int fold)
    {
        var lines = polarities
            .SelectMany(label => LabelledTextFolder.ReadLines(Path.Combine(folder, $"rt-polarity.{label}"), label).Index()).ToArray();
        return Divided("sentence polarity", lines.Select(line => (line.Item, line.Index % 10 == fold)));
    }

    private static SequenceSet Rows(string folder, string prefix)
    {
        var images = DigitImages.Load(new(folder), prefix);
        return new($"MNIST {prefix}", [.. Enumerable.Range(0, images.Count).Select(index =>
        {
            var values = new float[DigitImages.PixelCount];
            for (var pixel = 0; pixel < values.Length; pixel++)
                values[pixel] = images.PixelsOf(index)[pixel] / 255f;
            return LabelledSequence.OfValues(values, ImageRows, images.LabelOf(index).ToString(CultureInfo.InvariantCulture), $"{prefix} image {index}");
        })]);
    }

    private static SequenceSet Gestures(string folder) => new("point history", [.. File.ReadLines(Path.Combine(folder, "point_history.csv")).Index().Select(row =>
    {
        var source = $"point_history.csv line {row.Index + 1}";
        var numbers = Numbers(row.Item, source);
        return LabelledSequence.OfValues(numbers.AsMemory(1), channels: 2, numbers[0].ToString(CultureInfo.InvariantCulture), source);
    })]);

    private static (SequenceSet Training, SequenceSet Test) Drawn(SequenceSet all, double fraction, ulong seed)
    {
        var (training, test) = all.Split(fraction, seed);
        return (training, test ?? throw new InvalidDataException($"{all.Name}: no example was drawn for the test; there are too few."));
    }

    private static (SequenceSet Training, SequenceSet Test) Divided(string name, IEnumerable<(LabelledSequence Item, bool IsTest)> items)
    {
        var parts = items.ToLookup(entry => entry.IsTest, entry => entry.Item);
        return (new(name, [.. parts[false]]), new(name, [.. parts[true]]));
    }

    private static Dictionary<string, string> Pairs(string path) =>
        File.ReadLines(path).Skip(1).Where(line => line.Contains(',')).Select(line => line.Split(',')).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim());

    private static float[] Numbers(string row, string source) =>
    [
        .. row.Split(',').Select(field => float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidDataException($"{source}: '{field}' is no number.")),
    ];
}
