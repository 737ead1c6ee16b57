using Unroll.Tensors;

namespace Unroll.Training;

/// <summary>All that is kept of one parameter.</summary>
/// <param name="parameter">The parameter.</param>
internal sealed class ParameterRecord(Parameter parameter)
{
    private readonly List<ParameterSample> samples = [];
    private float[] before = [];
    private double gradientNorm;
    private double weightNorm;

    public ParameterHealth Health => new(parameter.Name, parameter.Shape, [.. samples]);

    /// <summary>Keeps the weights before an update.</summary>
    public void Begin()
    {
        if (before.Length == 0)
            before = new float[parameter.Length];
        parameter.Values.CopyTo(before);
        weightNorm = Norm(before);
        gradientNorm = parameter.IsGradientZero ? 0 : Norm(parameter.GradientValues);
    }

    /// <summary>Measures how far the update went.</summary>
    public void End(long update)
    {
        var sum = 0.0;
        var after = parameter.Values;
        for (var index = 0; index < before.Length; index++)
        {
            var difference = (double)after[index] - before[index];
            sum += difference * difference;
        }

        samples.Add(new(update, gradientNorm, weightNorm, Math.Sqrt(sum)));
    }

    /// <summary>Drops every second sample.</summary>
    public void Thin()
    {
        for (var index = samples.Count - 1; index > 0; index--)
        {
            if (index % 2 == 1)
                samples.RemoveAt(index);
        }
    }

    private static double Norm(ReadOnlySpan<float> values)
    {
        var sum = 0.0;
        foreach (double value in values)
            sum += value * value;
        return Math.Sqrt(sum);
    }
}
