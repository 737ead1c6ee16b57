using System.Globalization;
using Unroll.Benchmarks.Examinations.Tasks;

namespace Unroll.Benchmarks.Examinations;

/// <summary>Results as people read them.</summary>
internal static class MeasureText
{
    private static readonly CultureInfo culture = CultureInfo.InvariantCulture;

    /// <summary>A share in percent, a loss with three digits.</summary>
    public static string Of(TaskMeasure measure, double result) => measure switch
    {
        TaskMeasure.SequencesRight => result.ToString("P1", culture),
        _ when result is > 0 and < 1e-3 => result.ToString("0.0e-0", culture),
        _ => result.ToString("G3", culture),
    };

    /// <summary>What the column is called.</summary>
    public static string Name(TaskMeasure measure) => measure switch
    {
        TaskMeasure.SquaredError => "squared error",
        TaskMeasure.Nats => "nats",
        _ => "right",
    };
}
