using System.Text.Json;
using System.Text.Json.Serialization;

namespace Unroll.Cli.Plots;

/// <summary>
/// Losses seen during a run, the training loss at every report and the validation loss where it was measured. A checkpoint carries them, so that the
/// picture of a resumed run begins at its beginning.
/// </summary>
internal sealed class LossCurves
{
    /// <summary>More points than pixels are merged two by two.</summary>
    private const int MaximumPoints = 2000;

    /// <summary>Training losses with the updates they were reported at.</summary>
    public List<double[]> Train { get; init; } = [];

    /// <summary>Validation losses with the updates they were measured after.</summary>
    public List<double[]> Validation { get; init; } = [];

    /// <summary>Reads curves back; those of a damaged text are empty, since a picture is no reason to refuse a checkpoint.</summary>
    public static LossCurves FromJson(string json)
    {
        try
        {
            var curves = JsonSerializer.Deserialize(json, CurvesJson.Default.LossCurves);
            return curves is not null && curves.Train.Concat(curves.Validation).All(point => point.Length == 2) ? curves : new();
        }
        catch (JsonException)
        {
            return new();
        }
    }

    /// <summary>The curves as JSON, for the metadata of a checkpoint.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CurvesJson.Default.LossCurves);

    /// <summary>Adds what one report says; losses that are not finite are left out.</summary>
    public void Add(long update, double trainLoss, double? validationLoss)
    {
        Add(Train, update, trainLoss);
        Add(Validation, update, validationLoss ?? double.NaN);
    }

    /// <summary>Draws the curves as the bytes of a PNG.</summary>
    /// <param name="title">What was trained on what.</param>
    /// <param name="unit">The unit of the loss, such as nats per character.</param>
    public byte[] ToPng(string title, string unit)
    {
        PlotFont.Ensure();
        using var plot = new ScottPlot.Plot();
        plot.Title(title);
        plot.XLabel("update");
        plot.YLabel($"loss ({unit})");
        if (Train.Count > 0)
        {
            var train = plot.Add.ScatterLine(Column(Train, 0), Column(Train, 1));
            train.LegendText = "training";
            train.LineWidth = 1.5f;
        }

        if (Validation.Count > 0)
        {
            var validation = plot.Add.Scatter(Column(Validation, 0), Column(Validation, 1));
            validation.LegendText = "validation";
            validation.LineWidth = 2;
            validation.MarkerSize = 6;
        }

        plot.ShowLegend(ScottPlot.Alignment.UpperRight);
        return plot.GetImageBytes(900, 560, ScottPlot.ImageFormat.Png);
    }

    private static double[] Column(List<double[]> points, int column) => [.. points.Select(point => point[column])];

    private static void Add(List<double[]> points, long update, double loss)
    {
        if (!double.IsFinite(loss))
            return;
        points.Add([update, Math.Round(loss, 5)]);
        if (points.Count < MaximumPoints)
            return;
        var merged = points.Chunk(2).Select(pair => new[] { pair[^1][0], pair.Average(point => point[1]) }).ToArray();
        points.Clear();
        points.AddRange(merged);
    }
}

/// <summary>How the curves are written, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LossCurves))]
internal sealed partial class CurvesJson : JsonSerializerContext;
